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
    /// Its name under an l2 penalty, before the penalty; `None` if it is the same for every model and penalty.
    pub label_under_l2: Option<&'static str>,
    /// Its mean loss on a split, from the problem's record; `None` if the split does not exist, or the record lacks it.
    pub loss: fn(&ProblemRecord, Split) -> Option<f64>,
}

/// Every baseline that exists.
pub static BASELINES: &[BaselineKind] = &[least_squares::BASELINE, mean::BASELINE];
