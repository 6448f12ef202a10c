//! The passes of a model over rows, for all trials of a cohort at once: its outputs, and loss and gradient of a batch.

use super::workspace::Workspace;
use crate::numeric::{MatrixRows, Real};

/// A batch of rows: a view of them and, for predictions, a packed transposed copy.
#[derive(Debug, Clone, Copy)]
pub struct Batch<'a, T> {
    /// What the model reads, `[b, columns]`: the rows of its design, or the features of a model without one.
    pub rows: MatrixRows<'a, T>,
    /// The rows in blocks of [`BLOCK`] (the last may be shorter), each transposed to `[columns, rows]`. `None` if there
    /// are so few trials that each transposes them in registers.
    pub columns: Option<&'a [T]>,
    /// −y, `[n_targets, b]`
    pub negated_target: &'a [T],
    /// The weights of the rows' losses, `[b]`; `None` if each counts once.
    pub row_weights: Option<&'a [T]>,
    /// The factor of the sum of the rows' gradients.
    pub weight: T,
}

impl<T> Batch<'_, T> {
    /// The number of targets of a row.
    #[must_use]
    pub fn n_targets(&self) -> usize {
        self.negated_target.len().checked_div(self.rows.count()).unwrap_or(1)
    }
}

/// The rows of a batch that are multiplied at a time, so that a batch larger than the caches is read only once for all
/// trials.
pub const BLOCK: usize = 64;

/// Whether a transposed copy of this many rows pays off, if this many vectors of parameters are multiplied with it. The
/// threshold was measured with batches of 32 rows.
pub const fn packs(vectors: usize, rows: usize) -> bool {
    2 * vectors > rows
}

/// The parameters of some trials, and the numbers beside them that training moves without a gradient.
#[derive(Debug, Clone, Copy)]
pub struct Points<'a, T> {
    pub trials: usize,
    /// `[trials, d]`
    pub parameters: &'a [T],
    /// Such as running means, `[trials, statistics]`; empty for models without them.
    pub statistics: &'a [T],
}

impl<'a, T> Points<'a, T> {
    /// Those of a model without statistics.
    #[must_use]
    pub const fn new(trials: usize, parameters: &'a [T]) -> Self {
        Self { trials, parameters, statistics: &[] }
    }
}

/// What a step of training knows beside its batch.
#[derive(Debug)]
pub struct Training<'a, T> {
    /// The seed of each trial, `[trials]`, which its random numbers depend on.
    pub seeds: &'a [u64],
    /// Counted from 1.
    pub epoch: u64,
    /// The number of the batch in its epoch, counted from 0.
    pub batch: u64,
    /// The statistics of the trials, `[trials, statistics]`, which the step moves; `None` if they stay.
    pub statistics: Option<&'a mut [T]>,
}

/// The passes in one precision. Each trial's numbers depend on its own parameters and on the rows, and not on the other
/// trials. The number of outputs of a row follows from the lengths.
pub trait Passes<T: Real> {
    /// Writes the outputs of each of the `points` for the rows, `[n, columns]`, to `outputs`, `[trials, outputs, n]`.
    fn outputs(&self, rows: MatrixRows<'_, T>, points: Points<'_, T>, outputs: &mut [T], workspace: &mut Workspace<T>);

    /// Writes the sum of the rows' losses at each of the `points`, `[trials, d]`, to `losses`, `[trials]`: those of
    /// [`gradients`](Self::gradients), without the gradients.
    fn losses(&self, batch: &Batch<'_, T>, points: &[T], losses: &mut [T], workspace: &mut Workspace<T>) {
        self.gradients(batch, points, losses, &mut vec![T::ZERO; points.len()], None, workspace);
    }

    /// For each of the `points`, `[trials, d]`: writes the sum of the rows' losses to `losses`, `[trials]`, and the
    /// batch's weight times the sum of the rows' gradients to `gradients`, `[trials, d]`. In a step of `training` a model
    /// may draw random numbers and move statistics; outside of one it does neither.
    fn gradients(
        &self,
        batch: &Batch<'_, T>,
        points: &[T],
        losses: &mut [T],
        gradients: &mut [T],
        training: Option<Training<'_, T>>,
        workspace: &mut Workspace<T>,
    );

    /// One step of gradient descent on a batch of at most [`BLOCK`] rows, for models that can do it in one pass. Writes
    /// the same `losses`, and moves each trial's `parameters`, `[trials, d]`, against the same gradient by its rate from
    /// `rates`, `[trials]`: θ ← θ − α·g, rounded once. Returns false, with nothing moved, if the model has no such pass.
    fn descend(
        &self,
        _batch: &Batch<'_, T>,
        _rates: &[T],
        _parameters: &mut [T],
        _losses: &mut [T],
        _workspace: &mut Workspace<T>,
    ) -> bool {
        false
    }
}
