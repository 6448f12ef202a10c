//! The penalty on a model's weights: its value, and its part in the gradient of J.

use std::ops::Range;

use crate::model::Penalty;
use crate::numeric::{Kernel, Real, norm_squared};
use crate::shape::Layout;

/// l1·‖w‖₁ + (l2/2)·‖w‖², where w are the weights.
pub fn penalty_value(penalty: Penalty, layout: &Layout, theta: &[f64]) -> f64 {
    let weights = || layout.weights().iter().map(|weights| &theta[weights.clone()]);
    let mut value = 0.0;
    if penalty.l2 > 0.0 {
        value += 0.5 * penalty.l2 * weights().fold(0.0, |sum, weights| sum + norm_squared(weights));
    }
    if penalty.l1 > 0.0 {
        value += penalty.l1 * weights().flatten().fold(0.0, |sum, weight| sum + weight.abs());
    }
    value
}

/// Adds the gradient of the L2 penalty at a point.
pub struct AddL2Gradient<'a, T> {
    pub l2: T,
    /// The ranges of the parameters that are weights.
    pub weights: &'a [Range<usize>],
    pub point: &'a [T],
    pub gradient: &'a mut [T],
}

impl<T: Real> Kernel for AddL2Gradient<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        for weights in self.weights {
            let point = &self.point[weights.clone()];
            for (component, &weight) in self.gradient[weights.clone()].iter_mut().zip(point) {
                *component = self.l2.fused(weight, *component);
            }
        }
    }
}

/// Adds the subgradient l1·sign(w) of the L1 penalty at a point; 0 where w = 0.
pub struct AddL1Subgradient<'a, T> {
    pub l1: T,
    /// The ranges of the parameters that are weights.
    pub weights: &'a [Range<usize>],
    pub point: &'a [T],
    pub gradient: &'a mut [T],
}

impl<T: Real> Kernel for AddL1Subgradient<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        for weights in self.weights {
            let point = &self.point[weights.clone()];
            for (component, &weight) in self.gradient[weights.clone()].iter_mut().zip(point) {
                if weight > T::ZERO {
                    *component = *component + self.l1;
                } else if weight < T::ZERO {
                    *component = *component - self.l1;
                }
            }
        }
    }
}

/// Adds the subgradient of the penalty that makes the gradient of J smallest.
pub fn add_smallest_subgradient(penalty: Penalty, layout: &Layout, theta: &[f64], gradient: &mut [f64]) {
    let Penalty { l1, l2 } = penalty;
    for index in layout.weights().iter().cloned().flatten() {
        let (component, weight) = (&mut gradient[index], theta[index]);
        *component = l2.mul_add(weight, *component);
        *component = if weight > 0.0 {
            *component + l1
        } else if weight < 0.0 {
            *component - l1
        } else if component.abs() <= l1 {
            0.0
        } else {
            component.abs() - l1
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::numeric::dispatch;
    use crate::shape::{ParameterBlock, Role};

    /// A bias between two blocks of weights.
    fn layout() -> Layout {
        Layout::new(vec![
            ParameterBlock::new("first", [2], Role::Weight),
            ParameterBlock::new("bias", [1], Role::Bias),
            ParameterBlock::new("second", [1], Role::Weight),
        ])
    }

    #[test]
    fn only_weights_are_penalised_wherever_they_lie() {
        let (theta, penalty) = ([1.0, -2.0, 100.0, 4.0], Penalty { l1: 0.5, l2: 2.0 });
        assert_eq!(penalty_value(penalty, &layout(), &theta), 21.0 + 3.5);
        let mut gradient = [0.0; 4];
        let weights = &layout();
        dispatch(AddL2Gradient { l2: 2.0, weights: weights.weights(), point: &theta, gradient: &mut gradient });
        assert_eq!(gradient, [2.0, -4.0, 0.0, 8.0]);
        let mut gradient = [0.0; 4];
        let point = &[1.0, 0.0, 100.0, -4.0];
        dispatch(AddL1Subgradient { l1: 0.5, weights: weights.weights(), point, gradient: &mut gradient });
        assert_eq!(gradient, [0.5, 0.0, 0.0, -0.5]);
    }

    #[test]
    fn the_smallest_subgradient_is_zero_where_the_penalty_holds_a_weight_at_zero() {
        let mut gradient = [0.25, -0.75, 0.25, -1.0];
        add_smallest_subgradient(Penalty { l1: 0.5, l2: 0.0 }, &layout(), &[0.0, 0.0, 0.0, 3.0], &mut gradient);
        assert_eq!(gradient, [0.0, 0.25, 0.25, -0.5]);
    }
}
