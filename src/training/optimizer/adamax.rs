//! AdaMax: Adam with a running maximum of gradients in place of the mean of their squares.
//!
//! m ← β₁·m + (1 − β₁)·g, u ← max(β₂·u, |g| + ε), θ ← θ − α_k/(1 − β₁^(k+1)) · m/u, where k counts the updates before this one.
//!
//! | key | symbol | default | range |
//! | --- | --- | --- | --- |
//! | `learning_rate` | α | required | > 0 |
//! | `batch_size` | B | 1 | ≥ 1, or `"full"` |
//! | `beta1` | β₁ | 0.9 | 0 ≤ β₁ < 1 |
//! | `beta2` | β₂ | 0.999 | 0 ≤ β₂ < 1 |
//! | `epsilon` | ε | 1e-8 | > 0 |
//! | `replacement` | | false | |
//! | `last_batch` | | `"scaled"` | `"scaled"`, `"keep"` |
//!
//! The form and the defaults are those of PyTorch's `Adamax` (its rate is 2e-3 unless told otherwise). The paper (algorithm 2) has no ε; optax's
//! `adamax` has it where it is here.
//!
//! Kingma and Ba, "Adam: a method for stochastic optimization", International Conference on Learning Representations, 2015.
//!
//! ```toml
//! [optimizers.adamax]
//! method = "adamax"
//! learning_rate = { from = 1e-4, to = 0.1, count = 7, scale = "log" }
//! batch_size = 32
//! ```

use serde::Deserialize;

use super::batching::{BatchKeys, Batching};
use super::by_component::{Rule, by_component};
use super::keys::{BATCH_SIZE, BETA1, BETA2, EPSILON, LAST_BATCH, LEARNING_RATE, REPLACEMENT};
use super::method::{Method, Optimizer};
use super::running_mean::RunningMean;
use super::state::MethodState;
use super::traits::MethodTraits;
use super::update::{Progress, Step, Update};
use crate::numeric::{Real, larger};
use crate::parameter::read;

pub const METHOD: Method = Method::new(
    "adamax",
    "AdaMax: Adam with a running maximum of gradients in place of the mean of their squares",
    &[LEARNING_RATE.default_elsewhere(2e-3, "torch"), BATCH_SIZE, BETA1, BETA2, EPSILON, REPLACEMENT, LAST_BATCH],
    include_str!("adamax.rs"),
    |values| Ok(Box::new(read::<Adamax>(values)?)),
);

#[derive(Deserialize)]
struct Adamax {
    beta1: f64,
    beta2: f64,
    epsilon: f64,
    #[serde(flatten)]
    batches: BatchKeys,
}

impl Optimizer for Adamax {
    fn traits(&self, _l1: f64) -> MethodTraits {
        // The mean and the running maximum; β₁^k.
        MethodTraits { vectors: 2, scalars: 1, ..MethodTraits::default() }
    }

    fn batching(&self) -> Batching {
        self.batches.batching()
    }
}

impl<T: Real> Update<T> for Adamax {
    fn update(
        &self,
        step: &Step<'_, T>,
        parameters: &mut [T],
        state: &mut MethodState<T>,
        _loss: f64,
        gradient: &mut [T],
    ) -> Progress {
        let [power] = state.powers(step.k, [self.beta1]);
        let of = T::from_f64;
        let rule = Components {
            mean: RunningMean::new(self.beta1),
            beta2: of(self.beta2),
            rate: of(step.rate.to_f64() / (1.0 - power)),
            epsilon: of(self.epsilon),
        };
        by_component(&rule, parameters, gradient, state.split(parameters.len()));
        Progress::Moved
    }
}

struct Components<T> {
    mean: RunningMean<T>,
    beta2: T,
    /// α_k/(1 − β₁^(k+1))
    rate: T,
    epsilon: T,
}

impl<T: Real> Rule<T, 2> for Components<T> {
    #[inline(always)]
    fn step(&self, parameter: T, gradient: T, [mean, largest]: [T; 2]) -> (T, [T; 2]) {
        let mean = self.mean.with(mean, gradient);
        let largest = larger(gradient.magnitude() + self.epsilon, self.beta2 * largest);
        (parameter - self.rate * mean / largest, [mean, largest])
    }
}
