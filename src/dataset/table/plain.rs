//! Rows of nothing but finite numbers, which are most rows of most files: they are added many at a time.

use super::assembly::Assembly;
use crate::dataset::DataError;
use crate::memory::fallible;

impl Assembly<'_> {
    /// Whether a finite number is a value in every slot: no number stands for a missing cell, and no column may be one of text.
    pub(in crate::dataset) fn takes_plain_numbers(&self) -> bool {
        let mut slots = self.slots.iter().enumerate();
        slots.all(|(number, slot)| !slot.open && !slot.one_hot && !self.markers.has(number))
    }

    /// Adds rows of finite numbers: as many as each of `columns` holds, which are the slots in their order. It is for an assembly that
    /// takes plain numbers.
    ///
    /// # Errors
    /// [`DataError::TooLarge`] if memory is full.
    pub(in crate::dataset) fn plain_rows(&mut self, columns: &[&[f64]]) -> Result<(), DataError> {
        let width = self.width;
        let (features, target) = columns.split_at(width);
        let Some(target) = target.first() else { return Ok(()) };
        self.rows += target.len();
        self.check_memory()?;
        let more = width * target.len();
        if fallible(|| self.values.try_reserve(more)).is_err()
            || fallible(|| self.target.try_reserve(target.len())).is_err()
        {
            return Err(self.full(self.rows, width));
        }
        // A zero has no sign.
        for row in 0..target.len() {
            self.values.extend(features.iter().map(|column| column[row] + 0.0));
        }
        self.target.extend(target.iter().map(|value| value + 0.0));
        Ok(())
    }
}
