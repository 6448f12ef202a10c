//! ADOPT: Adam that scales each gradient by the mean of squares before it, so that any β₂ converges.
//!
//! In the first step v ← g², and θ stays. Then n = g/max(√v, ε), cut to ± k^¼ with `clipping`, m ← β₁·m + (1 − β₁)·n, θ ← θ − α_k·m,
//! v ← β₂·v + (1 − β₂)·g², where k counts the updates before this one.
//!
//! | key | symbol | default | range |
//! | --- | --- | --- | --- |
//! | `learning_rate` | α | required | > 0 |
//! | `batch_size` | B | 1 | ≥ 1, or `"full"` |
//! | `beta1` | β₁ | 0.9 | 0 ≤ β₁ < 1 |
//! | `beta2` | β₂ | 0.9999 | 0 ≤ β₂ < 1 |
//! | `epsilon` | ε | 1e-6 | > 0 |
//! | `clipping` | | true | |
//! | `replacement` | | false | |
//! | `last_batch` | | `"scaled"` | `"scaled"`, `"keep"` |
//!
//! The form and the defaults are those of the authors' program and of optax's `adopt`.
//!
//! Taniguchi et al., "ADOPT: modified Adam can converge with any β₂ with the optimal rate", Advances in Neural Information Processing Systems
//! 37, 2024.
//!
//! ```toml
//! [optimizers.adopt]
//! method = "adopt"
//! learning_rate = { from = 1e-4, to = 0.1, count = 7, scale = "log" }
//! batch_size = 32
//! ```

use serde::Deserialize;

use super::batching::{BatchKeys, Batching};
use super::by_component::{Rule, by_component};
use super::keys::{BATCH_SIZE, BETA1, BETA2, EPSILON, LAST_BATCH, LEARNING_RATE, REPLACEMENT};
use super::method::{Method, Optimizer};
use super::running_mean::RunningMean;
use super::state::MethodState;
use super::traits::MethodTraits;
use super::update::{Progress, Step, Update};
use crate::numeric::{Real, larger};
use crate::parameter::{Decides, Fallback, Kind, Parameter, read};

pub const METHOD: Method = Method::new(
    "adopt",
    "ADOPT: Adam that scales each gradient by the mean of squares before it, so that any β₂ converges",
    &[
        LEARNING_RATE.default_elsewhere(1e-3, "pytorch_optimizer"),
        BATCH_SIZE,
        BETA1,
        Parameter { default: Fallback::Literal("0.9999"), ..BETA2 },
        Parameter { default: Fallback::Literal("1e-6"), ..EPSILON },
        CLIPPING,
        REPLACEMENT,
        LAST_BATCH,
    ],
    include_str!("adopt.rs"),
    |values| Ok(Box::new(read::<Adopt>(values)?)),
);

const CLIPPING: Parameter = Parameter::new(
    "clipping",
    Kind::Boolean,
    Fallback::Literal("true"),
    Decides::Update,
    "cut each scaled gradient to ± k^¼ after k updates",
);

#[derive(Deserialize)]
struct Adopt {
    beta1: f64,
    beta2: f64,
    epsilon: f64,
    clipping: bool,
    #[serde(flatten)]
    batches: BatchKeys,
}

impl Optimizer for Adopt {
    fn traits(&self, _l1: f64) -> MethodTraits {
        // The means.
        MethodTraits { vectors: 2, ..MethodTraits::default() }
    }

    fn batching(&self) -> Batching {
        self.batches.batching()
    }
}

impl<T: Real> Update<T> for Adopt {
    fn update(
        &self,
        step: &Step<'_, T>,
        parameters: &mut [T],
        state: &mut MethodState<T>,
        _loss: f64,
        gradient: &mut [T],
    ) -> Progress {
        let of = T::from_f64;
        let [mean, square] = state.split(parameters.len());
        if step.k == 0 {
            square.iter_mut().zip(&*gradient).for_each(|(square, gradient)| *square = *gradient * *gradient);
            return Progress::Moved;
        }
        let rule = Components {
            mean: RunningMean::new(self.beta1),
            square: RunningMean::new(self.beta2),
            rate: step.rate,
            epsilon: of(self.epsilon),
            most: of(if self.clipping { (step.k as f64).sqrt().sqrt() } else { f64::INFINITY }),
        };
        by_component(&rule, parameters, gradient, [mean, square]);
        Progress::Moved
    }
}

struct Components<T> {
    mean: RunningMean<T>,
    square: RunningMean<T>,
    rate: T,
    epsilon: T,
    /// The largest scaled gradient.
    most: T,
}

impl<T: Real> Rule<T, 2> for Components<T> {
    #[inline(always)]
    fn step(&self, parameter: T, gradient: T, [mean, square]: [T; 2]) -> (T, [T; 2]) {
        let scaled = gradient / larger(square.square_root(), self.epsilon);
        let scaled = if scaled > self.most { self.most } else { scaled };
        let scaled = if scaled < -self.most { -self.most } else { scaled };
        let mean = self.mean.with(mean, scaled);
        let square = self.square.with_square(square, gradient);
        ((-self.rate).fused(mean, parameter), [mean, square])
    }
}
