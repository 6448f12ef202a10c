//! The value of the penalty, and the gradient of its L2 part.

use crate::model::Penalty;
use crate::numeric::{Kernel, Real, norm_squared};

/// l1·‖w‖₁ + (l2/2)·‖w‖², where w excludes the bias.
pub fn penalty_value(penalty: Penalty, theta: &[f64]) -> f64 {
    let weights = &theta[1..];
    let mut value = 0.0;
    if penalty.l2 > 0.0 {
        value += 0.5 * penalty.l2 * norm_squared(weights);
    }
    if penalty.l1 > 0.0 {
        value += penalty.l1 * weights.iter().fold(0.0, |sum, weight| sum + weight.abs());
    }
    value
}

/// Adds the gradient of the L2 penalty at a point.
pub struct AddL2Gradient<'a, T> {
    pub l2: T,
    pub point: &'a [T],
    pub gradient: &'a mut [T],
}

impl<T: Real> Kernel for AddL2Gradient<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        for (component, &weight) in self.gradient.iter_mut().zip(self.point).skip(1) {
            *component = self.l2.fused(weight, *component);
        }
    }
}
