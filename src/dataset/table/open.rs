//! Columns of which only the cells tell whether they hold numbers or text (`one_hot = "text"`).
//!
//! Until that is known, a cell takes one number as everywhere: the code of its text. The number that each text stands for is kept
//! beside it. A column of more different numbers than a category may have levels can be no category: its codes become numbers.

use std::borrow::Cow;

use super::levels::Levels;

/// A column that may hold numbers or levels.
#[derive(Default)]
pub(super) struct OpenColumn {
    /// The number of each level, by its code; 0 for text.
    pub numbers: Vec<f64>,
    /// Whether its values are numbers by now, not codes.
    pub is_number: bool,
}

/// Where the values of a column lie: the rows of a table, and the column's place in them.
pub(super) struct ColumnValues<'v> {
    pub values: &'v mut [f64],
    pub width: usize,
    pub slot: usize,
}

impl OpenColumn {
    /// The value of a new cell. `number` is what its text stands for, and `None` if that is no number; `any_text` says whether
    /// any cell of the column so far is no number.
    pub(super) fn value(
        &mut self,
        text: Cow<str>,
        number: Option<f64>,
        any_text: bool,
        (levels, most): (&mut Levels, usize),
        before: ColumnValues,
    ) -> f64 {
        if self.is_number {
            return number.unwrap_or(0.0);
        }
        if let Some(code) = levels.code(text, most) {
            if code as usize == self.numbers.len() {
                self.numbers.push(number.unwrap_or(0.0));
            }
            return f64::from(code);
        }
        if !any_text {
            self.become_numbers(before);
            *levels = Levels::default();
        }
        number.unwrap_or(0.0)
    }

    /// Turns the codes of all rows into numbers.
    pub(super) fn become_numbers(&mut self, column: ColumnValues) {
        if !self.is_number {
            for code in column.values.iter_mut().skip(column.slot).step_by(column.width) {
                *code = self.numbers.get(*code as usize).copied().unwrap_or_default();
            }
            self.is_number = true;
            self.numbers = Vec::new();
        }
    }
}
