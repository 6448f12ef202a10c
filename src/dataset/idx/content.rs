//! The elements of an IDX file, read from its beginning to its end, through gzip or zstd where it is compressed.

use std::io::{self, Read};

use super::header::{IdxHeader, LONGEST};
use crate::dataset::columnar::{ColumnarInput, InputReader};
use crate::dataset::decompression::{Compression, Decompressed};
use crate::dataset::table::FileMistakes;
use crate::dataset::{DataError, file, magic};

/// Deflate makes no more than this out of a byte; zstd of real data hardly ever does.
const MOST_EXPANSION: u64 = 1032;

/// More columns are no images.
const MOST_COLUMNS: usize = 1 << 22;

/// An IDX file, open at its first element.
pub(super) struct IdxContent<'a> {
    pub header: IdxHeader,
    /// The numbers of a row.
    pub columns: usize,
    path: &'a str,
    content: io::Chain<io::Cursor<Vec<u8>>, Decompressed<InputReader<'a>>>,
    /// Elements that are read.
    read: u64,
}

impl<'a> IdxContent<'a> {
    /// Reads the header, and checks what it claims by the size of the file.
    ///
    /// # Errors
    /// [`DataError`] if the file cannot be read, is none of the format, or is damaged.
    pub(super) fn open(input: &'a ColumnarInput<'a>) -> Result<Self, DataError> {
        let path = input.path;
        let fatal = |message: String| FileMistakes::new(path).fatal(message);
        let unreadable = |error| file::cannot_read(path, &error);
        let mut content = Decompressed::new(input.reader()).map_err(unreadable)?;
        let mut start = Vec::with_capacity(LONGEST);
        content.by_ref().take(LONGEST as u64).read_to_end(&mut start).map_err(unreadable)?;
        let header = IdxHeader::read(&start).map_err(|wrong| fatal(wrong.unwrap_or_else(|| foreign(&start, path))))?;
        let (words, bytes) = (header.words(), header.bytes());
        let is_plain = content.compression() == Compression::None;
        match bytes {
            None => return Err(fatal(format!("damaged: it says that its numbers are {words}"))),
            Some(bytes) if is_plain && bytes > input.size => return Err(fatal(cut_off(&words, bytes, input.size))),
            Some(bytes) if is_plain && bytes < input.size => {
                let more = input.size - bytes;
                return Err(fatal(format!(
                    "{more} bytes follow the numbers: {words} of them end at offset {bytes}, and the file has {} bytes",
                    input.size
                )));
            }
            Some(bytes) if bytes / MOST_EXPANSION > input.size => {
                return Err(fatal(format!(
                    "damaged: it says that its numbers are {words} ({bytes} bytes), and {} compressed bytes cannot hold so many",
                    input.size
                )));
            }
            Some(_) => {}
        }
        let columns = header.columns().filter(|columns| *columns <= MOST_COLUMNS);
        let columns =
            columns.ok_or_else(|| fatal(format!("{words} numbers: at most {MOST_COLUMNS} in a row are read")))?;
        let rest = start.split_off(header.data.min(start.len()));
        let content = io::Cursor::new(rest).chain(content);
        Ok(Self { header, columns, path, content, read: 0 })
    }

    /// Fills `buffer` with the bytes of the next elements.
    ///
    /// # Errors
    /// [`DataError`] if the file cannot be read, or ends before.
    pub(super) fn next(&mut self, buffer: &mut [u8]) -> Result<(), DataError> {
        let mut filled = 0;
        while filled < buffer.len() {
            match self.content.read(&mut buffer[filled..]) {
                Ok(0) => {
                    let (words, expected) = (self.header.words(), self.header.bytes().unwrap_or(u64::MAX));
                    let found = self.header.data as u64 + self.read + filled as u64;
                    return Err(FileMistakes::new(self.path).fatal(cut_off(&words, expected, found)));
                }
                Ok(more) => filled += more,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(file::cannot_read(self.path, &error)),
            }
        }
        self.read += filled as u64;
        Ok(())
    }

    /// Checks that no bytes follow the elements.
    ///
    /// # Errors
    /// [`DataError`] if some do.
    pub(super) fn ended(mut self) -> Result<(), DataError> {
        match self.content.by_ref().take(1).read_to_end(&mut Vec::new()) {
            Ok(0) => Ok(()),
            Ok(_) => {
                let words = self.header.words();
                let end = self.header.data as u64 + self.read;
                let message = format!("bytes follow the numbers: {words} of them end at offset {end} of the content");
                Err(FileMistakes::new(self.path).fatal(message))
            }
            Err(error) => Err(file::cannot_read(self.path, &error)),
        }
    }
}

fn cut_off(words: &str, expected: u64, found: u64) -> String {
    format!("cut off: {words} numbers and the header take {expected} bytes, there are {found}")
}

/// What a file is that does not begin as an IDX file does.
fn foreign(start: &[u8], path: &str) -> String {
    let first: Vec<String> = start.iter().take(4).map(|byte| format!("{byte:02X}")).collect();
    match magic::recognised(start, path) {
        _ if start.is_empty() => "the file is empty: an IDX file is expected".to_owned(),
        Some(format) => format!("an IDX file is expected, this is {format}"),
        None if is_text(start) => {
            "an IDX file is expected, this is none; source = \"csv\" reads delimited text".to_owned()
        }
        None => format!(
            "an IDX file is expected: it begins with two zero bytes, a type and the number of dimensions (00 00 08 03 of \
             MNIST's images), this one with {}",
            first.join(" ")
        ),
    }
}

/// Whether bytes are probably text; what they begin with may be cut inside a character.
fn is_text(start: &[u8]) -> bool {
    let text = match std::str::from_utf8(start) {
        Ok(text) => text,
        Err(error) if error.error_len().is_none() => {
            std::str::from_utf8(&start[..error.valid_up_to()]).unwrap_or_default()
        }
        Err(_) => return false,
    };
    !text.is_empty() && text.chars().all(|character| !character.is_control() || character.is_ascii_whitespace())
}
