//! Loss and gradient of half the squared error of a linear function: r = xᵀθ − y, loss r²/2, gradient r·x.
//!
//! Residuals fold from −y over the parameters in their order; gradients fold from 0 over the rows in theirs, and so do
//! losses: a batch is walked in blocks of rows, each for all trials, and the sums go on from block to block.

use super::{BLOCK, Batch, Scratch};
use crate::numeric::{LANES, Real, Rows, Start, add_squares, product, totals};

pub fn gradients<T: Real>(
    batch: &Batch<'_, T>,
    points: &[T],
    losses: &mut [T],
    gradients: &mut [T],
    scratch: &mut Scratch<T>,
) {
    let trials = losses.len();
    let b = batch.negated_target.len();
    let d = points.len() / trials;
    let Scratch { residuals, squares } = scratch;
    squares.clear();
    squares.resize(trials, [T::ZERO; LANES]);
    for from in (0..b).step_by(BLOCK) {
        let rows = BLOCK.min(b - from);
        if residuals.len() < trials * rows {
            residuals.resize(trials * rows, T::ZERO);
        }
        let residuals = &mut residuals[..trials * rows];
        let columns = Rows::every(&batch.columns[from * d..][..rows * d], rows);
        let start = Start::Row(&batch.negated_target[from..][..rows]);
        product(residuals, start, Rows::every(points, d), columns, None);
        add_squares(squares, residuals, rows);
        let start = if from == 0 { Start::Zero } else { Start::Sums };
        let weight = (from + rows == b).then_some(batch.weight);
        product(gradients, start, Rows::every(residuals, rows), batch.rows.range(from, rows), weight);
    }
    let half = T::from_f64(0.5);
    for (loss, square) in losses.iter_mut().zip(totals(squares)) {
        *loss = half * square;
    }
}
