//! A file of delimited text with a header: numbers, and categories where `one_hot` names them.
//!
//! Expected is UTF-8 (a byte order mark and CRLF are read past) with fields quoted as in RFC 4180; blank lines are
//! skipped. Every problem of the file is found in one reading, with its data row (from 1) and its line in the file.

mod cells;
mod choice;
mod columns;
mod problems;
mod scan;
#[cfg(test)]
mod tests;

use std::fs;
use std::path::Path;

use cells::Texts;
use choice::Choice;
use columns::Reading;
use problems::Problems;
use scan::Scan;

use super::{DataError, Dataset, Source};
use crate::parameter::{Cell, Fallback, Kind, Parameter, read};

pub(super) const SOURCE: Source = Source {
    name: "csv",
    doc: "a file of comma-separated values with a header",
    parameters: PARAMETERS,
    generated: false,
    load,
    by_seed: |_| false,
};

const PARAMETERS: &[Parameter] = &[
    Parameter::new("path", Kind::Text, Fallback::Required, "the file, relative to the experiment file that names it"),
    Parameter::new("target", Kind::Text, Fallback::Required, "the column to predict"),
    Parameter::new("features", Kind::Texts, Fallback::Absent, "the columns to predict from; default: every other one"),
    Parameter::new("one_hot", Kind::Texts, Fallback::Absent, "features to expand into one 0/1 column for each level"),
    Parameter::new(
        "missing",
        Kind::Choice(&["error", "drop"]),
        Fallback::Literal("\"error\""),
        "what a missing cell (empty, NA, NaN) does: stop, or drop its row",
    ),
    Parameter::new("delimiter", Kind::Text, Fallback::Literal("\",\""), "the character between fields"),
];

#[derive(serde::Deserialize)]
struct Options {
    path: String,
    target: String,
    features: Option<Vec<String>>,
    #[serde(default)]
    one_hot: Vec<String>,
    missing: Missing,
    delimiter: String,
}

#[derive(Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
enum Missing {
    Error,
    Drop,
}

fn load(cell: &Cell, folder: &Path, _seed: Option<u64>) -> Result<Dataset, DataError> {
    let options: Options =
        read(cell).map_err(|error| DataError::Content(format!("options of a csv source cannot be read: {error}")))?;
    let bytes = fs::read(folder.join(&options.path))
        .map_err(|error| DataError::Unreadable(format!("cannot read {}: {error}", options.path)))?;
    parse(&bytes, &options)
}

fn parse(bytes: &[u8], options: &Options) -> Result<Dataset, DataError> {
    let mut problems = Problems::new(&options.path);
    let delimiter = match options.delimiter.as_bytes() {
        [byte] if byte.is_ascii() && !b"\"\r\n".contains(byte) => *byte,
        _ => {
            let found = &options.delimiter;
            return Err(problems.fatal(format!("delimiter = {found:?}: one ASCII character is expected, not a quote")));
        }
    };
    let text = decode(bytes, &options.path).map_err(|message| problems.fatal(message))?;
    let scan = Scan::of(text, delimiter, &mut problems)?;
    let choice = Choice::of(&scan, options, &mut problems);
    if scan.rows == 0 {
        problems.add(scan.header_line, usize::MAX, || "a header and no rows");
    }
    if scan.records.is_empty() || choice.used.is_empty() {
        problems.check()?;
    }
    let texts = Texts::read(&scan.body, scan.header.len(), &choice.used, delimiter)
        .map_err(|message| problems.fatal(message))?;
    if texts.rows() != scan.records.len() {
        let (read, stand) = (texts.rows(), scan.records.len());
        return Err(problems.fatal(format!("the CSV reader found {read} rows where {stand} stand")));
    }
    Reading::new(&scan, &texts, options, problems).finish(&choice)
}

/// Reads past a byte order mark and checks the encoding.
fn decode<'a>(bytes: &'a [u8], path: &str) -> Result<&'a str, String> {
    if bytes.starts_with(&[0xFF, 0xFE]) || bytes.starts_with(&[0xFE, 0xFF]) {
        return Err(format!(
            "UTF-8 is expected, this is UTF-16; convert it: iconv -f UTF-16 -t UTF-8 {path} > utf8.csv"
        ));
    }
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    std::str::from_utf8(bytes).map_err(|error| {
        let before = &bytes[..error.valid_up_to()];
        let line = before.iter().filter(|&&byte| byte == b'\n').count() + 1;
        let begin = before.iter().rposition(|&byte| byte == b'\n').map_or(0, |at| at + 1);
        // Continuation bytes are no characters of their own; what stands before is valid.
        let character = before[begin..].iter().filter(|&&byte| byte & 0xC0 != 0x80).count() + 1;
        format!(
            "line {line}, character {character}: UTF-8 is expected, the byte 0x{:02X} is not; \
             if the file is Latin-1, convert it: iconv -f LATIN1 -t UTF-8 {path} > utf8.csv",
            bytes[before.len()]
        )
    })
}
