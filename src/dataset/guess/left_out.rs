//! The columns of a file that are not used: what they hold, and why they are left out.

use std::path::Path;

use super::columns::SampleColumns;
use super::keys::Keys;
use crate::record::{ColumnKind, ColumnReading, Reading};

/// Columns of a format that stores columns apart, each of which is read to see what it holds.
const MOST_READ: usize = 50;

/// A column that is not used.
#[derive(Debug, Clone, PartialEq)]
pub struct LeftOut {
    /// What it holds, in a word or two; empty if that is not known.
    pub kind: String,
    /// Empty if a person left it out.
    pub why: String,
}

/// The columns that are not used, in the order of `reading.left_out`.
pub(super) fn left_out(keys: &Keys, folder: &Path, reading: &Reading, text: Option<&SampleColumns>) -> Vec<LeftOut> {
    let of = |(at, name): (usize, &str)| {
        let in_text = || text.and_then(|columns| columns.content(name)).map(|cells| cells.kind().to_owned());
        let read = || if text.is_none() && at < MOST_READ { keys.read_alone(folder, name) } else { None };
        let kind = keys.kind(name).map(str::to_owned).or_else(in_text).or_else(read).unwrap_or_default();
        LeftOut { kind, why: keys.why_left_out(name).unwrap_or_default().to_owned() }
    };
    reading.left_out.iter().map(|column| column.name.as_str()).enumerate().map(of).collect()
}

/// What a column holds, in a word or two.
pub(super) fn kind(column: &ColumnReading) -> String {
    match column.kind {
        _ if column.is_time => "dates or times".to_owned(),
        ColumnKind::Number => "numbers".to_owned(),
        ColumnKind::WholeNumber => "whole numbers".to_owned(),
        ColumnKind::TruthValue => "0 and 1".to_owned(),
        ColumnKind::Categories { levels: 1 } => "text, 1 level".to_owned(),
        ColumnKind::Categories { levels } => format!("text, {levels} levels"),
    }
}
