//! The arithmetic of one update, in one precision.

use crate::numeric::Real;

/// What an update knows beside the gradient.
#[derive(Debug, Clone, Copy)]
pub struct Step<T> {
    /// Updates done before.
    pub k: u64,
    /// α_k
    pub rate: T,
    /// α_{k−1}; that of the first update is α_0.
    pub previous_rate: T,
    /// Weight of ‖w‖₁. (The gradient holds the part of l2 already.)
    pub l1: T,
}

/// One method's arithmetic in one precision. Slices are one trial's: parameters `[d]` with the bias first, state
/// `[state_vectors · d]`, zero at the start.
pub trait Update<T: Real> {
    /// Writes the point at which the gradient is wanted.
    fn point(&self, step: &Step<T>, parameters: &[T], state: &[T], point: &mut [T]);

    /// Moves the parameters by the gradient of the smooth part of J at that point.
    fn update(&self, step: &Step<T>, parameters: &mut [T], state: &mut [T], gradient: &[T]);
}
