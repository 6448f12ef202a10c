//! The current state of a trial, as its recorder sees it.

use crate::record::{Split, WatchSet, WatchedValue};

/// The current state of a trial, however its path represents it.
pub trait TrialState {
    /// The value of the loss's own metric over a split; `None` if the split does not exist.
    fn loss(&self, split: Split) -> Option<f64>;
    /// Writes the model's predictions of the targets of a split to `to`, `[outputs, rows]`, for metrics that need each
    /// row: its outputs as the [loss](crate::loss::Loss::predict) reads them. Returns false if the split does not
    /// exist.
    fn predictions(&self, split: Split, to: &mut Vec<f64>) -> bool;
    /// The targets of a split, `[rows]`; `None` if the split does not exist.
    fn targets(&self, split: Split) -> Option<&[f64]>;
    /// How much each row of a split counts in its metrics, `[rows]`, with mean 1; `None` if all count the same.
    fn weights(&self, split: Split) -> Option<&[f64]>;
    /// J over the training rows, penalties included.
    fn objective(&self) -> f64;
    /// The norm of the gradient of J; under l1, of the smallest subgradient.
    fn gradient_norm(&self) -> f64;
    fn theta(&self) -> Vec<f64>;
    /// The values of what is watched, from the input of the model to its output.
    fn watched(&self, watches: WatchSet) -> Vec<WatchedValue>;
    /// What its layers measured of the rows while training, apart from the parameters; empty for models that measure nothing.
    fn statistics(&self) -> Vec<f64> {
        Vec::new()
    }
}
