//! Lion: steps of one length in each component, along the sign of a mixed momentum.
//!
//! θ ← θ − α_k·sign(β₁·m + (1 − β₁)·g), then m ← β₂·m + (1 − β₂)·g. The sign of 0 is 0.
//!
//! | key | symbol | default | range |
//! | --- | --- | --- | --- |
//! | `learning_rate` | α | required | > 0 |
//! | `batch_size` | B | 1 | ≥ 1, or `"full"` |
//! | `beta1` | β₁ | 0.9 | 0 ≤ β₁ < 1 |
//! | `beta2` | β₂ | 0.99 | 0 ≤ β₂ < 1 |
//! | `replacement` | | false | |
//! | `last_batch` | | `"scaled"` | `"scaled"`, `"keep"` |
//!
//! The form and the defaults are those of the paper and of optax's `lion`, whose `weight_decay` is 1e-3 unless told otherwise. A rate that suits it is
//! three to ten times smaller than Adam's, and a weight decay larger by as much. Without a falling schedule it ends in steps of length α.
//!
//! Chen et al., "Symbolic discovery of optimization algorithms", Advances in Neural Information Processing Systems 36, 2023.
//!
//! ```toml
//! [optimizers.lion]
//! method = "lion"
//! learning_rate = { from = 1e-5, to = 0.01, count = 7, scale = "log" }
//! batch_size = 32
//! weight_decay = [0.0, 1e-3]
//! ```

use serde::Deserialize;

use super::batching::{BatchKeys, Batching};
use super::by_component::{Rule, by_component};
use super::keys::{BATCH_SIZE, BETA1, BETA2, LAST_BATCH, LEARNING_RATE, REPLACEMENT};
use super::method::{Method, Optimizer};
use super::running_mean::RunningMean;
use super::state::MethodState;
use super::traits::MethodTraits;
use super::update::{Progress, Step, Update};
use crate::numeric::{Real, sign};
use crate::parameter::{Fallback, Parameter, read};

pub const METHOD: Method = Method::new(
    "lion",
    "Lion: steps of one length in each component, along the sign of a mixed momentum",
    &[
        LEARNING_RATE.default_elsewhere(1e-4, "pytorch_optimizer"),
        BATCH_SIZE,
        BETA1,
        Parameter {
            default: Fallback::Literal("0.99"), doc: "β₂: the fraction of the momentum that is kept", ..BETA2
        },
        REPLACEMENT,
        LAST_BATCH,
    ],
    include_str!("lion.rs"),
    |values| Ok(Box::new(read::<Lion>(values)?)),
);

#[derive(Deserialize)]
struct Lion {
    beta1: f64,
    beta2: f64,
    #[serde(flatten)]
    batches: BatchKeys,
}

impl Optimizer for Lion {
    fn traits(&self, _l1: f64) -> MethodTraits {
        // The momentum.
        MethodTraits { vectors: 1, ..MethodTraits::default() }
    }

    fn batching(&self) -> Batching {
        self.batches.batching()
    }
}

impl<T: Real> Update<T> for Lion {
    fn update(
        &self,
        step: &Step<'_, T>,
        parameters: &mut [T],
        state: &mut MethodState<T>,
        _loss: f64,
        gradient: &mut [T],
    ) -> Progress {
        let rule =
            Components { direction: RunningMean::new(self.beta1), mean: RunningMean::new(self.beta2), rate: step.rate };
        by_component(&rule, parameters, gradient, state.split(parameters.len()));
        Progress::Moved
    }
}

struct Components<T> {
    direction: RunningMean<T>,
    mean: RunningMean<T>,
    rate: T,
}

impl<T: Real> Rule<T, 1> for Components<T> {
    #[inline(always)]
    fn step(&self, parameter: T, gradient: T, [mean]: [T; 1]) -> (T, [T; 1]) {
        let direction = sign(self.direction.with(mean, gradient));
        let mean = self.mean.with(mean, gradient);
        ((-self.rate).fused(direction, parameter), [mean])
    }
}
