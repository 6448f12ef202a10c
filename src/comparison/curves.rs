//! Curves: rows of `curves.parquet`, matched by trial and epoch.

use std::ops::Range;

use super::cell::{self, Difference};
use super::differences::CellDifference;
use super::index::{Index, key};
use super::short_text::short_id;
use super::table_part::TablePart;
use super::table_reader::{Stop, TableReader};

/// The rows of each trial in the `curves.parquet` of one side.
pub struct CurveIndex<'a> {
    pub table: &'a TableReader<'a>,
    index: Index,
    /// The first row of each trial, and at the end the number of rows.
    starts: Vec<usize>,
}

/// The curves of some trials of one side, in memory.
pub struct CurvesPart {
    table: TablePart,
    /// The rows of each trial within `table`.
    runs: Vec<Range<usize>>,
}

impl<'a> CurveIndex<'a> {
    /// Stops if the table does not hold curves, or is not in the order in which the program writes it.
    pub fn new(table: &'a TableReader<'a>) -> Result<Self, Stop> {
        has_epochs(table)?;
        let (mut keys, mut starts) = (Vec::new(), Vec::new());
        let mut last: Option<(String, Option<i64>)> = None;
        let disorder = |id: &str| format!("the rows of trial {} are not in order", short_id(id));
        let mut wrong: Option<String> = None;
        table.each(&["trial", "epoch"], &mut |part, start| {
            for row in 0..if wrong.is_none() { part.rows } else { 0 } {
                let Some(id) = part.text("trial", row) else {
                    wrong = Some("a row names no trial".to_owned());
                    break;
                };
                let epoch = part.integer("epoch", row);
                match &mut last {
                    Some((known, before)) if known == id => {
                        if *before > epoch {
                            wrong = Some(disorder(id));
                            break;
                        }
                        *before = epoch;
                    }
                    last => {
                        *last = Some((id.to_owned(), epoch));
                        keys.push(key(id));
                        starts.push(start + row);
                    }
                }
            }
            Ok(())
        })?;
        starts.push(table.rows());
        let index = Index::new(keys);
        if let Some(&run) = index.first_repeated() {
            let part = table.gather(&[starts[run]], &["trial"])?;
            wrong = Some(disorder(part.text("trial", 0).unwrap_or_default()));
        }
        if let Some(reason) = wrong {
            return Err(table.unreadable(reason));
        }
        Ok(Self { table, index, starts })
    }

    /// The rows of one trial.
    pub fn run(&self, id: &str) -> Range<usize> {
        self.index.find(key(id)).map_or(0..0, |run| self.starts[run]..self.starts[run + 1])
    }

    /// Reads the curves in the given ranges of rows.
    pub fn read(&self, places: &[Range<usize>]) -> Result<CurvesPart, Stop> {
        let names: Vec<&str> = self.table.names().filter(|name| *name != "trial").collect();
        let rows: Vec<usize> = places.iter().cloned().flatten().collect();
        let table = self.table.gather(&rows, &names)?;
        let mut next = 0;
        let runs = places.iter().map(|place| {
            next += place.len();
            next - place.len()..next
        });
        Ok(CurvesPart { runs: runs.collect(), table })
    }
}

fn has_epochs(table: &TableReader<'_>) -> Result<(), Stop> {
    let lacks = || table.unreadable("it has no column `epoch` of integers");
    table.is_of_integers("epoch").then_some(()).ok_or_else(lacks)
}

/// Stops if the table does not hold curves.
pub fn check(table: &TableReader<'_>) -> Result<(), Stop> {
    has_epochs(table)?;
    table.each(&["epoch"], &mut |_, _| Ok(()))
}

/// The differences between two curves of one trial, at position `at` of each side. There is one difference per column,
/// which shows the largest, and one for the rows that only one side has. Differences within the tolerance are passed to
/// `within`.
pub fn differences(
    old: &CurvesPart,
    new: &CurvesPart,
    at: usize,
    tolerance: Option<f64>,
    within: &mut dyn FnMut(f64, &str),
) -> Vec<CellDifference> {
    let (before, after) = (old.runs[at].clone(), new.runs[at].clone());
    let (mut left, mut right) = (before.start, after.start);
    let mut matched = Vec::new();
    let mut unmatched = 0;
    while left < before.end && right < after.end {
        match old.table.integer("epoch", left).cmp(&new.table.integer("epoch", right)) {
            std::cmp::Ordering::Equal => {
                matched.push((left, right));
                (left, right) = (left + 1, right + 1);
            }
            std::cmp::Ordering::Less => (left, unmatched) = (left + 1, unmatched + 1),
            std::cmp::Ordering::Greater => (right, unmatched) = (right + 1, unmatched + 1),
        }
    }
    unmatched += before.end - left + after.end - right;
    let mut found = Vec::new();
    if unmatched > 0 {
        found.push(CellDifference {
            column: "rows (curve)".to_owned(),
            cell: "rows of the curve".to_owned(),
            old: before.len().to_string(),
            new: after.len().to_string(),
            relative: None,
            cells: unmatched,
        });
    }
    let mut names: Vec<&str> = old.table.columns.iter().map(|(name, _)| name.as_str()).collect();
    names.extend(new.table.columns.iter().map(|(name, _)| name.as_str()).filter(|name| old.table.get(name).is_none()));
    for name in names.into_iter().filter(|name| *name != "epoch") {
        // A column that only one side has counts as nulls on the other.
        let (column, other) = (old.table.get(name), new.table.get(name));
        let mut cells = 0;
        let mut largest: Option<(Option<f64>, usize, usize)> = None;
        for &(left, right) in &matched {
            match cell::difference(column, left, other, right, tolerance) {
                Difference::None => {}
                Difference::Within(relative) => within(relative, name),
                Difference::Real { relative, .. } => {
                    cells += 1;
                    if largest.is_none_or(|(most, ..)| relative > most) {
                        largest = Some((relative, left, right));
                    }
                }
            }
        }
        if let Some((relative, left, right)) = largest {
            found.push(CellDifference {
                column: format!("{name} (curve)"),
                cell: format!("{name} at epoch {}", old.table.integer("epoch", left).unwrap_or_default()),
                old: cell::show(column, left, None),
                new: cell::show(other, right, None),
                relative,
                cells,
            });
        }
    }
    found
}
