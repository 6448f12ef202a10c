//! Columns that identify rows: why a column is doubtful, and those that only their name tells, in tables of few rows.

use crate::dataset::Dataset;
use crate::dataset::table::{Doubt, is_called_identifier};
use crate::record::ColumnKind;

/// In this many rows or more the values tell, and [`crate::dataset::table::doubts`] says so.
const FEW: usize = 20;

/// Why a column is left out.
pub(super) const fn words(doubt: Doubt) -> &'static str {
    match doubt {
        Doubt::Index => "an index that pandas wrote",
        Doubt::Counter => "counts the rows",
        Doubt::Identifier => "different in every row: an identifier?",
        Doubt::Constant => "the same in every row",
        Doubt::CopyOfTarget => "a copy of the target",
    }
}

/// The features of a table of few rows that are called as identifiers are (`id`, `user_id`, `index`) and are whole numbers or texts that
/// all differ, each with the reason.
pub(super) fn identifiers(data: &Dataset) -> Vec<(String, String)> {
    let (rows, Some((_, features))) = (data.features.rows, data.reading.columns.split_last()) else {
        return Vec::new();
    };
    let mut found = Vec::new();
    if !(2..FEW).contains(&rows) {
        return found;
    }
    let mut first = 0;
    for column in features {
        let (differs, width) = match column.kind {
            ColumnKind::Categories { levels } => (levels == rows as u64, levels as usize),
            ColumnKind::WholeNumber | ColumnKind::TruthValue => (all_differ(data, first), 1),
            ColumnKind::Number => (false, 1),
        };
        first += width;
        if differs && is_called_identifier(&column.name) {
            found.push((column.name.clone(), words(Doubt::Identifier).to_owned()));
        }
    }
    found
}

fn all_differ(data: &Dataset, feature: usize) -> bool {
    let mut values: Vec<f64> = (0..data.features.rows).map(|row| data.features.row(row)[feature]).collect();
    values.sort_unstable_by(f64::total_cmp);
    values.windows(2).all(|pair| pair[0] != pair[1])
}
