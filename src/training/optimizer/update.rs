//! The arithmetic of one update, in one precision.

use crate::numeric::Real;
use crate::shape::Layout;

/// What an update depends on besides the gradient.
#[derive(Debug, Clone, Copy)]
pub struct Step<'a, T> {
    /// The number of updates before this one.
    pub k: u64,
    /// α_k
    pub rate: T,
    /// α_{k−1}; α_0 for the first update.
    pub previous_rate: T,
    /// The weight of ‖w‖₁. (The gradient already includes l2.)
    pub l1: T,
    /// Says which parameters are weights.
    pub layout: &'a Layout,
}

/// The arithmetic of one method in one precision. All slices belong to one trial: the parameters, `[d]`, in the
/// order of the layout, and the state, `[state_vectors · d]`, which is zero at the start.
pub trait Update<T: Real> {
    /// Writes the point at which the gradient is needed to `point`, `[d]`.
    fn point(&self, step: &Step<'_, T>, parameters: &[T], state: &[T], point: &mut [T]);

    /// Moves the parameters, given the gradient, `[d]`, of the smooth part of J at that point.
    fn update(&self, step: &Step<'_, T>, parameters: &mut [T], state: &mut [T], gradient: &[T]);
}
