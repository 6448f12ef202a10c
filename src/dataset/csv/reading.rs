//! Reads a CSV file into a data set, from its first block to its last.

use std::io::Read;

use super::blocks::LineBlocks;
use super::cells::{level, number, unquoted};
use super::options::CsvOptions;
use super::walk::{CsvField, CsvRecord, RecordWalk};
use crate::dataset::table::{Assembly, CellValue, ColumnChoice, FileHeader, FileMistakes, RowPlace};
use crate::dataset::{DataError, Dataset, file};

/// No real record is longer than this, only an unclosed quote or a file that is not text.
const LONGEST_RECORD: usize = 64 << 20;

const NUL: &str = "a NUL byte: text is expected";

/// Reads a file of `size` bytes, `block` bytes at a time.
pub(super) fn parse(input: impl Read, size: u64, options: &CsvOptions, block: usize) -> Result<Dataset, DataError> {
    let path = options.table.path.as_str();
    let mut mistakes = FileMistakes::new(path);
    let delimiter = match options.delimiter.as_bytes() {
        [byte] if b"0123456789+-.eE".contains(byte) => {
            return Err(mistakes.fatal(format!("delimiter = {:?}: numbers hold this character", options.delimiter)));
        }
        [byte] if byte.is_ascii() && !b"\"\r\n".contains(byte) => *byte,
        _ => {
            let found = &options.delimiter;
            return Err(mistakes.fatal(format!("delimiter = {found:?}: one ASCII character is expected, not a quote")));
        }
    };
    let mut reader = CsvReader { blocks: LineBlocks::new(input, block), path, delimiter, line: 1, used: 0 };
    reader.begin(&mistakes)?;
    let (names, line) = reader.header(&mistakes)?;
    let header = FileHeader { names: &names, index: &[], word: "header", line };
    let choice = ColumnChoice::of(&header, &options.table, &mut mistakes);
    let mut assembly = Assembly::new(&header, &choice, &options.table, mistakes);
    let rows = reader.rows(size, names.len(), &mut assembly)?;
    if rows == 0 {
        assembly.mistakes.add(line, usize::MAX, || "a header and no rows");
    }
    assembly.finish()
}

/// How far a file has been read.
struct CsvReader<'a, R> {
    blocks: LineBlocks<R>,
    path: &'a str,
    delimiter: u8,
    /// The line in the file on which the unread part of the current block begins.
    line: usize,
    /// Bytes of the current block that are read already.
    used: usize,
}

impl<R: Read> CsvReader<'_, R> {
    /// Reads the first block and skips a byte order mark. Refuses a file whose first bytes show another format.
    fn begin(&mut self, mistakes: &FileMistakes) -> Result<(), DataError> {
        self.advance(mistakes)?;
        let start = self.blocks.bytes();
        let other = |message: &str| Err(mistakes.fatal(message));
        if start.starts_with(&[0xFF, 0xFE]) || start.starts_with(&[0xFE, 0xFF]) {
            let path = self.path;
            return Err(mistakes.fatal(format!(
                "UTF-8 is expected, this is UTF-16; convert it: iconv -f UTF-16 -t UTF-8 {path} > utf8.csv"
            )));
        }
        if start.starts_with(b"PAR1") {
            return other("text is expected, this is Parquet: source = \"parquet\" reads it");
        }
        if start.starts_with(&[0x1F, 0x8B])
            || start.starts_with(b"PK\x03\x04")
            || start.starts_with(b"\x28\xB5\x2F\xFD")
        {
            return other("text is expected, this is compressed (gzip, zip, zstd or a workbook): unpack it first");
        }
        if start.starts_with(b"\xEF\xBB\xBF") {
            self.blocks.skip(3);
        }
        Ok(())
    }

    /// Reads the next block.
    fn advance(&mut self, mistakes: &FileMistakes) -> Result<(), DataError> {
        if self.used == 0 && self.blocks.bytes().len() >= LONGEST_RECORD {
            let (line, limit) = (self.line, LONGEST_RECORD >> 20);
            return Err(mistakes.fatal(format!(
                "line {line}: a record of more than {limit} MiB: is this text with line ends, and is every quote closed?"
            )));
        }
        self.blocks.advance(self.used).map_err(|error| file::cannot_read(self.path, &error))?;
        self.used = 0;
        Ok(())
    }

    /// The unread text of the current block.
    fn text(&self, mistakes: &FileMistakes) -> Result<&str, DataError> {
        let bytes = &self.blocks.lines()[self.used..];
        std::str::from_utf8(bytes).map_err(|error| {
            let before = &bytes[..error.valid_up_to()];
            let line = self.line + before.iter().filter(|&&byte| byte == b'\n').count();
            let begin = before.iter().rposition(|&byte| byte == b'\n').map_or(0, |at| at + 1);
            // Continuation bytes are not counted as characters. The bytes before the error are valid UTF-8.
            let character = before[begin..].iter().filter(|&&byte| byte & 0xC0 != 0x80).count() + 1;
            let (byte, path) = (bytes[before.len()], self.path);
            mistakes.fatal(format!(
                "line {line}, character {character}: UTF-8 is expected, the byte 0x{byte:02X} is not; \
                 if the file is Latin-1, convert it: iconv -f LATIN1 -t UTF-8 {path} > utf8.csv"
            ))
        })
    }

    fn walk<'t>(&self, text: &'t str) -> RecordWalk<'t> {
        let last = self.blocks.ended();
        RecordWalk { text: text.as_bytes(), delimiter: self.delimiter, at: 0, line: self.line, last }
    }

    /// The names of the columns, and the line of the header.
    fn header(&mut self, mistakes: &FileMistakes) -> Result<(Vec<String>, usize), DataError> {
        let mut fields = Vec::new();
        loop {
            let text = self.text(mistakes)?;
            let mut walk = self.walk(text);
            let header = loop {
                match walk.record(&mut fields) {
                    Some(record) if record.blank => {}
                    found => break found,
                }
            };
            let names: Vec<String> =
                fields.iter().map(|field| unquoted(&text[field.bytes.clone()]).into_owned()).collect();
            (self.used, self.line) = (self.used + walk.at.min(text.len()), walk.line);
            match header {
                Some(CsvRecord { fault: Some((_, message)), line, .. }) => {
                    return Err(mistakes.fatal(format!("line {line}: {message}")));
                }
                Some(CsvRecord { line, .. }) if names.iter().any(|name| name.contains('\0')) => {
                    return Err(mistakes.fatal(format!("line {line}: {NUL}")));
                }
                Some(record) => return Ok((names, record.line)),
                None if self.blocks.ended() => {
                    return Err(mistakes.fatal("the file is empty: a header and rows are expected"));
                }
                None => self.advance(mistakes)?,
            }
        }
    }

    /// Passes the records after the header to the assembly. Returns their number, including those with mistakes.
    fn rows(&mut self, size: u64, width: usize, assembly: &mut Assembly) -> Result<usize, DataError> {
        let mut fields = Vec::with_capacity(width);
        let mut rows = 0;
        let mut reserved = false;
        loop {
            let text = self.text(&assembly.mistakes)?;
            let any_nul = text.as_bytes().contains(&0);
            let mut walk = self.walk(text);
            while let Some(mut record) = walk.record(&mut fields) {
                if record.blank {
                    continue;
                }
                rows += 1;
                if any_nul && let Some(field) = fields.iter().position(|field| text[field.bytes.clone()].contains('\0'))
                {
                    record.fault = record.fault.or(Some((field, NUL)));
                }
                self::row(text, rows, &record, &fields, width, assembly)?;
            }
            let used = walk.at.min(text.len());
            if !reserved && rows > 0 {
                // The other rows are probably as long as these. A guess that is too high reserves memory that is never used.
                let likely = size / (used / rows).max(1) as u64;
                assembly.reserve_about(usize::try_from(likely + likely / 64).unwrap_or(usize::MAX).max(rows))?;
                reserved = true;
            }
            (self.used, self.line) = (self.used + used, walk.line);
            if self.blocks.ended() {
                return Ok(rows);
            }
            self.advance(&assembly.mistakes)?;
        }
    }
}

/// Passes one record to the assembly, or adds the mistake in it.
fn row(
    text: &str,
    row: usize,
    record: &CsvRecord,
    fields: &[CsvField],
    width: usize,
    assembly: &mut Assembly,
) -> Result<(), DataError> {
    let line = record.line;
    // The line on which a field begins. It is below the record's first line if an earlier field spans lines.
    let line_of = |field: usize| {
        let before = &text.as_bytes()[record.bytes.start..fields[field].bytes.start];
        line + before.iter().filter(|&&byte| byte == b'\n').count()
    };
    let place = |field: usize| format!("row {row} (line {})", line_of(field));
    if let Some((field, message)) = record.fault {
        assembly.mistakes.add(line_of(field), field, || format!("{}: {message}", place(field)));
        Ok(())
    } else if fields.len() == width {
        assembly.row(&RowPlace { row, order: line, place: &place }, |_, slot| {
            let field = &fields[slot.column];
            match field.plain {
                Some(plain) if !slot.one_hot => CellValue::Number(plain),
                _ if slot.one_hot => level(&text[field.bytes.clone()]),
                _ => number(&text[field.bytes.clone()]),
            }
        })
    } else {
        let found = fields.len();
        assembly
            .mistakes
            .add(line, 0, || format!("row {row} (line {line}) has {found} fields, the header has {width}"));
        Ok(())
    }
}
