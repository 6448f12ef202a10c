//! AMSGrad: Adam whose mean of squared gradients, in the step, never falls.
//!
//! m ← β₁·m + (1 − β₁)·g, v ← β₂·v + (1 − β₂)·g², u ← max(u, v),
//! θ ← θ − α_k/(1 − β₁^(k+1)) · m / (√u/√(1 − β₂^(k+1)) + ε), where k counts the updates before this one.
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
//! The form and the defaults are those of PyTorch's `Adam` with `amsgrad=True`: the largest v is taken before it is corrected. optax's `amsgrad`
//! takes the largest corrected one. The paper (algorithm 2) corrects neither.
//!
//! Reddi, Kale and Kumar, "On the convergence of Adam and beyond", International Conference on Learning Representations, 2018.
//!
//! ```toml
//! [optimizers.amsgrad]
//! method = "amsgrad"
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
    "amsgrad",
    "AMSGrad: Adam whose mean of squared gradients, in the step, never falls",
    &[LEARNING_RATE.default_elsewhere(1e-3, "torch"), BATCH_SIZE, BETA1, BETA2, EPSILON, REPLACEMENT, LAST_BATCH],
    include_str!("amsgrad.rs"),
    |values| Ok(Box::new(read::<AmsGrad>(values)?)),
);

#[derive(Deserialize)]
struct AmsGrad {
    beta1: f64,
    beta2: f64,
    epsilon: f64,
    #[serde(flatten)]
    batches: BatchKeys,
}

impl Optimizer for AmsGrad {
    fn traits(&self, _l1: f64) -> MethodTraits {
        // The means and the largest mean of squares; β₁^k and β₂^k.
        MethodTraits { vectors: 3, scalars: 2, ..MethodTraits::default() }
    }

    fn batching(&self) -> Batching {
        self.batches.batching()
    }
}

impl<T: Real> Update<T> for AmsGrad {
    fn update(
        &self,
        step: &Step<'_, T>,
        parameters: &mut [T],
        state: &mut MethodState<T>,
        _loss: f64,
        gradient: &mut [T],
    ) -> Progress {
        let [power1, power2] = state.powers(step.k, [self.beta1, self.beta2]);
        let of = T::from_f64;
        let rule = Components {
            mean: RunningMean::new(self.beta1),
            square: RunningMean::new(self.beta2),
            rate: of(step.rate.to_f64() / (1.0 - power1)),
            root: of((1.0 - power2).sqrt()),
            epsilon: of(self.epsilon),
        };
        by_component(&rule, parameters, gradient, state.split(parameters.len()));
        Progress::Moved
    }
}

struct Components<T> {
    mean: RunningMean<T>,
    square: RunningMean<T>,
    /// α_k/(1 − β₁^(k+1))
    rate: T,
    /// √(1 − β₂^(k+1))
    root: T,
    epsilon: T,
}

impl<T: Real> Rule<T, 3> for Components<T> {
    #[inline(always)]
    fn step(&self, parameter: T, gradient: T, [mean, square, largest]: [T; 3]) -> (T, [T; 3]) {
        let mean = self.mean.with(mean, gradient);
        let square = self.square.with_square(square, gradient);
        let largest = larger(square, largest);
        let scale = largest.square_root() / self.root + self.epsilon;
        (parameter - self.rate * mean / scale, [mean, square, largest])
    }
}
