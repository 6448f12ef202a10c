//! signum: steps of one length in each component, along the sign of the momentum.
//!
//! m ← β·m + (1 − β)·g, θ ← θ − α_k·sign(m). The sign of 0 is 0.
//!
//! | key | symbol | default | range |
//! | --- | --- | --- | --- |
//! | `learning_rate` | α | required | > 0 |
//! | `batch_size` | B | 1 | ≥ 1, or `"full"` |
//! | `momentum` | β | 0.9 | 0 ≤ β < 1 |
//! | `replacement` | | false | |
//! | `last_batch` | | `"scaled"` | `"scaled"`, `"keep"` |
//!
//! With `momentum = 0` this is signSGD, optax's `sign_sgd`. Whether g enters with 1 − β or with 1 changes no sign. Without a falling schedule it ends
//! in steps of length α.
//!
//! Bernstein et al., "signSGD: compressed optimisation for non-convex problems", International Conference on Machine Learning, 2018.
//!
//! ```toml
//! [optimizers.signum]
//! method = "signum"
//! learning_rate = { from = 1e-5, to = 0.01, count = 7, scale = "log" }
//! batch_size = 32
//! ```

use serde::Deserialize;

use super::batching::{BatchKeys, Batching};
use super::by_component::{Rule, by_component};
use super::keys::{BATCH_SIZE, LAST_BATCH, LEARNING_RATE, MOMENTUM, REPLACEMENT};
use super::method::{Method, Optimizer};
use super::running_mean::RunningMean;
use super::state::MethodState;
use super::traits::MethodTraits;
use super::update::{Progress, Step, Update};
use crate::numeric::{Real, sign};
use crate::parameter::{Fallback, Parameter, read};

pub const METHOD: Method = Method::new(
    "signum",
    "signum: steps of one length in each component, along the sign of the momentum",
    &[
        LEARNING_RATE.default_elsewhere(1e-3, "pytorch_optimizer"),
        BATCH_SIZE,
        Parameter { default: Fallback::Literal("0.9"), ..MOMENTUM },
        REPLACEMENT,
        LAST_BATCH,
    ],
    include_str!("signum.rs"),
    |values| Ok(Box::new(read::<Signum>(values)?)),
);

#[derive(Deserialize)]
struct Signum {
    momentum: f64,
    #[serde(flatten)]
    batches: BatchKeys,
}

impl Optimizer for Signum {
    fn traits(&self, _l1: f64) -> MethodTraits {
        // The momentum.
        MethodTraits { vectors: 1, ..MethodTraits::default() }
    }

    fn batching(&self) -> Batching {
        self.batches.batching()
    }
}

impl<T: Real> Update<T> for Signum {
    fn update(
        &self,
        step: &Step<'_, T>,
        parameters: &mut [T],
        state: &mut MethodState<T>,
        _loss: f64,
        gradient: &mut [T],
    ) -> Progress {
        let rule = Components { mean: RunningMean::new(self.momentum), rate: step.rate };
        by_component(&rule, parameters, gradient, state.split(parameters.len()));
        Progress::Moved
    }
}

struct Components<T> {
    mean: RunningMean<T>,
    rate: T,
}

impl<T: Real> Rule<T, 1> for Components<T> {
    #[inline(always)]
    fn step(&self, parameter: T, gradient: T, [mean]: [T; 1]) -> (T, [T; 1]) {
        let mean = self.mean.with(mean, gradient);
        ((-self.rate).fused(sign(mean), parameter), [mean])
    }
}
