//! NAdam: Adam with Nesterov's momentum, whose weight rises with the steps.
//!
//! μ_k = β₁·(1 − ½·0.96^((k+1)·ψ)), π_k = μ_0·μ_1·…·μ_k, m ← β₁·m + (1 − β₁)·g, v ← β₂·v + (1 − β₂)·g²,
//! θ ← θ − α_k·((1 − μ_k)/(1 − π_k) · g + μ_{k+1}/(1 − π_{k+1}) · m) / (√(v/(1 − β₂^(k+1))) + ε), where k counts the updates before this one.
//!
//! | key | symbol | default | range |
//! | --- | --- | --- | --- |
//! | `learning_rate` | α | required | > 0 |
//! | `batch_size` | B | 1 | ≥ 1, or `"full"` |
//! | `beta1` | β₁ | 0.9 | 0 ≤ β₁ < 1 |
//! | `beta2` | β₂ | 0.999 | 0 ≤ β₂ < 1 |
//! | `epsilon` | ε | 1e-8 | > 0 |
//! | `momentum_decay` | ψ | 4e-3 | ≥ 0 |
//! | `replacement` | | false | |
//! | `last_batch` | | `"scaled"` | `"scaled"`, `"keep"` |
//!
//! The form and the defaults are those of PyTorch's `NAdam` (its rate is 2e-3 unless told otherwise). optax's `nadam` is another rule: μ is β₁ at
//! each step. `weight_decay` is decoupled, as with PyTorch's `decoupled_weight_decay=True`; `nadamw` has it at 0.01.
//!
//! Dozat, "Incorporating Nesterov momentum into Adam", International Conference on Learning Representations, workshop track, 2016.
//!
//! ```toml
//! [optimizers.nadam]
//! method = "nadam"
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
    "nadam",
    "NAdam: Adam with Nesterov's momentum, whose weight rises with the steps",
    &[
        LEARNING_RATE.default_elsewhere(2e-3, "torch"),
        BATCH_SIZE,
        BETA1,
        BETA2,
        EPSILON,
        MOMENTUM_DECAY,
        REPLACEMENT,
        LAST_BATCH,
    ],
    include_str!("nadam.rs"),
    |values| Ok(Box::new(read::<Nadam>(values)?)),
);

pub const MOMENTUM_DECAY: Parameter = Parameter::new(
    "momentum_decay",
    Kind::Float(Interval::NOT_NEGATIVE),
    Fallback::Literal("4e-3"),
    Decides::Update,
    "ψ: how fast the weight of the momentum rises from β₁/2 to β₁",
);

#[derive(Deserialize)]
struct Nadam {
    beta1: f64,
    beta2: f64,
    epsilon: f64,
    momentum_decay: f64,
    #[serde(flatten)]
    batches: BatchKeys,
}

impl Optimizer for Nadam {
    fn traits(&self, _l1: f64) -> MethodTraits {
        // The means; π_k and β₂^k.
        MethodTraits { vectors: 2, scalars: 2, ..MethodTraits::default() }
    }

    fn batching(&self) -> Batching {
        self.batches.batching()
    }
}

impl<T: Real> Update<T> for Nadam {
    fn update(
        &self,
        step: &Step<'_, T>,
        parameters: &mut [T],
        state: &mut MethodState<T>,
        _loss: f64,
        gradient: &mut [T],
    ) -> Progress {
        let weight = |k: u64| self.beta1 * 0.5f64.mul_add(-libm::pow(0.96, k as f64 * self.momentum_decay), 1.0);
        let (now, next) = (weight(step.k + 1), weight(step.k + 2));
        let first = step.k == 0;
        let product = if first { now } else { state.scalars[0] * now };
        let power = if first { self.beta2 } else { state.scalars[1] * self.beta2 };
        state.scalars.copy_from_slice(&[product, power]);
        let (of, rate) = (T::from_f64, step.rate.to_f64());
        let rule = Components {
            mean: RunningMean::new(self.beta1),
            square: RunningMean::new(self.beta2),
            of_gradient: of(rate * (1.0 - now) / (1.0 - product)),
            of_mean: of(rate * next / (1.0 - product * next)),
            correction: of(1.0 - power),
            epsilon: of(self.epsilon),
        };
        by_component(&rule, parameters, gradient, state.split(parameters.len()));
        Progress::Moved
    }
}

struct Components<T> {
    mean: RunningMean<T>,
    square: RunningMean<T>,
    /// α_k·(1 − μ_k)/(1 − π_k)
    of_gradient: T,
    /// α_k·μ_{k+1}/(1 − π_{k+1})
    of_mean: T,
    /// 1 − β₂^(k+1)
    correction: T,
    epsilon: T,
}

impl<T: Real> Rule<T, 2> for Components<T> {
    #[inline(always)]
    fn step(&self, parameter: T, gradient: T, [mean, square]: [T; 2]) -> (T, [T; 2]) {
        let mean = self.mean.with(mean, gradient);
        let square = self.square.with_square(square, gradient);
        let scale = (square / self.correction).square_root() + self.epsilon;
        let direction = self.of_gradient.fused(gradient, self.of_mean * mean);
        (parameter - direction / scale, [mean, square])
    }
}
