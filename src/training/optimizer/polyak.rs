//! Polyak steps: their length is the distance of the loss from its lowest value, over the squared gradient. There is no rate to tune.
//!
//! θ ← θ − s·c·min((J − J*)/(c²·‖g‖² + ε), M)·g, where J is that of the batch and s is 1 unless a schedule says otherwise.
//!
//! | key | symbol | default | range |
//! | --- | --- | --- | --- |
//! | `batch_size` | B | 1 | ≥ 1, or `"full"` |
//! | `lowest_loss` | J* | 0 | |
//! | `largest_rate` | M | 1 | > 0 |
//! | `scaling` | c | 1 | > 0 |
//! | `epsilon` | ε | 0 | ≥ 0 |
//! | `replacement` | | false | |
//! | `last_batch` | | `"scaled"` | `"scaled"`, `"keep"` |
//!
//! The form and the defaults are those of optax's `polyak_sgd`. J includes the penalty, and is half of the mean squared error. The steps are too long where J
//! cannot fall to J*: on noisy targets name a J* near the optimum, or batches make them wander. A J below J* stops the trial where it is (optax's
//! variant `sps+`).
//!
//! Polyak, "Introduction to optimization", 1987; Loizou et al., "Stochastic Polyak step-size for SGD: an adaptive learning rate for fast convergence",
//! International Conference on Artificial Intelligence and Statistics, 2021.
//!
//! ```toml
//! [optimizers.polyak]
//! method = "polyak"
//! batch_size = 32
//! largest_rate = [0.01, 0.1, 1.0]
//! ```

use serde::Deserialize;

use super::batching::{BatchKeys, Batching};
use super::by_component::{Along, by_component};
use super::keys::{BATCH_SIZE, EPSILON, LAST_BATCH, REPLACEMENT};
use super::method::{Method, Optimizer};
use super::state::MethodState;
use super::traits::MethodTraits;
use super::update::{Progress, Step, Update};
use crate::numeric::{Real, norm_squared};
use crate::parameter::{Decides, Fallback, Interval, Kind, Parameter, read};

pub const METHOD: Method = Method::new(
    "polyak",
    "Polyak steps: their length is the distance of the loss from its lowest value, over the squared gradient",
    &[
        BATCH_SIZE,
        LOWEST_LOSS,
        LARGEST_RATE,
        SCALING,
        Parameter { kind: Kind::Float(Interval::NOT_NEGATIVE), default: Fallback::Literal("0.0"), ..EPSILON },
        REPLACEMENT,
        LAST_BATCH,
    ],
    include_str!("polyak.rs"),
    |values| Ok(Box::new(read::<Polyak>(values)?)),
);

const LOWEST_LOSS: Parameter = Parameter::new(
    "lowest_loss",
    Kind::Float(Interval::ANY),
    Fallback::Literal("0.0"),
    Decides::Update,
    "J*: the lowest value that J can have",
)
.also_called(&["f_min"]);

const LARGEST_RATE: Parameter = Parameter::new(
    "largest_rate",
    Kind::Float(Interval::POSITIVE),
    Fallback::Literal("1.0"),
    Decides::Update,
    "M: the longest step, as a rate",
)
.also_called(&["max_learning_rate"]);

const SCALING: Parameter = Parameter::new(
    "scaling",
    Kind::Float(Interval::POSITIVE),
    Fallback::Literal("1.0"),
    Decides::Update,
    "c: divides the step where it is not cut",
);

#[derive(Deserialize)]
struct Polyak {
    lowest_loss: f64,
    largest_rate: f64,
    scaling: f64,
    epsilon: f64,
    #[serde(flatten)]
    batches: BatchKeys,
}

impl Optimizer for Polyak {
    fn traits(&self, _l1: f64) -> MethodTraits {
        MethodTraits::default()
    }

    fn batching(&self) -> Batching {
        self.batches.batching()
    }
}

impl<T: Real> Update<T> for Polyak {
    fn update(
        &self,
        step: &Step<'_, T>,
        parameters: &mut [T],
        _state: &mut MethodState<T>,
        loss: f64,
        gradient: &mut [T],
    ) -> Progress {
        let squared = self.scaling * self.scaling * norm_squared(gradient).to_f64() + self.epsilon;
        let length = if squared <= f64::EPSILON { 0.0 } else { (loss - self.lowest_loss) / squared };
        let length = length.max(0.0).min(self.largest_rate) * self.scaling * step.rate.to_f64();
        by_component(&Along(T::from_f64(length)), parameters, gradient, []);
        Progress::Moved
    }
}
