//! Text in numeric columns, and the mistakes it causes.

use super::cells::ColumnSlot;
use super::choice::FileHeader;
use super::mistakes::{FileMistakes, SHOWN};

/// The cells of one numeric column that hold text.
#[derive(Default)]
pub(super) struct TextCells {
    /// Whether the column also holds a number.
    pub any_number: bool,
    count: usize,
    /// The first few, as (order, row, place, cell in quotes).
    first: Vec<(usize, usize, String, String)>,
}

impl TextCells {
    /// Adds a cell. `describe` gives its order, row, place and text in quotes, and is called for the first few only.
    pub(super) fn add(&mut self, describe: impl FnOnce() -> (usize, usize, String, String)) {
        self.count += 1;
        if self.first.len() < SHOWN {
            self.first.push(describe());
        }
    }

    /// Adds the mistakes of the column in this slot.
    pub(super) fn add_mistakes(
        &self,
        slot: &ColumnSlot,
        header: &FileHeader,
        target: &str,
        mistakes: &mut FileMistakes,
    ) {
        let name = &header.names[slot.column];
        match self.first.as_slice() {
            // A column of nothing but text is one mistake (a category, or the wrong column), not one for each row.
            [(_, row, _, cell), _, ..] if !self.any_number => {
                mistakes.add(header.line, slot.column, || {
                    if *name == target {
                        format!("target \"{name}\" holds text ({cell} in row {row}): a number is expected")
                    } else {
                        format!(
                            "column \"{name}\" holds text ({cell}): list it in one_hot, or leave it out of features"
                        )
                    }
                });
            }
            first => {
                for (order, _, place, cell) in first {
                    mistakes.add(*order, slot.column, || format!("{place}, column \"{name}\": {cell} is not a number"));
                }
                mistakes.add_unshown(self.count - first.len());
            }
        }
    }
}
