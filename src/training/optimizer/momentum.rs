//! The update that `gd` and `sgd` share: heavy ball (Polyak, 1964) and Nesterov's method (1983) in the forms of
//! PyTorch's `SGD` with dampening 0, and their proximal forms under an L1 penalty.
//!
//! Without l1: v ← βv + g, θ ← θ − α_k·v; with `nesterov` θ ← θ − α_k(g + βv), v the updated one.
//!
//! With l1: p = θ + β(α_k/α_{k−1})(θ − θ_prev), θ⁺ = soft(p − α_k·∇, α_k·l1), ∇ taken at θ (heavy ball) or at p
//! (Nesterov). For a constant rate and l1 = 0, the heavy-ball form equals the one above in exact arithmetic.
//! Thresholding after a velocity buffer looks natural, but it solves another problem and gives other zeros. Only
//! weights are thresholded.

use std::ops::Range;

use super::batching::Batching;
use super::method::Optimizer;
use super::state::MethodState;
use super::traits::MethodTraits;
use super::update::{Progress, Step, Update};
use crate::numeric::{Kernel, Real, dispatch};
use crate::shape::Recurrence;

/// Plain descent, heavy ball or Nesterov's method, on full batches or on batches of rows.
pub struct Momentum {
    pub momentum: f64,
    pub nesterov: bool,
    pub batching: Batching,
}

impl Optimizer for Momentum {
    fn traits(&self, l1: f64) -> MethodTraits {
        let under_l1 = l1 > 0.0;
        // Without momentum, both forms are plain descent, and a velocity would only repeat the gradient.
        let is_descent = self.momentum == 0.0 && !under_l1;
        let recurrence = Recurrence { momentum: self.momentum, nesterov: self.nesterov };
        MethodTraits {
            // The velocity; under l1, the previous parameters instead.
            vectors: usize::from(!is_descent),
            is_descent,
            recurrence: (!under_l1).then_some(recurrence),
            moves_point: self.nesterov && under_l1,
            carries: self.momentum > 0.0 && under_l1,
            is_proximal: true,
            ..MethodTraits::default()
        }
    }

    fn batching(&self) -> Batching {
        self.batching
    }
}

impl<T: Real> Update<T> for Momentum {
    fn point(&self, step: &Step<'_, T>, parameters: &[T], state: &MethodState<T>, point: &mut [T]) {
        if self.nesterov && step.l1 > T::ZERO {
            let previous = &state.vectors;
            dispatch(Extrapolate { factor: self.extrapolation(step), parameters, previous, point });
        } else {
            point.copy_from_slice(parameters);
        }
    }

    fn update(
        &self,
        step: &Step<'_, T>,
        parameters: &mut [T],
        state: &mut MethodState<T>,
        _loss: f64,
        gradient: &mut [T],
    ) -> Progress {
        let momentum = T::from_f64(self.momentum);
        let state = &mut state.vectors;
        if step.l1 > T::ZERO {
            let (extrapolation, weights) = (self.extrapolation(step), step.layout.weights());
            let Step { rate, l1, .. } = *step;
            dispatch(Proximal { extrapolation, rate, l1, weights, parameters, previous: state, gradient });
        } else if self.momentum == 0.0 {
            dispatch(Descend { rate: step.rate, parameters, gradient });
        } else if self.nesterov {
            dispatch(Nesterov { momentum, rate: step.rate, parameters, velocity: state, gradient });
        } else {
            dispatch(HeavyBall { momentum, rate: step.rate, parameters, velocity: state, gradient });
        }
        Progress::Moved
    }
}

impl Momentum {
    /// β·α_k/α_{k−1}; 0 if there is no step to extrapolate from.
    fn extrapolation<T: Real>(&self, step: &Step<'_, T>) -> T {
        if step.k == 0 || step.previous_rate == T::ZERO {
            T::ZERO
        } else {
            T::from_f64(self.momentum) * (step.rate / step.previous_rate)
        }
    }
}

struct Descend<'a, T> {
    rate: T,
    parameters: &'a mut [T],
    gradient: &'a [T],
}

impl<T: Real> Kernel for Descend<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        for (parameter, gradient) in self.parameters.iter_mut().zip(self.gradient) {
            *parameter = (-self.rate).fused(*gradient, *parameter);
        }
    }
}

struct HeavyBall<'a, T> {
    momentum: T,
    rate: T,
    parameters: &'a mut [T],
    velocity: &'a mut [T],
    gradient: &'a [T],
}

impl<T: Real> Kernel for HeavyBall<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let moving = self.parameters.iter_mut().zip(self.velocity);
        for ((parameter, velocity), gradient) in moving.zip(self.gradient) {
            *velocity = self.momentum.fused(*velocity, *gradient);
            *parameter = (-self.rate).fused(*velocity, *parameter);
        }
    }
}

struct Nesterov<'a, T> {
    momentum: T,
    rate: T,
    parameters: &'a mut [T],
    velocity: &'a mut [T],
    gradient: &'a [T],
}

impl<T: Real> Kernel for Nesterov<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let moving = self.parameters.iter_mut().zip(self.velocity);
        for ((parameter, velocity), gradient) in moving.zip(self.gradient) {
            *velocity = self.momentum.fused(*velocity, *gradient);
            let direction = self.momentum.fused(*velocity, *gradient);
            *parameter = (-self.rate).fused(direction, *parameter);
        }
    }
}

struct Extrapolate<'a, T> {
    factor: T,
    parameters: &'a [T],
    previous: &'a [T],
    point: &'a mut [T],
}

impl<T: Real> Kernel for Extrapolate<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        for ((point, parameter), previous) in self.point.iter_mut().zip(self.parameters).zip(self.previous) {
            *point = extrapolated(self.factor, *parameter, *previous);
        }
    }
}

/// A factor of 0 returns the parameter unchanged, because the previous one is not set yet.
#[inline(always)]
fn extrapolated<T: Real>(factor: T, parameter: T, previous: T) -> T {
    if factor == T::ZERO { parameter } else { factor.fused(parameter - previous, parameter) }
}

struct Proximal<'a, T> {
    extrapolation: T,
    rate: T,
    l1: T,
    /// The ranges of the parameters that are weights.
    weights: &'a [Range<usize>],
    parameters: &'a mut [T],
    previous: &'a mut [T],
    gradient: &'a [T],
}

impl<T: Real> Kernel for Proximal<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let threshold = self.rate * self.l1;
        let moving = self.parameters.iter_mut().zip(self.previous);
        for ((parameter, previous), gradient) in moving.zip(self.gradient) {
            let point = extrapolated(self.extrapolation, *parameter, *previous);
            *previous = *parameter;
            *parameter = (-self.rate).fused(*gradient, point);
        }
        for weights in self.weights {
            self.parameters[weights.clone()].iter_mut().for_each(|weight| *weight = soft(*weight, threshold));
        }
    }
}

/// The proximal map of threshold·|x|. A NaN passes through.
#[inline(always)]
fn soft<T: Real>(value: T, threshold: T) -> T {
    if value > threshold {
        value - threshold
    } else if value < -threshold {
        value + threshold
    } else if value.magnitude() <= threshold {
        T::ZERO
    } else {
        value
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shape::{Layout, ParameterBlock, Role};

    #[test]
    fn a_proximal_step_thresholds_weights_and_no_bias_wherever_it_lies() {
        let layout = Layout::new(vec![
            ParameterBlock::new("first", [2], Role::Weight),
            ParameterBlock::new("bias", [1], Role::Bias),
            ParameterBlock::new("second", [1], Role::Weight),
        ]);
        let optimizer = Momentum { momentum: 0.0, nesterov: false, batching: Batching::Full };
        let step = Step { k: 0, learning_rate: 0.5, rate: 0.5, previous_rate: 0.5, l1: 1.0, layout: &layout };
        let mut parameters = [0.25, 2.0, 0.25, -2.0];
        let mut state = MethodState::new(optimizer.traits(1.0), 4);
        assert_eq!(optimizer.update(&step, &mut parameters, &mut state, 0.0, &mut [0.0; 4]), Progress::Moved);
        assert_eq!(parameters, [0.0, 1.5, 0.25, -1.5]);
    }
}
