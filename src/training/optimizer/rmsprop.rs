//! RMSprop: steps scaled by a running mean of the squared gradient, plain, centred, or with momentum.
//!
//! s ← ρ·s + (1 − ρ)·g², θ ← θ − α_k·g / (√s + ε).
//!
//! With `centered`, the mean of gradients is taken off: a ← ρ·a + (1 − ρ)·g, and √(s − a²) stands for √s. With `momentum`,
//! v ← β·v + g / (√s + ε), θ ← θ − α_k·v.
//!
//! | key | symbol | default | range |
//! | --- | --- | --- | --- |
//! | `learning_rate` | α | required | > 0 |
//! | `batch_size` | B | 1 | ≥ 1, or `"full"` |
//! | `rho` | ρ | 0.99 | 0 ≤ ρ < 1 |
//! | `epsilon` | ε | 1e-8 | > 0 |
//! | `momentum` | β | 0 | 0 ≤ β < 1 |
//! | `centered` | | false | |
//! | `replacement` | | false | |
//! | `last_batch` | | `"scaled"` | `"scaled"`, `"keep"` |
//!
//! The form and the defaults are those of PyTorch's `RMSprop`, whose `alpha` is ρ. optax's `rmsprop` has ρ = 0.9, and adds ε below the root
//! unless told otherwise; TensorFlow's has ρ = 0.9, ε = 1e-7.
//!
//! Tieleman and Hinton, "Lecture 6.5: RMSprop", Coursera: neural networks for machine learning, 2012; centred: Graves, "Generating sequences
//! with recurrent neural networks", arXiv 1308.0850, 2013.
//!
//! ```toml
//! [optimizers.rmsprop]
//! method = "rmsprop"
//! learning_rate = { from = 1e-4, to = 0.1, count = 7, scale = "log" }
//! batch_size = 32
//! momentum = [0.0, 0.9]
//! ```

use serde::Deserialize;

use super::batching::{BatchKeys, Batching};
use super::by_component::{Rule, by_component};
use super::keys::{BATCH_SIZE, EPSILON, LAST_BATCH, LEARNING_RATE, MOMENTUM, REPLACEMENT, RHO};
use super::method::{Method, Optimizer};
use super::running_mean::RunningMean;
use super::state::MethodState;
use super::traits::MethodTraits;
use super::update::{Progress, Step, Update};
use crate::numeric::{Real, larger};
use crate::parameter::{Decides, Fallback, Kind, Parameter, read};

pub const METHOD: Method = Method::new(
    "rmsprop",
    "RMSprop: steps scaled by a running mean of the squared gradient, plain, centred, or with momentum",
    &[
        LEARNING_RATE.default_elsewhere(1e-2, "torch"),
        BATCH_SIZE,
        RHO,
        EPSILON,
        MOMENTUM,
        CENTERED,
        REPLACEMENT,
        LAST_BATCH,
    ],
    include_str!("rmsprop.rs"),
    |values| Ok(Box::new(read::<RmsProp>(values)?)),
);

const CENTERED: Parameter = Parameter::new(
    "centered",
    Kind::Boolean,
    Fallback::Literal("false"),
    Decides::Update,
    "scale by an estimate of the variance of the gradient instead of its mean square",
);

#[derive(Deserialize)]
struct RmsProp {
    rho: f64,
    epsilon: f64,
    momentum: f64,
    centered: bool,
    #[serde(flatten)]
    batches: BatchKeys,
}

impl Optimizer for RmsProp {
    fn traits(&self, _l1: f64) -> MethodTraits {
        // The mean of squares, the velocity; the mean of gradients where it is taken off.
        MethodTraits { vectors: 2 + usize::from(self.centered), ..MethodTraits::default() }
    }

    fn batching(&self) -> Batching {
        self.batches.batching()
    }
}

impl<T: Real> Update<T> for RmsProp {
    fn update(
        &self,
        step: &Step<'_, T>,
        parameters: &mut [T],
        state: &mut MethodState<T>,
        _loss: f64,
        gradient: &mut [T],
    ) -> Progress {
        let of = T::from_f64;
        let rule = Components {
            means: RunningMean::new(self.rho),
            epsilon: of(self.epsilon),
            momentum: of(self.momentum),
            rate: step.rate,
        };
        let state = state.split(parameters.len());
        if self.centered {
            by_component(&Centered(rule), parameters, gradient, state);
        } else {
            let [square, velocity, _] = state;
            by_component(&rule, parameters, gradient, [square, velocity]);
        }
        Progress::Moved
    }
}

struct Components<T> {
    means: RunningMean<T>,
    epsilon: T,
    momentum: T,
    rate: T,
}

impl<T: Real> Components<T> {
    /// The velocity and the parameter, given what s estimates.
    #[inline(always)]
    fn moved(&self, parameter: T, gradient: T, velocity: T, square: T) -> (T, T) {
        let velocity = self.momentum.fused(velocity, gradient / (square.square_root() + self.epsilon));
        (velocity, (-self.rate).fused(velocity, parameter))
    }
}

impl<T: Real> Rule<T, 2> for Components<T> {
    #[inline(always)]
    fn step(&self, parameter: T, gradient: T, [square, velocity]: [T; 2]) -> (T, [T; 2]) {
        let square = self.means.with_square(square, gradient);
        let (velocity, parameter) = self.moved(parameter, gradient, velocity, square);
        (parameter, [square, velocity])
    }
}

struct Centered<T>(Components<T>);

impl<T: Real> Rule<T, 3> for Centered<T> {
    #[inline(always)]
    fn step(&self, parameter: T, gradient: T, [square, velocity, mean]: [T; 3]) -> (T, [T; 3]) {
        let square = self.0.means.with_square(square, gradient);
        let mean = self.0.means.with(mean, gradient);
        // Rounding may leave less than nothing.
        let variance = larger((-mean).fused(mean, square), T::ZERO);
        let (velocity, parameter) = self.0.moved(parameter, gradient, velocity, variance);
        (parameter, [square, velocity, mean])
    }
}
