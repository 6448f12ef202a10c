//! Yogi: Adam whose mean of squared gradients moves by bounded steps.
//!
//! m ← β₁·m + (1 − β₁)·g, v ← v − (1 − β₂)·sign(v − g²)·g²,
//! θ ← θ − α_k·m/(1 − β₁^(k+1)) / (√(v/(1 − β₂^(k+1))) + ε), where k counts the updates before this one; m and v start at a.
//!
//! | key | symbol | default | range |
//! | --- | --- | --- | --- |
//! | `learning_rate` | α | required | > 0 |
//! | `batch_size` | B | 1 | ≥ 1, or `"full"` |
//! | `beta1` | β₁ | 0.9 | 0 ≤ β₁ < 1 |
//! | `beta2` | β₂ | 0.999 | 0 ≤ β₂ < 1 |
//! | `epsilon` | ε | 1e-3 | > 0 |
//! | `initial_accumulator` | a | 1e-6 | ≥ 0 |
//! | `replacement` | | false | |
//! | `last_batch` | | `"scaled"` | `"scaled"`, `"keep"` |
//!
//! The form and the defaults are those of optax's `yogi`, which corrects the means as Adam does. The paper (algorithm 2) corrects neither, and starts v at
//! the square of a first gradient.
//!
//! Zaheer et al., "Adaptive methods for nonconvex optimization", Advances in Neural Information Processing Systems 31, 2018.
//!
//! ```toml
//! [optimizers.yogi]
//! method = "yogi"
//! learning_rate = { from = 1e-4, to = 0.1, count = 7, scale = "log" }
//! batch_size = 32
//! ```

use serde::Deserialize;

use super::batching::{BatchKeys, Batching};
use super::by_component::{Rule, by_component};
use super::keys::{BATCH_SIZE, BETA1, BETA2, EPSILON, INITIAL_ACCUMULATOR, LAST_BATCH, LEARNING_RATE, REPLACEMENT};
use super::method::{Method, Optimizer};
use super::running_mean::RunningMean;
use super::state::MethodState;
use super::traits::MethodTraits;
use super::update::{Progress, Step, Update};
use crate::numeric::{Real, sign};
use crate::parameter::{Fallback, Parameter, read};

pub const METHOD: Method = Method::new(
    "yogi",
    "Yogi: Adam whose mean of squared gradients moves by bounded steps",
    &[
        LEARNING_RATE.default_elsewhere(1e-2, "pytorch_optimizer"),
        BATCH_SIZE,
        BETA1,
        BETA2,
        Parameter { default: Fallback::Literal("1e-3"), ..EPSILON },
        Parameter { default: Fallback::Literal("1e-6"), ..INITIAL_ACCUMULATOR },
        REPLACEMENT,
        LAST_BATCH,
    ],
    include_str!("yogi.rs"),
    |values| Ok(Box::new(read::<Yogi>(values)?)),
);

#[derive(Deserialize)]
struct Yogi {
    beta1: f64,
    beta2: f64,
    epsilon: f64,
    initial_accumulator: f64,
    #[serde(flatten)]
    batches: BatchKeys,
}

impl Optimizer for Yogi {
    fn traits(&self, _l1: f64) -> MethodTraits {
        // The means; β₁^k and β₂^k.
        MethodTraits { vectors: 2, scalars: 2, ..MethodTraits::default() }
    }

    fn batching(&self) -> Batching {
        self.batches.batching()
    }
}

impl<T: Real> Update<T> for Yogi {
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
        if step.k == 0 {
            state.vectors.fill(of(self.initial_accumulator));
        }
        let rule = Components {
            mean: RunningMean::new(self.beta1),
            rest2: of(1.0 - self.beta2),
            rate: of(step.rate.to_f64() / (1.0 - power1)),
            correction: of(1.0 - power2),
            epsilon: of(self.epsilon),
        };
        by_component(&rule, parameters, gradient, state.split(parameters.len()));
        Progress::Moved
    }
}

struct Components<T> {
    mean: RunningMean<T>,
    /// 1 − β₂
    rest2: T,
    /// α_k/(1 − β₁^(k+1))
    rate: T,
    /// 1 − β₂^(k+1)
    correction: T,
    epsilon: T,
}

impl<T: Real> Rule<T, 2> for Components<T> {
    #[inline(always)]
    fn step(&self, parameter: T, gradient: T, [mean, square]: [T; 2]) -> (T, [T; 2]) {
        let mean = self.mean.with(mean, gradient);
        let squared = gradient * gradient;
        let square = square - self.rest2 * sign(square - squared) * squared;
        let scale = (square / self.correction).square_root() + self.epsilon;
        (parameter - self.rate * mean / scale, [mean, square])
    }
}
