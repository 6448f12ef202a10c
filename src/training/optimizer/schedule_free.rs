//! What the Schedule-Free methods share: the mean of their points, and how much of it a step replaces.
//!
//! The first two vectors of their state are z and x, the first two scalars the largest rate so far and the sum of weights.

use super::running_mean::RunningMean;
use super::state::MethodState;
use crate::numeric::Real;
use crate::parameter::{Decides, Fallback, Interval, Kind, Parameter};

pub const WEIGHT_POWER: Parameter = Parameter::new(
    "weight_power",
    Kind::Float(Interval::NOT_NEGATIVE),
    Fallback::Literal("2.0"),
    Decides::Update,
    "r: a point enters the mean x with the weight max(α)^r",
)
.also_called(&["weight_lr_power"]);

/// c, the share of z in the mean x after a step of this rate.
pub fn share<T>(state: &mut MethodState<T>, rate: f64, power: f64) -> f64 {
    let largest = state.scalars[0].max(rate);
    let weight = libm::pow(largest, power);
    let sum = state.scalars[1] + weight;
    state.scalars[0] = largest;
    state.scalars[1] = sum;
    // (A rate of 0 moves nothing.)
    if sum > 0.0 { weight / sum } else { 1.0 }
}

/// x, once a step has been taken.
pub fn evaluation_point<T: Real>(parameters: &[T], state: &MethodState<T>, point: &mut [T]) {
    let d = parameters.len();
    let began = state.scalars[1] > 0.0;
    point.copy_from_slice(if began { &state.vectors[d..2 * d] } else { parameters });
}

/// The step of x and y, given z.
pub struct Mean<T> {
    x: RunningMean<T>,
    y: RunningMean<T>,
}

impl<T: Real> Mean<T> {
    pub fn new(share: f64, momentum: f64) -> Self {
        Self { x: RunningMean::weighted(1.0 - share, share), y: RunningMean::new(momentum) }
    }

    /// x and y.
    #[inline(always)]
    pub fn step(&self, x: T, z: T) -> (T, T) {
        let x = self.x.with(x, z);
        (x, self.y.with(x, z))
    }
}
