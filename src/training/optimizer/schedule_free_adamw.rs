//! Schedule-Free AdamW: scaled steps and a running mean, which need no falling rate.
//!
//! With g at y: v ← β₂·v + (1 − β₂)·g², z ← z − α_k·g/(√(v/(1 − β₂^(k+1))) + ε), x ← (1 − c)·x + c·z, y ← β₁·x + (1 − β₁)·z, where
//! c = w_k/(w_0 + … + w_k), w_k = max(α_0, …, α_k)^r, and k counts the updates before this one. y are the parameters of a step, x is the point at
//! which the trial is evaluated.
//!
//! | key | symbol | default | range |
//! | --- | --- | --- | --- |
//! | `learning_rate` | α | required | > 0 |
//! | `batch_size` | B | 1 | ≥ 1, or `"full"` |
//! | `beta1` | β₁ | 0.9 | 0 ≤ β₁ < 1 |
//! | `beta2` | β₂ | 0.999 | 0 ≤ β₂ < 1 |
//! | `epsilon` | ε | 1e-8 | > 0 |
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
//! [optimizers.schedule_free_adamw]
//! method = "schedule_free_adamw"
//! learning_rate = { from = 1e-4, to = 0.1, count = 7, scale = "log" }
//! batch_size = 32
//! schedule = { kind = "constant", warmup_steps = 20 }
//! ```

use serde::Deserialize;

use super::batching::{BatchKeys, Batching};
use super::by_component::{Rule, by_component};
use super::keys::{BATCH_SIZE, BETA1, BETA2, EPSILON, LAST_BATCH, LEARNING_RATE, REPLACEMENT};
use super::method::{Method, Optimizer};
use super::running_mean::RunningMean;
use super::schedule_free::{self, Mean, WEIGHT_POWER};
use super::state::MethodState;
use super::traits::MethodTraits;
use super::update::{Progress, Step, Update};
use crate::numeric::Real;
use crate::parameter::read;

pub const METHOD: Method = Method::new(
    "schedule_free_adamw",
    "Schedule-Free AdamW: scaled steps and a running mean, which need no falling rate",
    &[
        LEARNING_RATE.default_elsewhere(2.5e-3, "schedulefree"),
        BATCH_SIZE,
        BETA1,
        BETA2,
        EPSILON,
        WEIGHT_POWER,
        REPLACEMENT,
        LAST_BATCH,
    ],
    include_str!("schedule_free_adamw.rs"),
    |values| Ok(Box::new(read::<ScheduleFreeAdamW>(values)?)),
)
.refusing(&[
    ("rate_multipliers", "its steps are not the rate times a direction"),
    ("average", "it is evaluated at a mean of its own"),
    ("cautious", "its parameters are a mean, which does not move along the gradient"),
]);

#[derive(Deserialize)]
struct ScheduleFreeAdamW {
    beta1: f64,
    beta2: f64,
    epsilon: f64,
    weight_power: f64,
    #[serde(flatten)]
    batches: BatchKeys,
}

impl Optimizer for ScheduleFreeAdamW {
    fn traits(&self, _l1: f64) -> MethodTraits {
        // z, x and the mean of squares; the largest rate, the sum of weights, and β₂^k.
        MethodTraits { vectors: 3, scalars: 3, averages: true, carries: true, ..MethodTraits::default() }
    }

    fn batching(&self) -> Batching {
        self.batches.batching()
    }
}

impl<T: Real> Update<T> for ScheduleFreeAdamW {
    fn update(
        &self,
        step: &Step<'_, T>,
        parameters: &mut [T],
        state: &mut MethodState<T>,
        _loss: f64,
        gradient: &mut [T],
    ) -> Progress {
        let share = schedule_free::share(state, step.rate.to_f64(), self.weight_power);
        let power = if step.k == 0 { self.beta2 } else { state.scalars[2] * self.beta2 };
        state.scalars[2] = power;
        let [z, x, square] = state.split(parameters.len());
        if step.k == 0 {
            z.copy_from_slice(parameters);
            x.copy_from_slice(parameters);
        }
        let of = T::from_f64;
        let rule = Components {
            mean: Mean::new(share, self.beta1),
            square: RunningMean::new(self.beta2),
            rate: step.rate,
            correction: of(1.0 - power),
            epsilon: of(self.epsilon),
        };
        by_component(&rule, parameters, gradient, [z, x, square]);
        Progress::Moved
    }

    fn evaluation_point(&self, parameters: &[T], state: &MethodState<T>, point: &mut [T]) {
        schedule_free::evaluation_point(parameters, state, point);
    }
}

struct Components<T> {
    mean: Mean<T>,
    square: RunningMean<T>,
    rate: T,
    /// 1 − β₂^(k+1)
    correction: T,
    epsilon: T,
}

impl<T: Real> Rule<T, 3> for Components<T> {
    #[inline(always)]
    fn step(&self, _parameter: T, gradient: T, [z, x, square]: [T; 3]) -> (T, [T; 3]) {
        let square = self.square.with_square(square, gradient);
        let scale = (square / self.correction).square_root() + self.epsilon;
        let z = z - self.rate * gradient / scale;
        let (x, y) = self.mean.step(x, z);
        (y, [z, x, square])
    }
}
