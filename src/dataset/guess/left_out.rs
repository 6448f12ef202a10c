//! The columns of a file that are not used: what they hold, and why they are left out.

use std::path::Path;

use super::columns::{ColumnOfSample, SampleColumns};
use super::keys::Keys;
use crate::dataset::Dataset;
use crate::record::{ColumnKind, ColumnReading, Reading};

/// Columns of a format that stores columns apart, each of which is read to see what it holds.
const MOST_READ: usize = 50;

/// A column that is not used.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct LeftOut {
    /// What it holds, in a word or two; empty if that is not known.
    pub kind: String,
    /// Empty if a person left it out.
    pub why: String,
    /// Its missing cells, if they were counted in all of the file.
    pub missing: Option<u64>,
    /// The smallest and the largest number, if it was read.
    pub range: Option<(f64, f64)>,
}

/// The columns that are not used, in the order of `reading.left_out`.
pub(super) fn left_out(keys: &Keys, folder: &Path, reading: &Reading, text: Option<&SampleColumns>) -> Vec<LeftOut> {
    let of = |(at, name): (usize, &str)| {
        let in_text = || text.and_then(|columns| Some(of_text(columns, columns.content(name)?)));
        let read = || if text.is_none() && at < MOST_READ { keys.read_alone(folder, name) } else { None };
        let known = keys.known(name).cloned().or_else(in_text).or_else(read).unwrap_or_default();
        LeftOut { why: keys.why_left_out(name).unwrap_or_default().to_owned(), ..known }
    };
    reading.left_out.iter().map(|column| column.name.as_str()).enumerate().map(of).collect()
}

/// A column of a text that was not read, by the beginning of the file.
fn of_text(columns: &SampleColumns, cells: &ColumnOfSample) -> LeftOut {
    let missing = columns.is_all.then_some(cells.missing);
    LeftOut { kind: cells.kind().to_owned(), missing, ..LeftOut::default() }
}

/// The columns of a data set, each with its name and as it is told where it is left out.
pub(super) fn known(data: &Dataset) -> Vec<(String, LeftOut)> {
    let mut first = 0;
    let mut found = Vec::new();
    let last = data.reading.columns.len().saturating_sub(1);
    for (at, column) in data.reading.columns.iter().enumerate() {
        let (feature, is_category) = (first, matches!(column.kind, ColumnKind::Categories { .. }));
        first += match column.kind {
            ColumnKind::Categories { levels } => levels as usize,
            _ => 1,
        };
        let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
        for row in (0..data.features.rows).filter(|_| !is_category) {
            let value = if at == last { data.target[row] } else { data.features.row(row)[feature] };
            low = if value < low { value } else { low };
            high = if value > high { value } else { high };
        }
        let range = (low <= high).then_some((low, high));
        let known = LeftOut { kind: kind(column), why: String::new(), missing: Some(column.missing), range };
        found.push((column.name.clone(), known));
    }
    found
}

/// What a column holds, in a word or two.
fn kind(column: &ColumnReading) -> String {
    match column.kind {
        _ if column.is_time => "dates or times".to_owned(),
        ColumnKind::Number => "numbers".to_owned(),
        ColumnKind::WholeNumber => "whole numbers".to_owned(),
        ColumnKind::TruthValue => "0 and 1".to_owned(),
        ColumnKind::Categories { levels: 1 } => "text, 1 level".to_owned(),
        ColumnKind::Categories { levels } => format!("text, {levels} levels"),
    }
}
