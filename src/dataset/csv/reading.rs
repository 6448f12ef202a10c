//! Reads CSV files into a data set, from the first block of the first to the last of the last.

use super::blocks::LineBlocks;
use super::dialect::CsvDialect;
use super::header::CsvHeader;
use super::options::CsvOptions;
use super::rows::{RowRules, RowsSoFar};
use super::walk::RecordWalk;
use crate::dataset::table::{Assembly, ColumnChoice, FileHeader, FileMistakes, quoted};
use crate::dataset::text_input::TextInput;
use crate::dataset::{DataError, Dataset, file};
use crate::memory::KeptMemory;
use crate::record::{LeftOutColumn, LeftOutReason};

/// No real record is longer than this, only an unclosed quote or a file that is not text.
const LONGEST_RECORD: usize = 64 << 20;

pub(super) const NUL: &str = "a NUL byte: text is expected";

/// The files of a data set.
pub(super) struct CsvParts<'a> {
    /// At least one. Each is as the experiment writes it, or the name of a part.
    pub paths: &'a [String],
    /// Bytes of all of them, as they are on disk.
    pub size: u64,
}

/// Reads files one after another, `block` bytes at a time. `open` opens each when it is needed.
pub(super) fn parse<'a>(
    parts: &CsvParts<'a>,
    options: &'a CsvOptions,
    block: usize,
    mut open: impl FnMut(&'a str) -> Result<TextInput<'a>, DataError>,
) -> Result<Dataset, DataError> {
    let _kept = KeptMemory::for_bytes(parts.size);
    let path = options.table.path.as_str();
    let mut mistakes = FileMistakes::new(path);
    let dialect = CsvDialect::of(options).map_err(|message| mistakes.fatal(message))?;
    let [first, others @ ..] = parts.paths else { return Err(mistakes.fatal("no file")) };
    let begin = |input: TextInput<'a>| {
        let mistakes = FileMistakes::new(input.path);
        let mut reader = CsvReader { blocks: LineBlocks::new(input, block), dialect, line: 1, used: 0, skipped: 0 };
        let begun = reader.begin(options.skip_rows, &mistakes);
        let header = begun.and_then(|()| reader.header(options, &mistakes));
        let mut header = reader.blocks.input().unchanged(header)?;
        if options.table.ignores_nameless() {
            header.names.resize(header.fields, String::new());
        }
        Ok((reader, header))
    };
    let (mut reader, first_header) = begin(open(first)?)?;
    let line = first_header.line;
    let word = if first_header.made { "first row" } else { "header" };
    let header =
        FileHeader { names: &first_header.names, word, line, index: &[], text: None, numbers: dialect.numbers };
    let mut choice = ColumnChoice::of(&header, &options.table, &mut mistakes);
    if options.table.features.is_none() {
        let nameless = first_header.names.len()..first_header.fields;
        let left_out = || LeftOutColumn { name: String::new(), reason: LeftOutReason::EmptyTrailing };
        choice.left_out.extend(nameless.map(|_| left_out()));
    }
    if choice.target.is_none() && !options.table.reads_no_target() {
        // Without a target no row can be used, and what is wrong with rows follows most often from what is wrong with it.
        mistakes.check()?;
    }
    let mut assembly = Assembly::new(&header, choice, &options.table, mistakes);
    let mut so_far = RowsSoFar::default();
    let mut rules = RowRules {
        header: &first_header,
        nameless_are_empty: options.table.features.is_none(),
        part: (!others.is_empty()).then_some(first),
    };
    let read = reader.rows(parts.size, &rules, &mut so_far, &mut assembly);
    reader.blocks.input().unchanged(read)?;
    for part in others {
        let (mut reader, header) = begin(open(part)?)?;
        if let Some(difference) = first_header.difference(&header, first) {
            return Err(FileMistakes::new(part).fatal(format!("line {}: {difference}", header.line)));
        }
        rules.part = Some(part);
        let read = reader.rows(parts.size, &rules, &mut so_far, &mut assembly);
        reader.blocks.input().unchanged(read)?;
    }
    if so_far.rows == 0 {
        assembly.mistakes.add(line, usize::MAX, || "a header and no rows");
    }
    assembly.finish()
}

impl CsvHeader {
    /// How the columns of another part differ from these, those of the file `first`.
    fn difference(&self, other: &Self, first: &str) -> Option<String> {
        let differs = self.names.iter().zip(&other.names).position(|(one, another)| one != another);
        if let Some(column) = differs {
            let (here, there) = (quoted(&other.names[column]), quoted(&self.names[column]));
            return Some(format!("column {} is {here}, in {first} it is {there}", column + 1));
        }
        let (here, there) = (other.fields, self.fields);
        (here != there || self.names.len() != other.names.len()).then(|| format!("{here} columns, {first} has {there}"))
    }
}

/// Whether the first lines of a file end with carriage returns and none with a line feed. What stands in quotes is no line end.
fn ends_lines_with_returns(bytes: &[u8]) -> bool {
    let mut quoted = false;
    let mut returns = false;
    for (at, byte) in bytes.iter().enumerate() {
        match byte {
            b'"' => quoted = !quoted,
            b'\n' if !quoted => return false,
            b'\r' if !quoted => returns |= bytes.get(at + 1).is_some_and(|next| *next != b'\n'),
            _ => {}
        }
    }
    returns
}

/// The likely encoding of a text that is no UTF-8, as iconv and as people call it: Latin-1 has control characters from 0x80 to 0x9F, where
/// Windows has quotes, dashes and the euro sign.
fn encoding(bytes: &[u8]) -> (&'static str, &'static str) {
    /// Bytes that mean nothing in Windows-1252.
    const UNUSED: [u8; 5] = [0x81, 0x8D, 0x8F, 0x90, 0x9D];
    let foreign = || bytes.utf8_chunks().flat_map(|chunk| chunk.invalid());
    let is_windows = foreign().any(|byte| (0x80..=0x9F).contains(byte)) && !foreign().any(|byte| UNUSED.contains(byte));
    if is_windows { ("CP1252", "Windows-1252") } else { ("LATIN1", "Latin-1") }
}

/// How far a file has been read.
pub(super) struct CsvReader<'a> {
    pub blocks: LineBlocks<TextInput<'a>>,
    pub dialect: CsvDialect<'a>,
    /// The line in the file on which the unread part of the current block begins.
    pub line: usize,
    /// Bytes of the current block that are read already.
    pub used: usize,
    /// The lines that `skip_rows` leaves out at the beginning.
    pub skipped: u64,
}

impl<'a> CsvReader<'a> {
    /// Reads the first block, and passes a byte order mark and the lines that are left out. Refuses a file whose first bytes show
    /// another format.
    fn begin(&mut self, skip_rows: u64, mistakes: &FileMistakes) -> Result<(), DataError> {
        let start = &self.blocks.input().start;
        if start.starts_with(&[0xFF, 0xFE]) && !start.starts_with(&[0xFF; 4]) || start.starts_with(&[0xFE, 0xFF]) {
            let convert = self.converted("UTF-16");
            return Err(mistakes.fatal(format!("UTF-8 is expected, this is UTF-16; convert it: {convert}")));
        }
        if let Some(foreign) = self.blocks.input().foreign() {
            return Err(mistakes.fatal(foreign));
        }
        self.advance(mistakes)?;
        if self.blocks.bytes().starts_with(b"\xEF\xBB\xBF") {
            self.blocks.skip(3);
        }
        let input = self.blocks.input();
        if ends_lines_with_returns(&input.start) {
            let unpacked = input.compression.command().map(|unpack| format!("{unpack} {} | ", input.path));
            let (before, from) = match unpacked {
                Some(unpacked) => (unpacked, String::new()),
                None => (String::new(), format!(" < {}", input.path)),
            };
            return Err(mistakes.fatal(format!(
                "lines end with a carriage return alone, as on old Macs; line feeds are expected: {before}tr '\\r' '\\n'{from} > lines.csv"
            )));
        }
        // These lines need not be UTF-8, nor have closed quotes.
        let mut left = skip_rows;
        self.skipped = skip_rows;
        while left > 0 {
            let lines = &self.blocks.lines()[self.used..];
            match lines.iter().position(|&byte| byte == b'\n') {
                Some(end) => {
                    self.used += end + 1;
                    self.line += 1;
                    left -= 1;
                }
                None if self.blocks.ended() => {
                    self.used += lines.len();
                    return Ok(());
                }
                None => self.advance(mistakes)?,
            }
        }
        Ok(())
    }

    /// Reads the next block.
    pub(super) fn advance(&mut self, mistakes: &FileMistakes) -> Result<(), DataError> {
        if self.used == 0 && self.blocks.bytes().len() >= LONGEST_RECORD {
            let (line, limit) = (self.line, LONGEST_RECORD >> 20);
            return Err(mistakes.fatal(format!(
                "line {line}: a record of more than {limit} MiB: is this text with line ends, and is every quote closed?"
            )));
        }
        let path = self.blocks.input().path;
        self.blocks.advance(self.used).map_err(|error| file::cannot_read(path, &error))?;
        self.used = 0;
        Ok(())
    }

    /// The unread text of the current block.
    pub(super) fn text(&self, mistakes: &FileMistakes) -> Result<&str, DataError> {
        let bytes = &self.blocks.lines()[self.used..];
        std::str::from_utf8(bytes).map_err(|error| {
            let before = &bytes[..error.valid_up_to()];
            let line = self.line + before.iter().filter(|&&byte| byte == b'\n').count();
            let begin = before.iter().rposition(|&byte| byte == b'\n').map_or(0, |at| at + 1);
            // Continuation bytes are not counted as characters. The bytes before the error are valid UTF-8.
            let character = before[begin..].iter().filter(|&&byte| byte & 0xC0 != 0x80).count() + 1;
            let (encoding, name) = encoding(&bytes[before.len()..]);
            let (byte, convert) = (bytes[before.len()], self.converted(encoding));
            mistakes.fatal(format!(
                "line {line}, character {character}: UTF-8 is expected, the byte 0x{byte:02X} is not; \
                 if the file is {name}, convert it: {convert}"
            ))
        })
    }

    /// The command that writes the content of the file as UTF-8.
    fn converted(&self, encoding: &str) -> String {
        let input = self.blocks.input();
        let path = input.path;
        match input.compression.command() {
            None => format!("iconv -f {encoding} -t UTF-8 {path} > utf8.csv"),
            Some(unpack) => format!("{unpack} {path} | iconv -f {encoding} -t UTF-8 > utf8.csv"),
        }
    }

    pub(super) fn walk<'t>(&self, text: &'t str) -> RecordWalk<'t>
    where
        'a: 't,
    {
        RecordWalk::new(text, self.line, self.blocks.ended(), &self.dialect)
    }
}
