//! Whether what a run writes fits on the disk.

use std::path::Path;

use super::Failure;
use crate::plan::BoundPlan;
pub use crate::text::scaled;
use crate::{runner, store};

/// Bytes that a run needs, estimated, and those that are free.
#[derive(Debug, Clone, Copy)]
pub struct Space {
    /// Of records.
    pub store: f64,
    /// Of the tables that are made of all records, old ones too.
    pub tables: f64,
    /// `None` where the operating system does not say.
    pub free: Option<u64>,
}

impl Space {
    #[must_use]
    pub fn of(folder: &Path, bound: &BoundPlan<'_>, outstanding: &[u32]) -> Self {
        Self {
            store: runner::expected_bytes(bound, outstanding.iter().map(|trial| *trial as usize)),
            tables: runner::expected_bytes(bound, 0..bound.trials()),
            free: store::free_space(folder),
        }
    }

    /// # Errors
    /// Where the bytes would not fit.
    pub fn check(&self, folder: &Path) -> Result<(), Failure> {
        let needed = self.store + self.tables;
        #[allow(clippy::cast_precision_loss)]
        let Some(free) = self.free.map(|free| free as f64).filter(|free| *free < needed) else { return Ok(()) };
        Err(Failure::new(
            Failure::FILES,
            format!(
                "the run would write about {}B to {}, where {}B are free: free some, choose another folder with `-o`, or keep \
                 fewer points of each curve (`train.evaluate_every`, `train.curve_points`); nothing was trained",
                scaled(needed),
                folder.display(),
                scaled(free)
            ),
        ))
    }
}
