//! Adagrad: each component has a rate that falls with the sum of its squared gradients.
//!
//! s ← s + g², θ ← θ − α_k·g / (√s + ε), with s = s₀ at the start.
//!
//! | key | symbol | default | range |
//! | --- | --- | --- | --- |
//! | `learning_rate` | α | required | > 0 |
//! | `batch_size` | B | 1 | ≥ 1, or `"full"` |
//! | `initial_accumulator` | s₀ | 0 | ≥ 0 |
//! | `epsilon` | ε | 1e-10 | > 0 |
//! | `replacement` | | false | |
//! | `last_batch` | | `"scaled"` | `"scaled"`, `"keep"` |
//!
//! The form and the defaults are those of PyTorch's `Adagrad`, whose `lr_decay` is the schedule `inverse_time` here. optax's `adagrad` starts with
//! s₀ = 0.1, has ε = 1e-7 and adds it below the root. In the paper ε (δ) stands where it does here.
//!
//! Duchi, Hazan and Singer, "Adaptive subgradient methods for online learning and stochastic optimization", Journal of Machine
//! Learning Research 12, 2011.
//!
//! ```toml
//! [optimizers.adagrad]
//! method = "adagrad"
//! learning_rate = { from = 1e-3, to = 1.0, count = 7, scale = "log" }
//! batch_size = 32
//! ```

use serde::Deserialize;

use super::batching::{BatchKeys, Batching};
use super::by_component::{Rule, by_component};
use super::keys::{BATCH_SIZE, EPSILON, INITIAL_ACCUMULATOR, LAST_BATCH, LEARNING_RATE, REPLACEMENT};
use super::method::{Method, Optimizer};
use super::state::MethodState;
use super::traits::MethodTraits;
use super::update::{Progress, Step, Update};
use crate::numeric::Real;
use crate::parameter::{Fallback, Parameter, read};

pub const METHOD: Method = Method::new(
    "adagrad",
    "Adagrad: each component has a rate that falls with the sum of its squared gradients",
    &[
        LEARNING_RATE.default_elsewhere(1e-2, "torch"),
        BATCH_SIZE,
        INITIAL_ACCUMULATOR,
        Parameter { default: Fallback::Literal("1e-10"), ..EPSILON },
        REPLACEMENT,
        LAST_BATCH,
    ],
    include_str!("adagrad.rs"),
    |values| Ok(Box::new(read::<Adagrad>(values)?)),
);

#[derive(Deserialize)]
struct Adagrad {
    initial_accumulator: f64,
    epsilon: f64,
    #[serde(flatten)]
    batches: BatchKeys,
}

impl Optimizer for Adagrad {
    fn traits(&self, _l1: f64) -> MethodTraits {
        // The sum of squares.
        MethodTraits { vectors: 1, ..MethodTraits::default() }
    }

    fn batching(&self) -> Batching {
        self.batches.batching()
    }
}

impl<T: Real> Update<T> for Adagrad {
    fn update(
        &self,
        step: &Step<'_, T>,
        parameters: &mut [T],
        state: &mut MethodState<T>,
        _loss: f64,
        gradient: &mut [T],
    ) -> Progress {
        let [sum] = state.split(parameters.len());
        if step.k == 0 {
            sum.fill(T::from_f64(self.initial_accumulator));
        }
        let rule = Components { rate: step.rate, epsilon: T::from_f64(self.epsilon) };
        by_component(&rule, parameters, gradient, [sum]);
        Progress::Moved
    }
}

struct Components<T> {
    rate: T,
    epsilon: T,
}

impl<T: Real> Rule<T, 1> for Components<T> {
    #[inline(always)]
    fn step(&self, parameter: T, gradient: T, [sum]: [T; 1]) -> (T, [T; 1]) {
        let sum = gradient.fused(gradient, sum);
        (parameter - self.rate * gradient / (sum.square_root() + self.epsilon), [sum])
    }
}
