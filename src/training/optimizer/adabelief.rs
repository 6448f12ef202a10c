//! AdaBelief: Adam scaled by how far gradients lie from their running mean.
//!
//! m ← β₁·m + (1 − β₁)·g, s ← β₂·s + (1 − β₂)·(g − m)² + ε_r,
//! θ ← θ − α_k·m/(1 − β₁^(k+1)) / (√(s/(1 − β₂^(k+1))) + ε), where k counts the updates before this one.
//!
//! | key | symbol | default | range |
//! | --- | --- | --- | --- |
//! | `learning_rate` | α | required | > 0 |
//! | `batch_size` | B | 1 | ≥ 1, or `"full"` |
//! | `beta1` | β₁ | 0.9 | 0 ≤ β₁ < 1 |
//! | `beta2` | β₂ | 0.999 | 0 ≤ β₂ < 1 |
//! | `epsilon` | ε | 1e-16 | > 0 |
//! | `epsilon_root` | ε_r | 1e-16 | ≥ 0 |
//! | `replacement` | | false | |
//! | `last_batch` | | `"scaled"` | `"scaled"`, `"keep"` |
//!
//! The form and the defaults are those of optax's `adabelief`. The paper (algorithm 2) has one ε for both places.
//!
//! Zhuang et al., "AdaBelief optimizer: adapting stepsizes by the belief in observed gradients", Advances in Neural Information Processing
//! Systems 33, 2020.
//!
//! ```toml
//! [optimizers.adabelief]
//! method = "adabelief"
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
use crate::parameter::{Decides, Fallback, Interval, Kind, Parameter, read};

pub const METHOD: Method = Method::new(
    "adabelief",
    "AdaBelief: Adam scaled by how far gradients lie from their running mean",
    &[
        LEARNING_RATE.default_elsewhere(1e-3, "pytorch_optimizer"),
        BATCH_SIZE,
        BETA1,
        BETA2,
        Parameter { default: Fallback::Literal("1e-16"), ..EPSILON },
        EPSILON_ROOT,
        REPLACEMENT,
        LAST_BATCH,
    ],
    include_str!("adabelief.rs"),
    |values| Ok(Box::new(read::<Adabelief>(values)?)),
);

const EPSILON_ROOT: Parameter = Parameter::new(
    "epsilon_root",
    Kind::Float(Interval::NOT_NEGATIVE),
    Fallback::Literal("1e-16"),
    Decides::Update,
    "ε_r: added to the mean of squared deviations at each step",
);

#[derive(Deserialize)]
struct Adabelief {
    beta1: f64,
    beta2: f64,
    epsilon: f64,
    epsilon_root: f64,
    #[serde(flatten)]
    batches: BatchKeys,
}

impl Optimizer for Adabelief {
    fn traits(&self, _l1: f64) -> MethodTraits {
        // The means; β₁^k and β₂^k.
        MethodTraits { vectors: 2, scalars: 2, ..MethodTraits::default() }
    }

    fn batching(&self) -> Batching {
        self.batches.batching()
    }
}

impl<T: Real> Update<T> for Adabelief {
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
            correction: of(1.0 - power2),
            epsilon: of(self.epsilon),
            epsilon_root: of(self.epsilon_root),
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
    /// 1 − β₂^(k+1)
    correction: T,
    epsilon: T,
    epsilon_root: T,
}

impl<T: Real> Rule<T, 2> for Components<T> {
    #[inline(always)]
    fn step(&self, parameter: T, gradient: T, [mean, square]: [T; 2]) -> (T, [T; 2]) {
        let mean = self.mean.with(mean, gradient);
        let deviation = gradient - mean;
        let square = self.square.with_square(square, deviation) + self.epsilon_root;
        let scale = (square / self.correction).square_root() + self.epsilon;
        (parameter - self.rate * mean / scale, [mean, square])
    }
}
