//! The same trials of both sides in memory, row beside row, and the cells that differ.

use super::cell::{self, Difference};
use super::differences::CellDifference;
use super::table_part::TablePart;
use crate::store::TableColumn;

/// The column of parameters.
pub const PARAMETERS: &str = "theta";

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

    /// Whether a side that leaves out parameters on purpose has none in a row.
    pub fn leaves_out_parameters(&self, leaves_out: [bool; 2], row: usize) -> bool {
        let has_none = |part: &TablePart| match part.get(PARAMETERS) {
            Some(TableColumn::Floats(lists)) => lists.get(row).is_none(),
            _ => false,
        };
        [self.old, self.new].into_iter().zip(leaves_out).any(|(part, leaves_out)| leaves_out && has_none(part))
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
