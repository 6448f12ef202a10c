//! Rows of nothing but finite numbers, which are most rows of most files: they are added many at a time.

use rayon::prelude::*;

use super::assembly::Assembly;
use crate::dataset::DataError;
use crate::memory::fallible;

/// Fewer numbers are not divided among threads.
const SHARE: usize = 1 << 14;

impl Assembly<'_> {
    /// Whether a finite number is a value in every slot: no number stands for a missing cell, no column may be one of text, and there is a
    /// target.
    pub(in crate::dataset) fn takes_plain_numbers(&self) -> bool {
        let mut slots = self.slots.iter().enumerate();
        self.options.predicting.is_none()
            && slots.all(|(number, slot)| !slot.open && !slot.one_hot && !self.markers.has(number))
    }

    /// Adds rows of finite numbers: as many as each of `columns` holds, which are the slots in their order. It is for an assembly that
    /// takes plain numbers.
    ///
    /// # Errors
    /// [`DataError::TooLarge`] if memory is full.
    pub(in crate::dataset) fn plain_columns(&mut self, columns: &[&[f64]]) -> Result<(), DataError> {
        let width = self.width;
        let (features, target) = columns.split_at(width);
        let Some(target) = target.first() else { return Ok(()) };
        self.plain_room(target.len())?;
        // Row by row. The place of a number is told from its position alone, so that all threads write at once.
        let number = |at: usize| unsigned_zero(&features[at % width][at / width]);
        self.values.par_extend((0..width * target.len()).into_par_iter().with_min_len(SHARE).map(number));
        self.plain_targets(target);
        Ok(())
    }

    /// Adds rows of finite numbers: the features row by row, and the targets. It is for an assembly that takes plain numbers.
    ///
    /// # Errors
    /// [`DataError::TooLarge`] if memory is full.
    pub(in crate::dataset) fn plain_rows(&mut self, features: &[f64], target: &[f64]) -> Result<(), DataError> {
        self.plain_room(target.len())?;
        extend(&mut self.values, features);
        self.plain_targets(target);
        Ok(())
    }

    fn plain_targets(&mut self, target: &[f64]) {
        match self.target_cells.are_numbers() {
            true => extend(&mut self.target, target),
            false => self.target.extend(target.iter().map(|number| self.target_cells.number(unsigned_zero(number)))),
        }
    }

    /// Counts more rows, and makes room for them.
    fn plain_room(&mut self, rows: usize) -> Result<(), DataError> {
        self.rows += rows;
        self.check_memory()?;
        let more = self.width * rows;
        if fallible(|| self.values.try_reserve(more)).is_err() || fallible(|| self.target.try_reserve(rows)).is_err() {
            return Err(self.full(self.rows, self.width));
        }
        Ok(())
    }
}

/// Appends numbers, on all threads if they are many. In a file with many gaps a run of plain rows may be one row, and waking threads for
/// it would take longer than the rows.
fn extend(values: &mut Vec<f64>, numbers: &[f64]) {
    if numbers.len() < SHARE {
        values.extend(numbers.iter().map(unsigned_zero));
    } else {
        values.par_extend(numbers.par_iter().with_min_len(SHARE).map(unsigned_zero));
    }
}

/// −0.0 becomes 0.0; every other number stays.
fn unsigned_zero(number: &f64) -> f64 {
    number + 0.0
}
