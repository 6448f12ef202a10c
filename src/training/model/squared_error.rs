//! Loss and gradient of half the squared error of a linear function: r = xᵀθ − y, loss r²/2, gradient r·x.
//!
//! Residuals are folded from −y over the parameters in their order. Gradients and losses are folded from 0 over the
//! rows in their order: a batch is processed in blocks of rows, each for all trials, and the sums continue from block
//! to block.

use super::gradient::{BLOCK, Batch, Gradient, Scratch};
use crate::numeric::{Epilogue, InitialSum, MatrixRows, PARTIAL_SUMS, Real, add_squares, product, totals, transpose};

/// A model whose predictions are linear in its parameters, over the rows of its design, and whose loss is half the
/// squared error.
pub trait SquaredError {}

impl<T: Real, M: SquaredError> Gradient<T> for M {
    fn gradients(
        &self,
        batch: &Batch<'_, T>,
        points: &[T],
        losses: &mut [T],
        gradients: &mut [T],
        scratch: &mut Scratch<T>,
    ) {
        let b = batch.negated_target.len();
        scratch.clear(losses.len());
        for from in (0..b).step_by(BLOCK) {
            let rows = BLOCK.min(b - from);
            scratch.predict(batch, points, losses.len(), from, rows);
            let start = if from == 0 { InitialSum::Zero } else { InitialSum::Output };
            let epilogue = if from + rows == b { Epilogue::Scale(batch.weight) } else { Epilogue::Store };
            product(
                gradients,
                start,
                MatrixRows::every(&scratch.residuals, rows),
                batch.rows.range(from, rows),
                epilogue,
            );
        }
        scratch.losses(losses);
    }

    fn descend(
        &self,
        batch: &Batch<'_, T>,
        rates: &[T],
        parameters: &mut [T],
        losses: &mut [T],
        scratch: &mut Scratch<T>,
    ) {
        let (trials, b) = (losses.len(), batch.negated_target.len());
        scratch.clear(trials);
        scratch.predict(batch, parameters, trials, 0, b);
        let epilogue = Epilogue::Descend { weight: batch.weight, rates };
        product(parameters, InitialSum::Zero, MatrixRows::every(&scratch.residuals, b), batch.rows, epilogue);
        scratch.losses(losses);
    }
}

impl<T: Real> Scratch<T> {
    fn clear(&mut self, trials: usize) {
        self.squares.clear();
        self.squares.resize(trials, [T::ZERO; PARTIAL_SUMS]);
    }

    /// Computes the residuals, `[trials, rows]`, of a block of rows and adds their squares.
    fn predict(&mut self, batch: &Batch<'_, T>, points: &[T], trials: usize, from: usize, rows: usize) {
        let d = batch.rows.length();
        self.residuals.resize(trials * rows, T::ZERO);
        let target = &batch.negated_target[from..][..rows];
        let points = MatrixRows::every(points, d);
        if let Some(columns) = batch.columns {
            let columns = MatrixRows::every(&columns[from * d..][..rows * d], rows);
            product(&mut self.residuals, InitialSum::Row(target), points, columns, Epilogue::Store);
        } else {
            self.turned.resize(trials * d, T::ZERO);
            self.predictions.resize(trials * rows, T::ZERO);
            transpose(points, &mut self.turned);
            let parameters = MatrixRows::every(&self.turned, trials);
            let rows = batch.rows.range(from, rows);
            product(&mut self.predictions, InitialSum::Column(target), rows, parameters, Epilogue::Store);
            transpose(MatrixRows::every(&self.predictions, trials), &mut self.residuals);
        }
        add_squares(&mut self.squares, &self.residuals, rows);
    }

    fn losses(&self, losses: &mut [T]) {
        let half = T::from_f64(0.5);
        for (loss, square) in losses.iter_mut().zip(totals(&self.squares)) {
            *loss = half * square;
        }
    }
}
