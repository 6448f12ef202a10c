//! Loss and gradient of half the squared error of a linear function: r = xᵀθ − y, loss r²/2, gradient r·x.
//!
//! Residuals fold from −y over the parameters in their order; gradients fold from 0 over the rows in theirs.

use super::Batch;
use crate::numeric::{Real, accumulate, norm_squared};

pub fn sums<T: Real>(batch: &Batch<'_, T>, points: &[T], losses: &mut [T], gradients: &mut [T], scratch: &mut Vec<T>) {
    let b = batch.target.len();
    let trials = losses.len();
    let d = batch.rows.len() / b.max(1);
    scratch.clear();
    for _ in 0..trials {
        scratch.extend(batch.target.iter().map(|&y| -y));
    }
    accumulate(scratch, points, batch.columns, d, b);
    let half = T::from_f64(0.5);
    for (loss, residuals) in losses.iter_mut().zip(scratch.chunks_exact(b)) {
        *loss = half * norm_squared(residuals);
    }
    gradients.fill(T::ZERO);
    accumulate(gradients, scratch, batch.rows, b, d);
}
