//! What needs no training and stands beside the trained settings: one file per baseline.

mod least_squares;
mod mean;

use crate::record::{ProblemRecord, Split};

/// One row of the registry of baselines.
pub struct BaselineKind {
    /// The word in tables.
    pub name: &'static str,
    /// The words in reports.
    pub label: &'static str,
    pub doc: &'static str,
    /// Whether models and penalties have baselines of their own.
    pub depends_on_model: bool,
    /// Its mean loss on a split, from the problem's record; `None` if the split does not exist, or the record lacks it.
    pub loss: fn(&ProblemRecord, Split) -> Option<f64>,
}

/// Every baseline that exists.
pub static BASELINES: &[BaselineKind] = &[least_squares::BASELINE, mean::BASELINE];
