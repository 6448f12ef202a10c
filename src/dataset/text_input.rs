//! One file of text, open: its content, whatever it is compressed with.

use std::cell::Cell;
use std::io::{self, Chain, Cursor, Read};
use std::path::Path;
use std::rc::Rc;

use super::DataError;
use super::decompression::{Compression, Decompressed};
use super::file::{DataFile, cannot_read};
use super::magic::{self, RECOGNISED_BY};

/// Content that takes more than this times the compressed bytes is rare among numbers: a guess does not go beyond it.
const MOST_EXPANSION: f64 = 8.0;

/// What a file holds, from its beginning.
pub(super) struct TextInput<'a> {
    /// As the experiment writes it, or the name of a part in its folder.
    pub path: &'a str,
    /// The first bytes of the content, to recognise it by.
    pub start: Vec<u8>,
    content: TextContent<'a>,
    pub compression: Compression,
    /// Bytes of the file read so far, as it is on disk.
    taken: Rc<Cell<u64>>,
    file: Option<DataFile<'a>>,
}

/// The content, with its first bytes.
type TextContent<'a> = Chain<Cursor<Vec<u8>>, Decompressed<Box<dyn Read + 'a>>>;

impl<'a> TextInput<'a> {
    /// Opens a file.
    ///
    /// # Errors
    /// [`DataError::Unreadable`] if it cannot be opened or read.
    pub(super) fn open(folder: &Path, path: &'a str) -> Result<Self, DataError> {
        let file = DataFile::open(folder, path)?;
        let reader = file.file().try_clone().map_err(|error| cannot_read(path, &error))?;
        Ok(Self { file: Some(file), ..Self::of(Box::new(reader), path)? })
    }

    /// For bytes that need not come from a file. Messages call them by `path`.
    ///
    /// # Errors
    /// [`DataError::Unreadable`] if they cannot be read.
    pub(super) fn of(reader: Box<dyn Read + 'a>, path: &'a str) -> Result<Self, DataError> {
        let unreadable = |error| cannot_read(path, &error);
        let mut content = Decompressed::new(reader).map_err(unreadable)?;
        let mut start = Vec::with_capacity(RECOGNISED_BY);
        content.by_ref().take(RECOGNISED_BY as u64).read_to_end(&mut start).map_err(unreadable)?;
        let (compression, taken) = (content.compression(), content.taken());
        let content = Cursor::new(start.clone()).chain(content);
        Ok(Self { path, start, content, compression, taken, file: None })
    }

    /// `text is expected, this is Parquet: …`, if the content begins as another format does.
    pub(super) fn foreign(&self) -> Option<String> {
        magic::recognised(&self.start, self.path).map(|format| format!("text is expected, this is {format}"))
    }

    /// Returns the result of reading, unless the file changed meanwhile.
    ///
    /// # Errors
    /// That of the result; [`DataError::Unreadable`] if the file changed.
    pub(super) fn unchanged<T>(&self, read: Result<T, DataError>) -> Result<T, DataError> {
        match &self.file {
            Some(file) => file.unchanged(read),
            None => read,
        }
    }

    /// The probable length of what files of `size` bytes hold, if they are like this one, of which `read` bytes have been read.
    pub(super) fn expanded(&self, size: u64, read: u64) -> u64 {
        if self.compression == Compression::None {
            return size;
        }
        let expansion = read as f64 / self.taken.get().max(1) as f64;
        (size as f64 * if expansion < MOST_EXPANSION { expansion } else { MOST_EXPANSION }) as u64
    }
}

impl Read for TextInput<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.content.read(buffer)
    }
}
