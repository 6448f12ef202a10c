//! The memory of an assembly: reserved ahead, checked while rows come in, and the errors if it does not suffice.

use std::fmt::Display;

use super::assembly::{Assembly, CHECK_AFTER};
use super::keys::MissingCells;
use crate::dataset::{DataError, DatasetSize, memory_check};
use crate::memory::{self, fallible};
use crate::text::{scaled, visible};

impl Assembly<'_> {
    /// Reserves memory for rows that will come, assuming that none is dropped.
    ///
    /// # Errors
    /// [`DataError::TooLarge`] if the rows do not fit in memory.
    pub(in crate::dataset) fn reserve(&mut self, rows: usize) -> Result<(), DataError> {
        if self.options.missing == MissingCells::Error
            && let Some(refusal) = memory_check::refusal(self.size(rows))
        {
            return Err(self.too_large(refusal));
        }
        if self.try_reserve(rows) { Ok(()) } else { Err(self.full(rows, self.width)) }
    }

    /// Reserves memory for a guessed number of rows.
    ///
    /// # Errors
    /// [`DataError::TooLarge`] if even far fewer rows would not fit in memory.
    pub(in crate::dataset) fn reserve_about(&mut self, rows: usize) -> Result<(), DataError> {
        if self.options.missing == MissingCells::Error
            && let Some(refusal) = memory_check::refusal_of_guess(self.size(rows))
        {
            return Err(self.too_large(format!("about {refusal}")));
        }
        // If this fails, memory is reserved as the rows come.
        let _ = self.try_reserve(rows);
        Ok(())
    }

    const fn size(&self, rows: usize) -> DatasetSize {
        DatasetSize { rows, columns: self.width }
    }

    fn try_reserve(&mut self, rows: usize) -> bool {
        let more = rows.saturating_sub(self.target.len());
        rows.checked_mul(self.width).is_some_and(|numbers| {
            let more_numbers = numbers.saturating_sub(self.values.len());
            fallible(|| {
                self.values.try_reserve_exact(more_numbers).is_ok() && self.target.try_reserve_exact(more).is_ok()
            })
        })
    }

    pub(super) fn too_large(&self, sentence: impl Display) -> DataError {
        DataError::TooLarge(visible(&format!("{}: {sentence}", self.options.path)).into_owned())
    }

    /// The error if an allocation fails.
    pub(super) fn full(&self, rows: usize, columns: usize) -> DataError {
        self.too_large(memory_check::sentence(DatasetSize { rows, columns }, None))
    }

    /// Checks now and then whether memory is left for the next rows: reserved memory may turn out to be missing when it is used.
    pub(super) fn check_memory(&mut self) -> Result<(), DataError> {
        if self.values.len() < self.next_check {
            return Ok(());
        }
        self.next_check = self.values.len() + CHECK_AFTER;
        match memory::check(16 * CHECK_AFTER as u64, memory::available_to_use()) {
            Ok(()) => Ok(()),
            Err(available) => Err(self.too_large(format!(
                "{} × {} numbers are read, and memory ends: {}B are left{}",
                self.target.len(),
                self.width,
                scaled(available.free as f64),
                available.limit
            ))),
        }
    }
}
