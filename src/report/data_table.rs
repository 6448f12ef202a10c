//! The columns of a data set as a table for the terminal.

use std::fmt::Write as _;

use super::data_columns::{DataColumn, Role, data_columns, reason};
use super::data_words::{kind, mean, range};
use super::number::count;
use crate::record::{ColumnDescription, DataFacts};
use crate::text::{columns, visible};

/// Of more features than these that are used and have no gaps, so many are shown.
const MOST_PLAIN: usize = 100;
const PLAIN_SHOWN: usize = 60;

/// A wider name or list of values is cut.
const WIDEST: usize = 28;

/// What is known of a column that is not used.
#[derive(Debug, Default)]
pub struct UnusedColumn {
    /// What it holds, in a word or two; may be empty.
    pub kind: String,
    /// May be empty.
    pub why: String,
    pub missing: Option<u64>,
    /// The smallest and the largest number.
    pub range: Option<(f64, f64)>,
}

/// A line for each column (of hundreds of features without gaps for the first of them): name, role, type, missing cells, range, mean, correlation with the target, and `first`, the values of the first
/// rows that are kept. Of those that are left out, in their order, `left_out` has the type and the reason; without a reason that of the
/// facts is told.
#[must_use]
pub fn data_table(facts: &DataFacts, first: &[String], left_out: &[UnusedColumn]) -> String {
    let dropped = facts.reading.dropped > 0;
    let first_rows = if dropped { "first rows kept" } else { "first rows" };
    let heading = ["column", "role", "type", "missing", "values", "mean", "correlation", first_rows];
    let mut rows: Vec<Vec<String>> = vec![heading.map(str::to_owned).to_vec()];
    let mut first = first.iter();
    let mut left_out = left_out.iter();
    let all = data_columns(facts);
    let is_plain = |column: &DataColumn| matches!(column.role, Role::Feature) && column.missing.unwrap_or(0) == 0;
    let plain = all.iter().filter(|column| is_plain(column)).count();
    let (mut shown, mut hidden) = (0, 0_u64);
    for column in &all {
        if plain > MOST_PLAIN && is_plain(column) {
            shown += 1;
            if shown > PLAIN_SHOWN {
                hidden += 1;
                first.next();
                continue;
            }
        }
        if let Role::LeftOut(of_facts) = column.role {
            let unknown = UnusedColumn::default();
            let UnusedColumn { kind, why, missing, range: ends } = left_out.next().unwrap_or(&unknown);
            let why = if why.is_empty() { reason(of_facts) } else { why };
            let name = if column.name.is_empty() { "(no name)".to_owned() } else { cut(column.name) };
            let ends = ends.map_or_else(String::new, |(low, high)| {
                range(&ColumnDescription { low, high, mean: low, deviation: 0.0, correlation: None })
            });
            let missing = missing.map_or_else(String::new, count);
            let (role, nothing) = (column.role.word().to_owned(), String::new);
            rows.push(vec![name, role, kind.clone(), missing, ends, nothing(), nothing(), visible(why).into_owned()]);
            continue;
        }
        let correlation = column.numbers.and_then(|numbers| numbers.correlation);
        rows.push(vec![
            cut(column.name),
            column.role.word().to_owned(),
            kind(column),
            column.missing.map_or_else(String::new, count),
            column.numbers.map_or_else(String::new, range),
            column.numbers.map_or_else(String::new, mean),
            correlation.map_or_else(String::new, |value| format!("{value:.3}").replace('-', "−")),
            first.next().map_or_else(String::new, |values| cut(values)),
        ]);
    }
    let last = heading.len() - 1;
    // Nothing stands behind the last column.
    let width = |at: usize| rows.iter().map(|row| columns(&row[at])).max().unwrap_or(0);
    let widths: Vec<usize> = (0..=last).map(|at| if at == last { 0 } else { width(at) }).collect();
    let mut text = String::new();
    if dropped {
        text = format!(
            "{} of {} rows kept: ranges, means and correlations are of these; missing cells are those of all rows\n",
            count(facts.reading.kept),
            count(facts.reading.rows)
        );
    }
    for row in &rows {
        let cells = row.iter().zip(&widths).enumerate().map(|(at, (cell, width))| {
            let space = " ".repeat(width.saturating_sub(columns(cell)));
            // Counts and numbers end under each other.
            if matches!(at, 3 | 5 | 6) { format!("{space}{cell}") } else { format!("{cell}{space}") }
        });
        let line = cells.collect::<Vec<_>>().join("  ");
        text.push_str(line.trim_end());
        text.push('\n');
    }
    if hidden > 0 {
        let _ = writeln!(text, "… and {} more features without missing cells", count(hidden));
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::{
        ColumnDescription, ColumnKind, ColumnReading, DataDescription, LeftOutColumn, LeftOutReason, Reading,
    };

    fn facts() -> DataFacts {
        let column = |name: &str, kind, missing| ColumnReading { name: name.to_owned(), kind, missing, is_time: false };
        let numbers = |correlation| ColumnDescription { low: -1.0, high: 9.0, mean: 2.5, deviation: 1.0, correlation };
        let left_out = |name: &str, reason| LeftOutColumn { name: name.to_owned(), reason };
        DataFacts {
            fingerprint: String::new(),
            n_samples: 1000,
            n_features: 3,
            feature_names: ["a", "b=u", "b=v"].map(str::to_owned).to_vec(),
            target_name: "y".to_owned(),
            other_targets: Vec::new(),
            classes: None,
            n_train: 1000,
            n_validation: 0,
            n_test: 0,
            notes: Vec::new(),
            reading: Reading {
                rows: 13_345,
                kept: 1000,
                dropped: 12_345,
                columns: vec![
                    column("a", ColumnKind::Number, 12_345),
                    column("b", ColumnKind::Categories { levels: 2 }, 0),
                    column("y", ColumnKind::WholeNumber, 0),
                ],
                other_targets: Vec::new(),
                weight: None,
                left_out: vec![
                    left_out("id", LeftOutReason::Ignored),
                    left_out("when", LeftOutReason::Ignored),
                    left_out("", LeftOutReason::EmptyTrailing),
                ],
            },
            description: Some(DataDescription {
                features: vec![numbers(Some(-0.25)), numbers(None), numbers(None)],
                target: numbers(None),
                other_targets: Vec::new(),
                weight: None,
                histogram: Vec::new(),
            }),
        }
    }

    #[test]
    fn each_column_has_a_line() {
        let facts = facts();
        let first = ["-1, 9", "u, a level with a name that is far too long", "3, 4"].map(str::to_owned);
        let counter = UnusedColumn {
            kind: "whole numbers".to_owned(),
            why: "counts the rows".to_owned(),
            missing: Some(0),
            range: Some((1.0, 13_345.0)),
        };
        let left_out = [counter, UnusedColumn::default()];
        let text = data_table(&facts, &first, &left_out);
        let (line, text) = text.split_once('\n').unwrap();
        assert_eq!(
            line,
            "1000 of 13,345 rows kept: ranges, means and correlations are of these; missing cells are those of all rows"
        );
        let words =
            |line: &str| line.split("  ").map(str::trim).filter(|cell| !cell.is_empty()).map(str::to_owned).collect();
        let lines: Vec<Vec<String>> = text.lines().map(words).collect();
        let expected: [&[&str]; 7] = [
            &["column", "role", "type", "missing", "values", "mean", "correlation", "first rows kept"],
            &["a", "feature", "numbers", "12,345", "−1 … 9", "2.5", "−0.250", "-1, 9"],
            &["b", "feature", "2 levels", "0", "u, a level with a name that…"],
            &["y", "target", "whole numbers", "0", "−1 … 9", "2.5", "3, 4"],
            &["id", "left out", "whole numbers", "0", "1 … 13345", "counts the rows"],
            &["when", "left out", "ignored"],
            &["(no name)", "left out", "empty, without a name"],
        ];
        assert_eq!(lines, expected);
        // Counts end under each other.
        let ends: Vec<usize> = text.lines().skip(1).take(2).map(|line| line.find("  −1").unwrap_or(0)).collect();
        let zero = text.lines().nth(3).and_then(|line| line.find("0  −1")).unwrap();
        assert_eq!(ends[0], zero + 1, "{text}");
    }

    #[test]
    fn of_hundreds_of_features_the_first_are_shown_and_those_with_gaps() {
        let column = |name: String, missing| ColumnReading { name, kind: ColumnKind::Number, missing, is_time: false };
        let of_many = |features: usize| {
            let named = (0..features).map(|at| column(format!("p{at}"), u64::from(at == 90)));
            let reading = Reading { columns: named.chain([column("y".to_owned(), 0)]).collect(), ..Reading::default() };
            DataFacts { reading, description: None, ..facts() }
        };
        let of = |features: usize| data_table(&of_many(features), &vec![String::new(); features + 1], &[]);
        let names = |text: &str| -> Vec<String> {
            text.lines().skip(1).map(|line| line.split(' ').next().unwrap_or_default().to_owned()).collect()
        };
        assert_eq!(names(&of(101)).len(), 102);
        let many = of(400);
        assert_eq!(names(&many)[58..], ["p58", "p59", "p90", "y", "…"]);
        assert!(many.ends_with("\n… and 339 more features without missing cells\n"), "{many}");
    }
}
