//! Where a trial stands, as its recorder sees it.

use crate::record::Split;

/// Where a trial stands, however its path represents that.
pub trait TrialState {
    /// The mean squared error over a split; `None` where the split does not exist.
    fn mse(&self, split: Split) -> Option<f64>;
    /// J over the training rows, penalties included.
    fn objective(&self) -> f64;
    /// The norm of the gradient of J; under l1, of its smallest subgradient.
    fn gradient_norm(&self) -> f64;
    fn theta(&self) -> Vec<f64>;
}
