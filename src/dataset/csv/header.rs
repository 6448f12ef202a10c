//! The names of a file's columns: written in its first row, or made.

use super::cells::{number, unquoted};
use super::dialect::{CsvDialect, Delimiter};
use super::options::CsvOptions;
use super::reading::{CsvReader, NUL};
use super::walk::{CsvField, CsvRecord};
use crate::dataset::DataError;
use crate::dataset::table::{CellValue, FileMistakes, in_nfc, quoted};

/// The first row of a file.
pub(super) struct CsvHeader {
    /// Of the columns, surrounding space removed; without the empty names at the end of a written header.
    pub names: Vec<String>,
    /// The number of fields of a row: columns without a name at the end count.
    pub fields: usize,
    /// The number of fields of a row that leaves those columns out.
    pub named: usize,
    /// Its line in the file.
    pub line: usize,
    /// Whether the names are made and the row is one of data.
    pub made: bool,
    /// Whether each name is a number, where most of them are: it may be a row of data.
    pub numbers: Option<Vec<bool>>,
}

impl CsvReader<'_> {
    /// The names in the first row if it is a header, otherwise `column_1`, `column_2`, …: that row is then read again.
    ///
    /// # Errors
    /// [`DataError`] if the file cannot be read, has no row, or if the row cannot be a header.
    pub(super) fn header(&mut self, options: &CsvOptions, mistakes: &FileMistakes) -> Result<CsvHeader, DataError> {
        let named = options.header;
        let mut fields = Vec::new();
        loop {
            let text = self.text(mistakes)?;
            let mut walk = self.walk(text);
            let (mut at, mut on) = (walk.at, walk.line);
            let first = loop {
                match walk.record(&mut fields) {
                    Some(record) if record.blank => (at, on) = (walk.at, walk.line),
                    found => break found,
                }
            };
            if let Some(record) = &first
                && let Some(separator) = separator_line(&text[record.bytes.clone()])
            {
                let delimiter = (self.dialect.delimiter != Delimiter::Character(separator)).then_some(separator);
                return Err(says_its_delimiter(record.line, delimiter, mistakes));
            }
            let header = match &first {
                None => None,
                Some(record) if named => {
                    Some(self.written(text, record, &fields, (options.table.target.as_str(), mistakes))?)
                }
                Some(record) => {
                    let (names, count) =
                        ((1..=fields.len()).map(|column| format!("column_{column}")).collect(), fields.len());
                    Some(CsvHeader { names, fields: count, named: count, line: record.line, made: true, numbers: None })
                }
            };
            if named || header.is_none() {
                (at, on) = (walk.at, walk.line);
            }
            let used = at.min(text.len());
            (self.used, self.line) = (self.used + used, on);
            match header {
                Some(header) => return Ok(header),
                None if self.blocks.ended() => {
                    let expected = if named { "a header and rows" } else { "rows" };
                    let comment = self.dialect.comment;
                    let after = match (self.skipped, comment) {
                        (0, "") => "the file is empty".to_owned(),
                        (0, _) => format!("nothing is left without the lines of comment = {comment:?}"),
                        (rows, "") => format!("nothing is left after skip_rows = {rows}"),
                        (rows, _) => format!("nothing is left after skip_rows = {rows} and comment = {comment:?}"),
                    };
                    return Err(mistakes.fatal(format!("{after}: {expected} are expected")));
                }
                None => self.advance(mistakes)?,
            }
        }
    }

    /// The names that are written in a record.
    fn written(
        &self,
        text: &str,
        record: &CsvRecord,
        fields: &[CsvField],
        (target, mistakes): (&str, &FileMistakes),
    ) -> Result<CsvHeader, DataError> {
        let line = record.line;
        let whole = &text[record.bytes.clone()];
        if looks_like_svmlight(whole) {
            let shown = quoted(whole.trim());
            return Err(mistakes.fatal(format!(
                "line {line}: a header is expected, this is {shown}: source = \"svmlight\" reads label index:value …"
            )));
        }
        if self.dialect.delimiter != Delimiter::Blanks && fields.len() == 1 && looks_blank_separated(whole) {
            return Err(mistakes.fatal(format!(
                "line {line}: the header is one name, {}; if blanks separate the columns: delimiter = \"whitespace\"",
                quoted(whole.trim())
            )));
        }
        if let Some((_, message)) = record.fault {
            return Err(mistakes.fatal(format!("line {line}: {message}")));
        }
        let mut names = in_nfc(fields.iter().map(|field| unquoted(&text[field.bytes.clone()]).into_owned()));
        if names.iter().any(|name| name.contains('\0')) {
            return Err(mistakes.fatal(format!("line {line}: {NUL}")));
        }
        let numbers: Vec<bool> = names.iter().map(|name| is_number(name, &self.dialect)).collect();
        let (count, named) = (count(&numbers), names.iter().filter(|name| !name.is_empty()).count());
        if count > 0 && count == named {
            return Err(mistakes.fatal(no_names(line, &names, target, "only numbers")));
        }
        if let Some(last) = names.iter().rposition(|name| !name.is_empty()) {
            names.truncate(last + 1);
        }
        // Years beside a word are names; what has decimals is a measurement.
        let measured =
            names.iter().zip(&numbers).any(|(name, number)| *number && !name.bytes().all(|byte| byte.is_ascii_digit()));
        let numbers = (measured && 2 * count > named).then_some(numbers);
        Ok(CsvHeader { named: names.len(), names, fields: fields.len(), line, made: false, numbers })
    }
}

/// The delimiter of a line `sep=;`, which Excel reads and hides.
fn separator_line(line: &str) -> Option<u8> {
    let line = line.trim_matches(['"', ' ']);
    let (key, value) = line.split_at_checked(4)?;
    match value.as_bytes() {
        [separator] if key.eq_ignore_ascii_case("sep=") => Some(*separator),
        // A line that ends with its tab loses it above.
        _ => None,
    }
}

/// The error for such a line. `delimiter` is that of the line, if the experiment has another.
fn says_its_delimiter(line: usize, delimiter: Option<u8>, mistakes: &FileMistakes) -> DataError {
    let mut hints = vec![format!("skip_rows = {line}")];
    hints.extend(delimiter.map(|byte| format!("delimiter = {:?}", char::from(byte).to_string())));
    mistakes.fatal_with(format!("line {line}: this line tells Excel the delimiter, and is no header"), &hints)
}

impl CsvHeader {
    /// Checks the row below a header of mostly numbers: where it has numbers and text in the same places, the header is a row as well.
    ///
    /// # Errors
    /// [`DataError::Content`] if it is.
    pub(super) fn check(
        &self,
        row: &[&str],
        dialect: &CsvDialect,
        (target, mistakes): (&str, &FileMistakes),
    ) -> Result<(), DataError> {
        let Some(numbers) = &self.numbers else { return Ok(()) };
        let alike = |(is_number, cell): (&bool, &&str)| match number(cell, dialect.numbers) {
            CellValue::Missing(_) => true,
            CellValue::Text(_) | CellValue::Level(_) => !is_number,
            CellValue::Number(_) | CellValue::Truth(_) | CellValue::NotFinite(_) | CellValue::TooLarge(_) => *is_number,
        };
        if numbers.len() == row.len() && numbers.iter().zip(row).all(alike) {
            return Err(mistakes.fatal(no_names(
                self.line,
                &self.names,
                target,
                "mostly numbers, as the row below it",
            )));
        }
        Ok(())
    }
}

fn count(numbers: &[bool]) -> usize {
    numbers.iter().filter(|number| **number).count()
}

fn is_number(name: &str, dialect: &CsvDialect) -> bool {
    name.bytes().any(|byte| byte.is_ascii_digit()) && dialect.numbers.parse(name).is_some()
}

/// The message about a header that is probably a row of data.
fn no_names(line: usize, names: &[String], target: &str, what: &str) -> String {
    const SHOWN: usize = 4;
    let shown: Vec<String> = names.iter().take(SHOWN).map(|name| quoted(name)).collect();
    let more = if names.len() > SHOWN { ", …" } else { "" };
    let meant = names.iter().position(|name| name == target);
    let meant = meant.map_or_else(String::new, |column| format!(" (target = \"column_{}\")", column + 1));
    format!(
        "line {line}: the header has {what} ({}{more}); if it is a row of data: header = false, which names the columns column_1, \
         column_2, …{meant}; if these are names: rename them, or leave them out with header = false and skip_rows = {line}",
        shown.join(", ")
    )
}

/// Whether a line is a label and then nothing but `index:value`.
fn looks_like_svmlight(line: &str) -> bool {
    let mut words = line.split_ascii_whitespace();
    let is_number = |text: &str| text.parse::<f64>().is_ok();
    let is_feature = |word: &str| {
        word.split_once(':')
            .is_some_and(|(index, value)| (index == "qid" || index.parse::<usize>().is_ok()) && is_number(value))
    };
    words.next().is_some_and(is_number) && words.next().is_some_and(is_feature) && words.all(is_feature)
}

/// Whether a line has no usual delimiter but blanks between words: more than one in a row, or three words and more.
fn looks_blank_separated(line: &str) -> bool {
    let line = line.trim();
    let unquoted: String = line.split('"').step_by(2).collect();
    let words = unquoted.split_ascii_whitespace().count();
    let only_tabs = !unquoted.contains(' ');
    !only_tabs
        && !unquoted.contains([',', ';', '|'])
        && words >= 2
        && (unquoted.contains("  ") || unquoted.contains('\t') || words >= 3)
}
