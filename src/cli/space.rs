//! The failure of a run whose results would not fit on the disk.

use std::path::Path;

use super::failure::CommandFailure;
use crate::runner::DiskEstimate;
use crate::text::scaled;

/// # Errors
/// If the bytes would not fit.
pub fn check(space: &DiskEstimate, folder: &Path) -> Result<(), CommandFailure> {
    let Some(free) = space.too_few_free() else { return Ok(()) };
    Err(CommandFailure::new(
        CommandFailure::FILES,
        format!(
            "the run would write about {}B to {}, where {}B are free: free some, choose another folder with `-o`, or keep \
             fewer points of each curve (`train.evaluate_every`, `train.curve_points`); nothing was trained",
            scaled(space.needed()),
            folder.display(),
            scaled(free)
        ),
    ))
}
