//! Schedule-Free SGD: momentum by interpolation with a running mean, which needs no falling rate.
//!
//! With g at y: z ← z − α_k·g, x ← (1 − c)·x + c·z, y ← β·x + (1 − β)·z, where c = w_k/(w_0 + … + w_k) and w_k = max(α_0, …, α_k)^r.
//! y are the parameters of a step, x is the point at which the trial is evaluated.
//!
//! | key | symbol | default | range |
//! | --- | --- | --- | --- |
//! | `learning_rate` | α | required | > 0 |
//! | `batch_size` | B | 1 | ≥ 1, or `"full"` |
//! | `momentum` | β | 0.9 | 0 ≤ β < 1 |
//! | `weight_power` | r | 2 | ≥ 0 |
//! | `replacement` | | false | |
//! | `last_batch` | | `"scaled"` | `"scaled"`, `"keep"` |
//!
//! The rule is that of the authors' program `schedulefree`, with one α_k for the step and its weight; optax's `schedule_free` is the same at a constant rate.
//! `weight_decay` acts on y, as there. A schedule other than a warm-up defeats its purpose.
//!
//! Defazio et al., "The road less scheduled", Advances in Neural Information Processing Systems 37, 2024.
//!
//! ```toml
//! [optimizers.schedule_free_sgd]
//! method = "schedule_free_sgd"
//! learning_rate = { from = 1e-2, to = 10.0, count = 7, scale = "log" }
//! batch_size = 32
//! schedule = { kind = "constant", warmup_steps = 20 }
//! ```

use serde::Deserialize;

use super::batching::{BatchKeys, Batching};
use super::by_component::{Rule, by_component};
use super::keys::{BATCH_SIZE, LAST_BATCH, LEARNING_RATE, MOMENTUM, REPLACEMENT};
use super::method::{Method, Optimizer};
use super::schedule_free::{self, Mean, WEIGHT_POWER};
use super::state::MethodState;
use super::traits::MethodTraits;
use super::update::{Progress, Step, Update};
use crate::numeric::Real;
use crate::parameter::{Fallback, Parameter, read};

pub const METHOD: Method = Method::new(
    "schedule_free_sgd",
    "Schedule-Free SGD: momentum by interpolation with a running mean, which needs no falling rate",
    &[
        LEARNING_RATE.default_elsewhere(1.0, "schedulefree"),
        BATCH_SIZE,
        Parameter { default: Fallback::Literal("0.9"), ..MOMENTUM },
        WEIGHT_POWER,
        REPLACEMENT,
        LAST_BATCH,
    ],
    include_str!("schedule_free_sgd.rs"),
    |values| Ok(Box::new(read::<ScheduleFreeSgd>(values)?)),
)
.refusing(&[
    ("rate_multipliers", "its steps are not the rate times a direction"),
    ("average", "it is evaluated at a mean of its own"),
    ("cautious", "its parameters are a mean, which does not move along the gradient"),
]);

#[derive(Deserialize)]
struct ScheduleFreeSgd {
    momentum: f64,
    weight_power: f64,
    #[serde(flatten)]
    batches: BatchKeys,
}

impl Optimizer for ScheduleFreeSgd {
    fn traits(&self, _l1: f64) -> MethodTraits {
        // z and x; the largest rate and the sum of weights.
        MethodTraits { vectors: 2, scalars: 2, averages: true, carries: true, ..MethodTraits::default() }
    }

    fn batching(&self) -> Batching {
        self.batches.batching()
    }
}

impl<T: Real> Update<T> for ScheduleFreeSgd {
    fn update(
        &self,
        step: &Step<'_, T>,
        parameters: &mut [T],
        state: &mut MethodState<T>,
        _loss: f64,
        gradient: &mut [T],
    ) -> Progress {
        let share = schedule_free::share(state, step.rate.to_f64(), self.weight_power);
        let [z, x] = state.split(parameters.len());
        if step.k == 0 {
            z.copy_from_slice(parameters);
            x.copy_from_slice(parameters);
        }
        let mean = Mean::new(share, self.momentum);
        by_component(&Components { mean, rate: step.rate }, parameters, gradient, [z, x]);
        Progress::Moved
    }

    fn evaluation_point(&self, parameters: &[T], state: &MethodState<T>, point: &mut [T]) {
        schedule_free::evaluation_point(parameters, state, point);
    }
}

struct Components<T> {
    mean: Mean<T>,
    rate: T,
}

impl<T: Real> Rule<T, 2> for Components<T> {
    #[inline(always)]
    fn step(&self, _parameter: T, gradient: T, [z, x]: [T; 2]) -> (T, [T; 2]) {
        let z = (-self.rate).fused(gradient, z);
        let (x, y) = self.mean.step(x, z);
        (y, [z, x])
    }
}
