//! Adadelta: steps in the units of the parameters, from running means of squared gradients and squared steps.
//!
//! s ← ρ·s + (1 − ρ)·g², Δ = √(u + ε)/√(s + ε) · g, u ← ρ·u + (1 − ρ)·Δ², θ ← θ − α_k·Δ.
//!
//! | key | symbol | default | range |
//! | --- | --- | --- | --- |
//! | `learning_rate` | α | 1 | > 0 |
//! | `batch_size` | B | 1 | ≥ 1, or `"full"` |
//! | `rho` | ρ | 0.9 | 0 ≤ ρ < 1 |
//! | `epsilon` | ε | 1e-6 | > 0 |
//! | `replacement` | | false | |
//! | `last_batch` | | `"scaled"` | `"scaled"`, `"keep"` |
//!
//! The form and the defaults are those of PyTorch's `Adadelta` and optax's `adadelta`. The paper has no rate: α = 1. Its first steps are of the
//! size √ε, so that ε sets how fast it starts.
//!
//! Zeiler, "ADADELTA: an adaptive learning rate method", arXiv 1212.5701, 2012.
//!
//! ```toml
//! [optimizers.adadelta]
//! method = "adadelta"
//! learning_rate = [0.1, 1.0, 10.0]
//! batch_size = 32
//! ```

use serde::Deserialize;

use super::batching::{BatchKeys, Batching};
use super::by_component::{Rule, by_component};
use super::keys::{BATCH_SIZE, EPSILON, LAST_BATCH, LEARNING_RATE, REPLACEMENT, RHO};
use super::method::{Method, Optimizer};
use super::running_mean::RunningMean;
use super::state::MethodState;
use super::traits::MethodTraits;
use super::update::{Progress, Step, Update};
use crate::numeric::Real;
use crate::parameter::{Fallback, Parameter, read};

pub const METHOD: Method = Method::new(
    "adadelta",
    "Adadelta: steps in the units of the parameters, from running means of squared gradients and squared steps",
    &[
        Parameter { default: Fallback::Literal("1.0"), ..LEARNING_RATE.default_elsewhere(1.0, "torch") },
        BATCH_SIZE,
        Parameter { default: Fallback::Literal("0.9"), ..RHO },
        Parameter { default: Fallback::Literal("1e-6"), ..EPSILON },
        REPLACEMENT,
        LAST_BATCH,
    ],
    include_str!("adadelta.rs"),
    |values| Ok(Box::new(read::<Adadelta>(values)?)),
);

#[derive(Deserialize)]
struct Adadelta {
    rho: f64,
    epsilon: f64,
    #[serde(flatten)]
    batches: BatchKeys,
}

impl Optimizer for Adadelta {
    fn traits(&self, _l1: f64) -> MethodTraits {
        // The means of squared gradients and of squared steps.
        MethodTraits { vectors: 2, ..MethodTraits::default() }
    }

    fn batching(&self) -> Batching {
        self.batches.batching()
    }
}

impl<T: Real> Update<T> for Adadelta {
    fn update(
        &self,
        step: &Step<'_, T>,
        parameters: &mut [T],
        state: &mut MethodState<T>,
        _loss: f64,
        gradient: &mut [T],
    ) -> Progress {
        let rule =
            Components { means: RunningMean::new(self.rho), epsilon: T::from_f64(self.epsilon), rate: step.rate };
        by_component(&rule, parameters, gradient, state.split(parameters.len()));
        Progress::Moved
    }
}

struct Components<T> {
    means: RunningMean<T>,
    epsilon: T,
    rate: T,
}

impl<T: Real> Rule<T, 2> for Components<T> {
    #[inline(always)]
    fn step(&self, parameter: T, gradient: T, [square, moved]: [T; 2]) -> (T, [T; 2]) {
        let square = self.means.with_square(square, gradient);
        let change = (moved + self.epsilon).square_root() / (square + self.epsilon).square_root() * gradient;
        let moved = self.means.with_square(moved, change);
        ((-self.rate).fused(change, parameter), [square, moved])
    }
}
