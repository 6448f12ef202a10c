//! The arithmetic of one update, in one precision.

use super::preconditioner::Preconditioner;
use super::state::MethodState;
use crate::numeric::Real;
use crate::shape::Layout;

/// What an update depends on besides the gradient.
#[derive(Debug, Clone, Copy)]
pub struct Step<'a, T> {
    /// The number of updates before this one.
    pub k: u64,
    /// α, which the schedule scales; 1 for a method without a learning rate. Trials that differ in it share one method.
    pub learning_rate: f64,
    /// α_k; 1 for a method without a learning rate and with a constant schedule.
    pub rate: T,
    /// α_{k−1}; α_0 for the first update.
    pub previous_rate: T,
    /// The weight of ‖w‖₁, for a proximal method. (The gradient already includes l2.)
    pub l1: T,
    /// Says which parameters are weights.
    pub layout: &'a Layout,
}

/// The answer of a method to a gradient.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    /// The step is done.
    Moved,
    /// The step goes on: it needs the loss and the gradient of the same batch at the point that it now names.
    Again,
}

/// The arithmetic of one method in one precision. All slices belong to one trial: the parameters, `[d]`, in the
/// order of the layout, and its state.
pub trait Update<T: Real> {
    /// Writes the point at which the loss and the gradient are needed to `point`, `[d]`. It is asked where the method moves
    /// its point, and after each [`Progress::Again`].
    fn point(&self, _step: &Step<'_, T>, parameters: &[T], _state: &MethodState<T>, point: &mut [T]) {
        point.copy_from_slice(parameters);
    }

    /// Moves the parameters, given J over the batch and its gradient, `[d]`, at that point. The gradient of a proximal method
    /// leaves out l1. The method may use the gradient as memory.
    fn update(
        &self,
        step: &Step<'_, T>,
        parameters: &mut [T],
        state: &mut MethodState<T>,
        loss: f64,
        gradient: &mut [T],
    ) -> Progress;

    /// What it divides its steps by after `k` updates of `d` parameters; `None` if it divides by nothing, or nothing is known of its
    /// stability.
    fn preconditioner(&self, _k: u64, _d: usize, _state: &MethodState<T>) -> Option<Preconditioner> {
        None
    }

    /// Writes the point at which the trial is evaluated to `point`, `[d]`.
    fn evaluation_point(&self, parameters: &[T], _state: &MethodState<T>, point: &mut [T]) {
        point.copy_from_slice(parameters);
    }
}
