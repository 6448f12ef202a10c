//! Loss and gradient of half the squared error of a linear function: r = xᵀθ − y, loss r²/2, gradient r·x.
//!
//! Residuals are folded from −y over the parameters in their order, and outputs from 0. Gradients and losses are folded
//! from 0 over the rows in their order: a batch is processed in blocks of rows, each for all trials, and the sums
//! continue from block to block.

use super::passes::{BLOCK, Batch, Passes};
use super::workspace::Workspace;
use crate::numeric::{
    Epilogue, InitialSum, MatrixRows, PARTIAL_SUMS, Real, add_squares, norm_squared, product, totals, transpose,
};
use crate::shape::Target;

/// A model whose predictions are linear in its parameters, over the rows of its design, and whose loss is half the
/// squared error.
pub trait SquaredError {}

/// Half the sum of squared differences between outputs and targets.
#[must_use]
pub fn half_squared_error(outputs: &[f64], target: &Target) -> f64 {
    let residuals: Vec<f64> = outputs.iter().zip(target.numbers()).map(|(output, target)| output - target).collect();
    0.5 * norm_squared(&residuals)
}

impl<T: Real, M: SquaredError> Passes<T> for M {
    fn outputs(&self, rows: MatrixRows<'_, T>, points: &[T], outputs: &mut [T], workspace: &mut Workspace<T>) {
        let (n, d) = (rows.count(), rows.length());
        let trials = outputs.len().checked_div(n).unwrap_or(0);
        let [columns, predictions] = workspace.buffers([BLOCK * d, trials * BLOCK]);
        for from in (0..n).step_by(BLOCK) {
            let count = BLOCK.min(n - from);
            let columns = &mut columns[..count * d];
            transpose(rows.range(from, count), columns);
            let predictions = &mut predictions[..trials * count];
            let (points, columns) = (MatrixRows::every(points, d), MatrixRows::every(columns, count));
            product(predictions, InitialSum::Zero, points, columns, Epilogue::Store);
            for (to, of_trial) in outputs.chunks_exact_mut(n).zip(predictions.chunks_exact(count)) {
                to[from..from + count].copy_from_slice(of_trial);
            }
        }
    }

    fn gradients(
        &self,
        batch: &Batch<'_, T>,
        points: &[T],
        losses: &mut [T],
        gradients: &mut [T],
        workspace: &mut Workspace<T>,
    ) {
        let b = batch.negated_target.len();
        let mut residuals = Residuals::new(batch, points, losses.len(), workspace);
        for from in (0..b).step_by(BLOCK) {
            let rows = BLOCK.min(b - from);
            let block = residuals.block(batch, points, from, rows);
            let start = if from == 0 { InitialSum::Zero } else { InitialSum::Output };
            let epilogue = if from + rows == b { Epilogue::Scale(batch.weight) } else { Epilogue::Store };
            product(gradients, start, MatrixRows::every(block, rows), batch.rows.range(from, rows), epilogue);
        }
        residuals.losses(losses);
    }

    fn descend(
        &self,
        batch: &Batch<'_, T>,
        rates: &[T],
        parameters: &mut [T],
        losses: &mut [T],
        workspace: &mut Workspace<T>,
    ) -> bool {
        let b = batch.negated_target.len();
        let mut residuals = Residuals::new(batch, parameters, losses.len(), workspace);
        let block = residuals.block(batch, parameters, 0, b);
        let epilogue = Epilogue::Descend { weight: batch.weight, rates };
        product(parameters, InitialSum::Zero, MatrixRows::every(block, b), batch.rows, epilogue);
        residuals.losses(losses);
        true
    }
}

/// The residuals of a batch, block by block, and the sums of their squares.
struct Residuals<'a, T> {
    trials: usize,
    /// Of the current block, `[trials, rows]`.
    values: &'a mut [T],
    /// If the batch has no packed columns: the parameters, `[d, trials]`, and the current block, `[rows, trials]`.
    turned: &'a mut [T],
    turned_values: &'a mut [T],
    /// `[trials]`
    squares: &'a mut [[T; PARTIAL_SUMS]],
}

impl<'a, T: Real> Residuals<'a, T> {
    fn new(batch: &Batch<'_, T>, points: &[T], trials: usize, workspace: &'a mut Workspace<T>) -> Self {
        let d = batch.rows.length();
        let block = trials * BLOCK.min(batch.negated_target.len());
        let (turned, turned_values) = if batch.columns.is_some() { (0, 0) } else { (trials * d, block) };
        let [values, turned, turned_values, squares] =
            workspace.buffers([block, turned, turned_values, trials * PARTIAL_SUMS]);
        squares.fill(T::ZERO);
        let (squares, _) = squares.as_chunks_mut();
        if batch.columns.is_none() {
            transpose(MatrixRows::every(points, d), turned);
        }
        Self { trials, values, turned, turned_values, squares }
    }

    /// Computes the residuals, `[trials, rows]`, of a block of rows and adds their squares.
    fn block(&mut self, batch: &Batch<'_, T>, points: &[T], from: usize, rows: usize) -> &[T] {
        let d = batch.rows.length();
        let values = &mut self.values[..self.trials * rows];
        let target = &batch.negated_target[from..][..rows];
        if let Some(columns) = batch.columns {
            let columns = MatrixRows::every(&columns[from * d..][..rows * d], rows);
            product(values, InitialSum::Row(target), MatrixRows::every(points, d), columns, Epilogue::Store);
        } else {
            let turned_values = &mut self.turned_values[..self.trials * rows];
            let parameters = MatrixRows::every(&*self.turned, self.trials);
            let rows = batch.rows.range(from, rows);
            product(turned_values, InitialSum::Column(target), rows, parameters, Epilogue::Store);
            transpose(MatrixRows::every(turned_values, self.trials), values);
        }
        add_squares(self.squares, values, rows);
        values
    }

    fn losses(&self, losses: &mut [T]) {
        let half = T::from_f64(0.5);
        for (loss, square) in losses.iter_mut().zip(totals(self.squares)) {
            *loss = half * square;
        }
    }
}
