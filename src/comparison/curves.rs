//! Curves: rows of `curves.parquet`, matched by trial and epoch.

use std::collections::HashMap;
use std::ops::Range;

use super::cell::{self, Difference};
use super::found::CellDifference;
use super::table::Table;
use crate::store::Column;

/// The curves of one side.
pub struct Curves<'a> {
    table: &'a Table,
    epochs: &'a [Option<i64>],
    /// Where the rows of each trial lie.
    runs: HashMap<&'a str, Range<usize>>,
}

impl<'a> Curves<'a> {
    /// # Errors
    /// Where the table is none of curves, or not in the order in which the program writes it.
    pub fn new(table: &'a Table) -> Result<Self, String> {
        let Some(Column::Integer(epochs)) = table.get("epoch") else {
            return Err("it has no column `epoch` of integers".to_owned());
        };
        let mut runs: HashMap<&str, Range<usize>> = HashMap::new();
        let mut start = 0;
        while start < table.rows {
            let id = table.text("trial", start).ok_or("a row names no trial")?;
            let mut end = start + 1;
            while end < table.rows && table.text("trial", end) == Some(id) {
                end += 1;
            }
            if !epochs[start..end].is_sorted() || runs.insert(id, start..end).is_some() {
                return Err(format!("the rows of trial {} are not in order", super::short(id)));
            }
            start = end;
        }
        Ok(Self { table, epochs, runs })
    }

    fn run(&self, id: &str) -> Range<usize> {
        self.runs.get(id).cloned().unwrap_or(0..0)
    }
}

/// What differs between two curves of one trial: a difference for each column, the largest one shown, and how many rows
/// only one side has. What is within the tolerance is told to `within`.
pub fn differences(
    old: &Curves<'_>,
    new: &Curves<'_>,
    id: &str,
    tolerance: Option<f64>,
    within: &mut dyn FnMut(f64, &str),
) -> Vec<CellDifference> {
    let (before, after) = (old.run(id), new.run(id));
    let (mut left, mut right) = (before.start, after.start);
    let mut matched = Vec::new();
    let mut unmatched = 0;
    while left < before.end && right < after.end {
        match old.epochs[left].cmp(&new.epochs[right]) {
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
    for (name, column) in old.table.columns.iter().filter(|(name, _)| name != "trial" && name != "epoch") {
        let other = new.table.get(name);
        let mut cells = 0;
        let mut largest: Option<(Option<f64>, usize, usize)> = None;
        for &(left, right) in &matched {
            match cell::difference(Some(column), left, other, right, tolerance) {
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
                cell: format!("{name} at epoch {}", old.epochs[left].unwrap_or_default()),
                old: cell::show(Some(column), left, None),
                new: cell::show(other, right, None),
                relative,
                cells,
            });
        }
    }
    found
}
