//! Averaged SGD: descent with a slowly falling rate, evaluated at the mean of its last parameters.
//!
//! η = α_k/(1 + λ·α_k·k)^p, θ ← (1 − λ·η)·θ − η·g, where k counts the updates before this one;
//! a ← a + (θ − a)/max(1, k − K) is the point at which it is evaluated. Up to step K + 2 that is θ itself.
//!
//! | key | symbol | default | range |
//! | --- | --- | --- | --- |
//! | `learning_rate` | α | required | > 0 |
//! | `batch_size` | B | 1 | ≥ 1, or `"full"` |
//! | `lambda` | λ | 1e-4 | ≥ 0 |
//! | `power` | p | 0.75 | ≥ 0 |
//! | `average_from` | K | 1000000 | 0 to 10¹² |
//! | `replacement` | | false | |
//! | `last_batch` | | `"scaled"` | `"scaled"`, `"keep"` |
//!
//! The form and the defaults are those of PyTorch's `ASGD`, whose `alpha` is p and whose `t0` is K: unless K is set, no average is taken in a trial of
//! fewer steps. The paper's rule has p = 3/4 and no λ of its own but that of the objective. The part `average` takes the mean of any method.
//!
//! Polyak and Juditsky, "Acceleration of stochastic approximation by averaging", SIAM Journal on Control and Optimization 30, 1992; Xu, "Towards
//! optimal one pass large scale learning with averaged stochastic gradient descent", arXiv 1107.2490, 2011.
//!
//! ```toml
//! [optimizers.asgd]
//! method = "asgd"
//! learning_rate = { from = 1e-3, to = 1.0, count = 7, scale = "log" }
//! batch_size = 32
//! average_from = 100
//! ```

use serde::Deserialize;

use super::batching::{BatchKeys, Batching};
use super::by_component::{Rule, by_component};
use super::keys::{BATCH_SIZE, LAST_BATCH, LEARNING_RATE, REPLACEMENT};
use super::method::{Method, Optimizer};
use super::state::MethodState;
use super::traits::MethodTraits;
use super::update::{Progress, Step, Update};
use crate::numeric::Real;
use crate::parameter::{Decides, Fallback, Interval, Kind, MOST_STEPS, Parameter, read};

pub const METHOD: Method = Method::new(
    "asgd",
    "averaged SGD: descent with a slowly falling rate, evaluated at the mean of its last parameters",
    &[LEARNING_RATE.default_elsewhere(1e-2, "torch"), BATCH_SIZE, LAMBDA, POWER, AVERAGE_FROM, REPLACEMENT, LAST_BATCH],
    include_str!("asgd.rs"),
    |values| Ok(Box::new(read::<AveragedSgd>(values)?)),
)
.refusing(&[
    ("rate_multipliers", "its steps are not the rate times a direction"),
    ("average", "it is evaluated at a mean of its own"),
]);

const LAMBDA: Parameter = Parameter::new(
    "lambda",
    Kind::Float(Interval::NOT_NEGATIVE),
    Fallback::Literal("1e-4"),
    Decides::Update,
    "λ: how fast the rate falls; the parameters decay by λ·η too",
)
.also_called(&["lambd"]);

const POWER: Parameter = Parameter::new(
    "power",
    Kind::Float(Interval::NOT_NEGATIVE),
    Fallback::Literal("0.75"),
    Decides::Update,
    "p: the power with which the rate falls (torch's alpha)",
);

const AVERAGE_FROM: Parameter = Parameter::new(
    "average_from",
    Kind::Integer { at_least: 0, at_most: MOST_STEPS },
    Fallback::Literal("1000000"),
    Decides::Update,
    "the number of updates after which the mean is taken (torch's t0)",
)
.also_called(&["t0"]);

#[derive(Deserialize)]
struct AveragedSgd {
    lambda: f64,
    power: f64,
    average_from: u64,
    #[serde(flatten)]
    batches: BatchKeys,
}

impl Optimizer for AveragedSgd {
    fn traits(&self, _l1: f64) -> MethodTraits {
        // The mean; whether it is set.
        MethodTraits { vectors: 1, scalars: 1, averages: true, ..MethodTraits::default() }
    }

    fn batching(&self) -> Batching {
        self.batches.batching()
    }

    fn average_begins_after(&self) -> Option<(&'static str, u64)> {
        Some(("average_from", self.average_from.saturating_add(2)))
    }
}

impl<T: Real> Update<T> for AveragedSgd {
    fn update(
        &self,
        step: &Step<'_, T>,
        parameters: &mut [T],
        state: &mut MethodState<T>,
        _loss: f64,
        gradient: &mut [T],
    ) -> Progress {
        let rate = step.rate.to_f64();
        let rate = rate / libm::pow((self.lambda * rate).mul_add(step.k as f64, 1.0), self.power);
        let of = T::from_f64;
        let rule = Components {
            rate: of(rate),
            decayed: of((-self.lambda).mul_add(rate, 1.0)),
            share: of(1.0 / step.k.saturating_sub(self.average_from).max(1) as f64),
        };
        state.scalars[0] = 1.0;
        by_component(&rule, parameters, gradient, state.split(parameters.len()));
        Progress::Moved
    }

    fn evaluation_point(&self, parameters: &[T], state: &MethodState<T>, point: &mut [T]) {
        let set = state.scalars[0] > 0.0;
        point.copy_from_slice(if set { &state.vectors[..parameters.len()] } else { parameters });
    }
}

struct Components<T> {
    rate: T,
    /// 1 − λ·η
    decayed: T,
    /// The weight of θ in the mean.
    share: T,
}

impl<T: Real> Rule<T, 1> for Components<T> {
    #[inline(always)]
    fn step(&self, parameter: T, gradient: T, [mean]: [T; 1]) -> (T, [T; 1]) {
        let parameter = (-self.rate).fused(gradient, self.decayed * parameter);
        let mean = if self.share == T::ONE { parameter } else { self.share.fused(parameter - mean, mean) };
        (parameter, [mean])
    }
}
