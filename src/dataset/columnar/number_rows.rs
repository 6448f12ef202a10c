//! Rows of numbers that lie in arrays, not cell by cell: most of them are plain, and added many at a time.

use super::numbers::FixedNumbers;
use super::rows::FileRows;
use crate::dataset::DataError;

/// Where a column lies in an array.
#[derive(Clone, Copy)]
pub(in crate::dataset) struct NumberColumn<'n> {
    pub numbers: &'n FixedNumbers,
    /// Of its first cell.
    pub first: usize,
    /// From a cell to the next.
    pub step: usize,
}

impl NumberColumn<'_> {
    /// Where the cell of a row lies.
    pub(in crate::dataset) const fn at(&self, row: usize) -> usize {
        self.first + row * self.step
    }
}

impl FileRows<'_, '_> {
    /// Adds rows, if each of their numbers can be used as it is. `columns` has one for each slot. Returns whether they are added.
    ///
    /// # Errors
    /// [`DataError::TooLarge`] if memory is full.
    pub(in crate::dataset) fn plain_numbers(
        &mut self,
        columns: &[NumberColumn],
        rows: usize,
    ) -> Result<bool, DataError> {
        let Some((target, features)) = columns.split_last().filter(|_| self.are_plain(columns, rows)) else {
            return Ok(false);
        };
        let mut numbers = vec![0.0; features.len() * rows];
        let features: Vec<(&[f64], &NumberColumn)> =
            features.iter().map(|column| (&*column.numbers.values, column)).collect();
        for (row, numbers) in numbers.chunks_exact_mut(features.len().max(1)).enumerate() {
            for (number, (values, column)) in numbers.iter_mut().zip(&features) {
                *number = values[column.at(row)];
            }
        }
        let target: Vec<f64> = (0..rows).map(|row| target.numbers.values[target.at(row)]).collect();
        self.plain(rows);
        self.assembly.plain_rows(&numbers, &target)?;
        Ok(true)
    }

    /// Whether each number can be used as it is.
    fn are_plain(&self, columns: &[NumberColumn], rows: usize) -> bool {
        let is_plain = |column: &NumberColumn| {
            let values: &[f64] = &column.numbers.values;
            (self.round || column.numbers.is_exact()) && (0..rows).all(|row| values[column.at(row)].is_finite())
        };
        self.assembly.takes_plain_numbers() && columns.iter().all(is_plain)
    }
}
