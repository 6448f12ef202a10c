//! A file of delimited text with a header: numbers, and categories where `one_hot` names them.
//!
//! Expected is UTF-8 (a byte order mark and CRLF are read past) with fields quoted as in RFC 4180; blank lines are
//! skipped. Every problem of the file is found in one reading, with its data row (from 1) and its line in the file.

mod cells;
mod choice;
mod problems;
mod scan;
#[cfg(test)]
mod tests;

use std::fs;
use std::path::Path;

use cells::{Cells, Number, Texts, is_missing, number};
use choice::Choice;
use problems::Problems;
use scan::Scan;

use super::{DataError, Dataset, Source, fingerprint};
use crate::numeric::Matrix;
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

/// More levels than this in a `one_hot` column mean an identifier, not a category.
const MOST_LEVELS: usize = 1000;

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
    assemble(&scan, &choice, &texts, options, problems)
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

/// A feature of the file on its way into the matrix.
enum Column<'a> {
    Numbers(Vec<f64>),
    Categories(Cells<'a>, Vec<&'a str>),
}

/// Parses the chosen columns and lays the kept rows out.
fn assemble(
    scan: &Scan,
    choice: &Choice,
    texts: &Texts,
    options: &Options,
    mut problems: Problems,
) -> Result<Dataset, DataError> {
    let mut kept = vec![true; scan.records.len()];
    let cells = |column: usize| texts.column(column);
    let mut numbers = Vec::with_capacity(choice.features.len());
    for &(column, one_hot) in &choice.features {
        let cells = cells(column).map_err(|message| problems.fatal(message))?;
        if one_hot {
            for (index, cell) in cells.iter().enumerate().filter(|(_, cell)| is_missing(cell)) {
                missing(scan, column, index, cell, options.missing, &mut kept, &mut problems);
            }
            numbers.push(Vec::new());
        } else {
            numbers.push(parse_numbers(scan, column, &cells, options, &mut kept, &mut problems, false));
        }
    }
    let mut target = Vec::new();
    if let Some(column) = choice.target {
        let cells = cells(column).map_err(|message| problems.fatal(message))?;
        target = parse_numbers(scan, column, &cells, options, &mut kept, &mut problems, true);
    }

    let mut columns = Vec::with_capacity(numbers.len());
    for (&(column, one_hot), numbers) in choice.features.iter().zip(numbers) {
        if !one_hot {
            columns.push((column, Column::Numbers(numbers)));
            continue;
        }
        let cells = cells(column).map_err(|message| problems.fatal(message))?;
        match cells.levels(&kept, MOST_LEVELS) {
            Some(levels) => columns.push((column, Column::Categories(cells, levels))),
            None => problems.add(scan.header_line, column, || {
                format!("one_hot column \"{}\" has more than {MOST_LEVELS} levels", scan.header[column])
            }),
        }
    }
    let n_kept = kept.iter().filter(|kept| **kept).count();
    if n_kept == 0 {
        problems.add(scan.header_line, usize::MAX, || "no row is left: each has a missing cell");
    }
    problems.check()?;

    let mut notes = Vec::new();
    if n_kept < kept.len() {
        let (dropped, all) = (kept.len() - n_kept, kept.len());
        notes.push(format!("{}: {dropped} of {all} rows dropped for missing cells", options.path));
    }
    keep(&mut target, &kept);
    let (features, feature_names) = lay_out(scan, columns, &kept, n_kept);
    Ok(Dataset {
        fingerprint: fingerprint(&features, &target),
        features,
        target,
        feature_names,
        target_name: options.target.clone(),
        notes,
    })
}

/// Writes the columns side by side, a category as one column for each level.
fn lay_out(scan: &Scan, columns: Vec<(usize, Column)>, kept: &[bool], n_kept: usize) -> (Matrix, Vec<String>) {
    let mut names = Vec::new();
    for (column, content) in &columns {
        let name = &scan.header[*column];
        match content {
            Column::Numbers(_) => names.push(name.clone()),
            Column::Categories(_, levels) => names.extend(levels.iter().map(|level| format!("{name}={level}"))),
        }
    }
    let mut features = Matrix::filled(n_kept, names.len(), 0.0);
    let mut offset = 0;
    for (_, content) in columns {
        match content {
            Column::Numbers(mut numbers) => {
                keep(&mut numbers, kept);
                for (row, value) in numbers.into_iter().enumerate() {
                    features.set(row, offset, value);
                }
                offset += 1;
            }
            Column::Categories(cells, levels) => {
                let cells = cells.iter().zip(kept).filter(|(_, kept)| **kept);
                for (row, (cell, _)) in cells.enumerate() {
                    if let Ok(level) = levels.binary_search(&cell) {
                        features.set(row, offset + level, 1.0);
                    }
                }
                offset += levels.len();
            }
        }
    }
    (features, names)
}

/// Drops the values of rows that are not kept.
fn keep(values: &mut Vec<f64>, kept: &[bool]) {
    let mut kept = kept.iter();
    values.retain(|_| kept.next().copied().unwrap_or(true));
}

/// The numbers of a column, 0 where a cell is none and a problem or a dropped row says so.
fn parse_numbers(
    scan: &Scan,
    column: usize,
    cells: &Cells,
    options: &Options,
    kept: &mut [bool],
    problems: &mut Problems,
    is_target: bool,
) -> Vec<f64> {
    let name = &scan.header[column];
    let mut values = Vec::with_capacity(kept.len());
    let mut texts = Vec::new();
    let mut n_numbers = 0_usize;
    for (index, cell) in cells.iter().enumerate() {
        let value = match number(cell) {
            Number::Finite(value) => {
                n_numbers += 1;
                value
            }
            Number::Missing => {
                missing(scan, column, index, cell, options.missing, kept, problems);
                0.0
            }
            Number::Infinite => {
                n_numbers += 1;
                problems.add(scan.records[index].line, column, || {
                    format!("{}: {} is not finite", place(scan, column, index), quoted(cell))
                });
                0.0
            }
            Number::Text => {
                texts.push((index, cell));
                0.0
            }
        };
        values.push(value);
    }
    // Text all the way down is one mistake (a category, a wrong column), not one for each row.
    if n_numbers == 0 && texts.len() > 1 {
        let example = quoted(texts[0].1);
        problems.add(scan.header_line, column, || {
            if is_target {
                format!("target \"{name}\" holds text ({example} in row {}): a number is expected", texts[0].0 + 1)
            } else {
                format!("column \"{name}\" holds text ({example}): list it in one_hot, or leave it out of features")
            }
        });
    } else {
        for (index, cell) in texts {
            problems.add(scan.records[index].line, column, || {
                format!("{}: {} is not a number", place(scan, column, index), quoted(cell))
            });
        }
    }
    values
}

fn missing(
    scan: &Scan,
    column: usize,
    index: usize,
    cell: &str,
    rule: Missing,
    kept: &mut [bool],
    problems: &mut Problems,
) {
    if rule == Missing::Drop {
        kept[index] = false;
        return;
    }
    problems.hint("missing = \"drop\" leaves out the rows that have missing cells");
    problems.add(scan.records[index].line, column, || {
        let what =
            if cell.is_empty() { "the cell is empty".to_owned() } else { format!("{} is missing", quoted(cell)) };
        format!("{}: {what}", place(scan, column, index))
    });
}

/// `row 36 (line 38), column "bmi"`
fn place(scan: &Scan, column: usize, index: usize) -> String {
    let record = &scan.records[index];
    let line = scan.line_of(record, column);
    format!("row {} (line {line}), column \"{}\"", record.row, scan.header[column])
}

/// A cell in quotes, cut where it is long, on one line.
fn quoted(cell: &str) -> String {
    let mut short: String = cell.chars().take(40).collect();
    if short.len() < cell.len() {
        short.push('…');
    }
    format!("\"{}\"", short.escape_debug().to_string().replace("\\\"", "\"").replace("\\'", "'"))
}
