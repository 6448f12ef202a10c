//! The columns of a data set as a table for the terminal.

use super::data_columns::{Role, data_columns};
use super::data_words::{kind, range};
use super::number::{count, short};
use crate::record::DataFacts;
use crate::text::{columns, visible};

/// A wider name or list of values is cut.
const WIDEST: usize = 28;

/// The columns that are used, a line each: name, role, type, missing cells, range, mean, correlation with the target, and `first`, the
/// values of the first rows.
#[must_use]
pub fn data_table(facts: &DataFacts, first: &[String]) -> String {
    let heading = ["column", "role", "type", "missing", "values", "mean", "correlation", "first rows"];
    let mut rows: Vec<Vec<String>> = vec![heading.map(str::to_owned).to_vec()];
    let all = data_columns(facts);
    let used = all.iter().filter(|column| !matches!(column.role, Role::LeftOut(_)));
    for (at, column) in used.enumerate() {
        let correlation = column.numbers.and_then(|numbers| numbers.correlation);
        rows.push(vec![
            cut(column.name),
            column.role.word().to_owned(),
            kind(column),
            column.missing.map_or_else(String::new, count),
            column.numbers.map_or_else(String::new, range),
            column.numbers.map_or_else(String::new, |numbers| short(numbers.mean, 4)),
            correlation.map_or_else(String::new, |value| format!("{value:.3}").replace('-', "−")),
            first.get(at).map_or_else(String::new, |values| cut(values)),
        ]);
    }
    let widths: Vec<usize> =
        (0..heading.len()).map(|at| rows.iter().map(|row| columns(&row[at])).max().unwrap_or(0)).collect();
    let mut text = String::new();
    for row in &rows {
        let cells = row.iter().zip(&widths).enumerate().map(|(at, (cell, width))| {
            let space = " ".repeat(width - columns(cell));
            // Counts and numbers end under each other.
            if matches!(at, 3 | 5 | 6) { format!("{space}{cell}") } else { format!("{cell}{space}") }
        });
        let line = cells.collect::<Vec<_>>().join("  ");
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

fn cut(text: &str) -> String {
    let text = visible(text);
    let mut short = String::new();
    for character in text.chars() {
        if columns(&short) + 2 > WIDEST {
            return short + "…";
        }
        short.push(character);
    }
    short
}
