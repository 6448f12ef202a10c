//! Loss and gradient of a batch for all trials of a cohort: the batch, the memory it takes, and the trait.

use crate::numeric::{MatrixRows, PARTIAL_SUMS, Real};

/// A batch of rows: where they are, and packed transposed for predictions.
#[derive(Debug, Clone, Copy)]
pub struct Batch<'a, T> {
    /// `[b, d]`
    pub rows: MatrixRows<'a, T>,
    /// Blocks of [`BLOCK`] rows, the last one shorter, each `[d, rows]`; `None` where the trials are so few that turning
    /// their parameters costs less.
    pub columns: Option<&'a [T]>,
    /// −y, `[b]`
    pub negated_target: &'a [T],
    /// What the sum of the rows' gradients is multiplied by.
    pub weight: T,
}

/// Rows of a batch that are multiplied at a time: a batch that is larger than the caches is read once for all trials.
pub const BLOCK: usize = 64;

/// Memory that a model uses from batch to batch.
#[derive(Debug)]
pub struct Scratch<T> {
    pub(super) residuals: Vec<T>,
    /// Parameters `[d, trials]` and residuals `[rows, trials]` of few trials.
    pub(super) turned: Vec<T>,
    pub(super) predictions: Vec<T>,
    pub(super) squares: Vec<[T; PARTIAL_SUMS]>,
}

impl<T> Default for Scratch<T> {
    fn default() -> Self {
        Self { residuals: Vec::new(), turned: Vec::new(), predictions: Vec::new(), squares: Vec::new() }
    }
}

/// Loss and gradient in one precision.
pub trait Gradient<T: Real> {
    /// For each of the points `[trials, d]`: Σ over the batch of the row's loss into `losses` `[trials]`, and the batch's
    /// weight times the sum of its gradient into `gradients` `[trials, d]`.
    fn gradients(
        &self,
        batch: &Batch<'_, T>,
        points: &[T],
        losses: &mut [T],
        gradients: &mut [T],
        scratch: &mut Scratch<T>,
    );

    /// Gradient descent by a batch of at most [`BLOCK`] rows: the same `losses`, and each trial's parameters moved
    /// against that gradient by its rate, one of `rates` `[trials]`: θ ← θ − α·g, rounded once.
    fn descend(
        &self,
        batch: &Batch<'_, T>,
        rates: &[T],
        parameters: &mut [T],
        losses: &mut [T],
        scratch: &mut Scratch<T>,
    );
}
