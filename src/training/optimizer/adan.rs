//! Adan: Adam with Nesterov momentum, estimated from differences of gradients.
//!
//! δ = g − g_last (0 in the first step), m ← β₁·m + (1 − β₁)·g, w ← β₂·w + (1 − β₂)·δ, n ← β₃·n + (1 − β₃)·(g + β₂·δ)²,
//! θ ← θ − α_k·(m/(1 − β₁^(k+1)) + β₂·w/(1 − β₂^(k+1))) / (√n/√(1 − β₃^(k+1)) + ε), where k counts the updates before this one.
//!
//! | key | symbol | default | range |
//! | --- | --- | --- | --- |
//! | `learning_rate` | α | required | > 0 |
//! | `batch_size` | B | 1 | ≥ 1, or `"full"` |
//! | `beta1` | β₁ | 0.98 | 0 ≤ β₁ < 1 |
//! | `beta2` | β₂ | 0.92 | 0 ≤ β₂ < 1 |
//! | `beta3` | β₃ | 0.99 | 0 ≤ β₃ < 1 |
//! | `epsilon` | ε | 1e-8 | > 0 |
//! | `replacement` | | false | |
//! | `last_batch` | | `"scaled"` | `"scaled"`, `"keep"` |
//!
//! The form and the defaults are those of the authors' program. The paper writes 1 − β for β, and corrects no mean; optax's `adan` weighs δ with
//! 1 − β₂ where the paper has β₂, so that its steps differ. With small batches δ is mostly noise.
//!
//! Xie et al., "Adan: adaptive Nesterov momentum algorithm for faster optimizing deep models", IEEE Transactions on Pattern Analysis and Machine
//! Intelligence 46, 2024.
//!
//! ```toml
//! [optimizers.adan]
//! method = "adan"
//! learning_rate = { from = 1e-4, to = 0.1, count = 7, scale = "log" }
//! batch_size = 32
//! ```

use serde::Deserialize;

use super::batching::{BatchKeys, Batching};
use super::by_component::{Rule, by_component};
use super::keys::{BATCH_SIZE, BETA1, BETA2, BETA3, EPSILON, LAST_BATCH, LEARNING_RATE, REPLACEMENT};
use super::method::{Method, Optimizer};
use super::running_mean::RunningMean;
use super::state::MethodState;
use super::traits::MethodTraits;
use super::update::{Progress, Step, Update};
use crate::numeric::Real;
use crate::parameter::{Fallback, Parameter, read};

pub const METHOD: Method = Method::new(
    "adan",
    "Adan: Adam with Nesterov momentum, estimated from differences of gradients",
    &[
        LEARNING_RATE.default_elsewhere(1e-3, "pytorch_optimizer"),
        BATCH_SIZE,
        Parameter { default: Fallback::Literal("0.98"), ..BETA1 },
        Parameter {
            default: Fallback::Literal("0.92"),
            doc: "β₂: the fraction of the mean of differences that is kept",
            ..BETA2
        },
        BETA3,
        EPSILON,
        REPLACEMENT,
        LAST_BATCH,
    ],
    include_str!("adan.rs"),
    |values| Ok(Box::new(read::<Adan>(values)?)),
);

#[derive(Deserialize)]
struct Adan {
    beta1: f64,
    beta2: f64,
    beta3: f64,
    epsilon: f64,
    #[serde(flatten)]
    batches: BatchKeys,
}

impl Optimizer for Adan {
    fn traits(&self, _l1: f64) -> MethodTraits {
        // The three means and the last gradient; β₁^k, β₂^k and β₃^k.
        MethodTraits { vectors: 4, scalars: 3, ..MethodTraits::default() }
    }

    fn batching(&self) -> Batching {
        self.batches.batching()
    }
}

impl<T: Real> Update<T> for Adan {
    fn update(
        &self,
        step: &Step<'_, T>,
        parameters: &mut [T],
        state: &mut MethodState<T>,
        _loss: f64,
        gradient: &mut [T],
    ) -> Progress {
        let [power1, power2, power3] = state.powers(step.k, [self.beta1, self.beta2, self.beta3]);
        let (of, rate) = (T::from_f64, step.rate.to_f64());
        let state = state.split(parameters.len());
        if step.k == 0 {
            state[3].copy_from_slice(gradient);
        }
        let rule = Components {
            mean: RunningMean::new(self.beta1),
            change: RunningMean::new(self.beta2),
            square: RunningMean::new(self.beta3),
            of_mean: of(rate / (1.0 - power1)),
            of_difference: of(rate * self.beta2 / (1.0 - power2)),
            root: of((1.0 - power3).sqrt()),
            epsilon: of(self.epsilon),
        };
        by_component(&rule, parameters, gradient, state);
        Progress::Moved
    }
}

struct Components<T> {
    mean: RunningMean<T>,
    change: RunningMean<T>,
    square: RunningMean<T>,
    /// α_k/(1 − β₁^(k+1))
    of_mean: T,
    /// α_k·β₂/(1 − β₂^(k+1))
    of_difference: T,
    /// √(1 − β₃^(k+1))
    root: T,
    epsilon: T,
}

impl<T: Real> Rule<T, 4> for Components<T> {
    #[inline(always)]
    fn step(&self, parameter: T, gradient: T, [mean, change, square, last]: [T; 4]) -> (T, [T; 4]) {
        let difference = gradient - last;
        let mean = self.mean.with(mean, gradient);
        let change = self.change.with(change, difference);
        let ahead = self.change.ahead(gradient, difference);
        let square = self.square.with_square(square, ahead);
        let scale = square.square_root() / self.root + self.epsilon;
        let direction = self.of_mean.fused(mean, self.of_difference * change);
        (parameter - direction / scale, [mean, change, square, gradient])
    }
}
