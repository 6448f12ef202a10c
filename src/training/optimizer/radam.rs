//! RAdam: Adam that waits with its scaling until the mean of squared gradients can be trusted.
//!
//! m ← β₁·m + (1 − β₁)·g, v ← β₂·v + (1 − β₂)·g², m̂ = m/(1 − β₁^t), t = k + 1, where k counts the updates before this one.
//! ρ∞ = 2/(1 − β₂) − 1, ρ = ρ∞ − 2·t·β₂^t/(1 − β₂^t).
//! Where ρ > 5: θ ← θ − α_k·r·m̂·√(1 − β₂^t)/(√v + ε), r = √((ρ − 4)(ρ − 2)ρ∞/((ρ∞ − 4)(ρ∞ − 2)ρ)); until then θ ← θ − α_k·m̂.
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
//! The form and the defaults are those of PyTorch's `RAdam`. The paper begins to scale at ρ > 4, and has no ε. The first steps (five with the default
//! β₂) are those of momentum without any scaling: a rate that suits Adam can be far too large for them where gradients are large.
//!
//! Liu et al., "On the variance of the adaptive learning rate and beyond", International Conference on Learning Representations, 2020.
//!
//! ```toml
//! [optimizers.radam]
//! method = "radam"
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
use crate::numeric::Real;
use crate::parameter::read;

pub const METHOD: Method = Method::new(
    "radam",
    "RAdam: Adam that waits with its scaling until the mean of squared gradients can be trusted",
    &[LEARNING_RATE.default_elsewhere(1e-3, "torch"), BATCH_SIZE, BETA1, BETA2, EPSILON, REPLACEMENT, LAST_BATCH],
    include_str!("radam.rs"),
    |values| Ok(Box::new(read::<Radam>(values)?)),
);

#[derive(Deserialize)]
struct Radam {
    beta1: f64,
    beta2: f64,
    epsilon: f64,
    #[serde(flatten)]
    batches: BatchKeys,
}

impl Optimizer for Radam {
    fn traits(&self, _l1: f64) -> MethodTraits {
        // The means; β₁^k and β₂^k.
        MethodTraits { vectors: 2, scalars: 2, ..MethodTraits::default() }
    }

    fn batching(&self) -> Batching {
        self.batches.batching()
    }
}

impl<T: Real> Update<T> for Radam {
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
        let rectified = self.rectified(step.k, power2);
        let rate = step.rate.to_f64() / (1.0 - power1) * rectified.unwrap_or(1.0);
        let rule = Components {
            mean: RunningMean::new(self.beta1),
            square: RunningMean::new(self.beta2),
            rate: of(rate),
            epsilon: of(self.epsilon),
            scales: rectified.is_some(),
        };
        by_component(&rule, parameters, gradient, state.split(parameters.len()));
        Progress::Moved
    }
}

impl Radam {
    /// r·√(1 − β₂^t), given β₂^t; `None` as long as ρ ≤ 5.
    fn rectified(&self, k: u64, power2: f64) -> Option<f64> {
        let limit = 2.0 / (1.0 - self.beta2) - 1.0;
        let length = limit - 2.0 * (k + 1) as f64 * power2 / (1.0 - power2);
        let ratio = (length - 4.0) * (length - 2.0) * limit / ((limit - 4.0) * (limit - 2.0) * length);
        (length > 5.0).then(|| ratio.sqrt() * (1.0 - power2).sqrt())
    }
}

struct Components<T> {
    mean: RunningMean<T>,
    square: RunningMean<T>,
    /// The rate of m, with its corrections.
    rate: T,
    epsilon: T,
    scales: bool,
}

impl<T: Real> Rule<T, 2> for Components<T> {
    #[inline(always)]
    fn step(&self, parameter: T, gradient: T, [mean, square]: [T; 2]) -> (T, [T; 2]) {
        let mean = self.mean.with(mean, gradient);
        let square = self.square.with_square(square, gradient);
        let scale = if self.scales { square.square_root() + self.epsilon } else { T::ONE };
        (parameter - self.rate * mean / scale, [mean, square])
    }
}
