//! Loss and gradient of a batch, for all trials of a cohort at once: the trait, the batch and the scratch memory.

use crate::numeric::{MatrixRows, PARTIAL_SUMS, Real};

/// A batch of rows: a view of them and, for predictions, a packed transposed copy.
#[derive(Debug, Clone, Copy)]
pub struct Batch<'a, T> {
    /// `[b, d]`
    pub rows: MatrixRows<'a, T>,
    /// The rows in blocks of [`BLOCK`] (the last may be shorter), each transposed to `[d, rows]`. `None` if there are
    /// so few trials that transposing their parameters costs less.
    pub columns: Option<&'a [T]>,
    /// −y, `[b]`
    pub negated_target: &'a [T],
    /// The factor of the sum of the rows' gradients.
    pub weight: T,
}

/// The rows of a batch that are multiplied at a time, so that a batch larger than the caches is read only once for all
/// trials.
pub const BLOCK: usize = 64;

/// Memory that a model reuses from batch to batch.
#[derive(Debug)]
pub struct Scratch<T> {
    pub(super) residuals: Vec<T>,
    /// For few trials: their parameters, `[d, trials]`, and in `predictions` their residuals, `[rows, trials]`.
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
    /// For each of the `points`, `[trials, d]`: writes the sum of the rows' losses to `losses`, `[trials]`, and the
    /// batch's weight times the sum of the rows' gradients to `gradients`, `[trials, d]`.
    fn gradients(
        &self,
        batch: &Batch<'_, T>,
        points: &[T],
        losses: &mut [T],
        gradients: &mut [T],
        scratch: &mut Scratch<T>,
    );

    /// One step of gradient descent on a batch of at most [`BLOCK`] rows. Writes the same `losses`, and moves each
    /// trial's `parameters`, `[trials, d]`, against the same gradient by its rate from `rates`, `[trials]`: θ ← θ −
    /// α·g, rounded once.
    fn descend(
        &self,
        batch: &Batch<'_, T>,
        rates: &[T],
        parameters: &mut [T],
        losses: &mut [T],
        scratch: &mut Scratch<T>,
    );
}
