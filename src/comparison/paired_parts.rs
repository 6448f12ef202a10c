//! The same trials of both sides in memory, row beside row, and the cells that differ.

use super::cell::{self, Difference};
use super::differences::CellDifference;
use super::table_part::TablePart;

/// The same rows of both sides: row `i` of `old` and row `i` of `new` are one pair of trials.
pub struct PairedParts<'a> {
    pub old: &'a TablePart,
    pub new: &'a TablePart,
}

impl PairedParts<'_> {
    /// The old and the new value of a cell.
    pub fn values(&self, name: &str, row: usize) -> (String, String) {
        (cell::show(self.old.get(name), row, None), cell::show(self.new.get(name), row, None))
    }
}

/// The cells of two rows that differ.
pub fn differences(
    parts: &PairedParts<'_>,
    columns: &[&str],
    row: usize,
    tolerance: Option<f64>,
    within: &mut dyn FnMut(f64, &str),
) -> Vec<CellDifference> {
    let mut cells = Vec::new();
    for name in columns {
        let (before, after) = (parts.old.get(name), parts.new.get(name));
        match cell::difference(before, row, after, row, tolerance) {
            Difference::None => {}
            Difference::Within(relative) => within(relative, name),
            Difference::Real { relative, element } => cells.push(CellDifference {
                column: (*name).to_owned(),
                cell: element.map_or_else(|| (*name).to_owned(), |element| format!("{name}[{element}]")),
                old: cell::show(before, row, element),
                new: cell::show(after, row, element),
                relative,
                cells: 1,
            }),
        }
    }
    cells
}

pub fn is_outstanding(table: &TablePart, row: usize) -> bool {
    table.text("outcome", row) == Some("outstanding")
}
