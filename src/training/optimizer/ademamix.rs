//! AdEMAMix: Adam with a second, slow mean of gradients.
//!
//! m₁ ← β₁·m₁ + (1 − β₁)·g, m₂ ← β₃·m₂ + (1 − β₃)·g, v ← β₂·v + (1 − β₂)·g²,
//! θ ← θ − α_k·(m₁/(1 − β₁^(k+1)) + a·m₂) / (√(v/(1 − β₂^(k+1))) + ε), where k counts the updates before this one.
//!
//! | key | symbol | default | range |
//! | --- | --- | --- | --- |
//! | `learning_rate` | α | required | > 0 |
//! | `batch_size` | B | 1 | ≥ 1, or `"full"` |
//! | `beta1` | β₁ | 0.9 | 0 ≤ β₁ < 1 |
//! | `beta2` | β₂ | 0.999 | 0 ≤ β₂ < 1 |
//! | `beta3` | β₃ | 0.9999 | 0 ≤ β₃ < 1 |
//! | `mixing` | a | 5 | ≥ 0 |
//! | `epsilon` | ε | 1e-8 | > 0 |
//! | `replacement` | | false | |
//! | `last_batch` | | `"scaled"` | `"scaled"`, `"keep"` |
//!
//! The form and the defaults are those of optax's `ademamix` with constant `alpha` (a) and `b3`. The paper raises both from small values over the whole
//! trial, for training of very many steps; in a few hundred steps the slow mean hardly moves.
//!
//! Pagliardini, Ablin and Grangier, "The AdEMAMix optimizer: better, faster, older", International Conference on Learning Representations, 2025.
//!
//! ```toml
//! [optimizers.ademamix]
//! method = "ademamix"
//! learning_rate = { from = 1e-4, to = 0.1, count = 7, scale = "log" }
//! batch_size = 32
//! beta3 = [0.99, 0.9999]
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
use crate::parameter::{Decides, Fallback, Interval, Kind, Parameter, read};

pub const METHOD: Method = Method::new(
    "ademamix",
    "AdEMAMix: Adam with a second, slow mean of gradients",
    &[
        LEARNING_RATE.default_elsewhere(1e-3, "pytorch_optimizer"),
        BATCH_SIZE,
        BETA1,
        BETA2,
        Parameter { default: Fallback::Literal("0.9999"), ..BETA3 },
        MIXING,
        EPSILON,
        REPLACEMENT,
        LAST_BATCH,
    ],
    include_str!("ademamix.rs"),
    |values| Ok(Box::new(read::<Ademamix>(values)?)),
);

const MIXING: Parameter = Parameter::new(
    "mixing",
    Kind::Float(Interval::NOT_NEGATIVE),
    Fallback::Literal("5.0"),
    Decides::Update,
    "a: the weight of the slow mean beside the fast one (optax's alpha)",
);

#[derive(Deserialize)]
struct Ademamix {
    beta1: f64,
    beta2: f64,
    beta3: f64,
    mixing: f64,
    epsilon: f64,
    #[serde(flatten)]
    batches: BatchKeys,
}

impl Optimizer for Ademamix {
    fn traits(&self, _l1: f64) -> MethodTraits {
        // The means; β₁^k and β₂^k.
        MethodTraits { vectors: 3, scalars: 2, ..MethodTraits::default() }
    }

    fn batching(&self) -> Batching {
        self.batches.batching()
    }
}

impl<T: Real> Update<T> for Ademamix {
    fn update(
        &self,
        step: &Step<'_, T>,
        parameters: &mut [T],
        state: &mut MethodState<T>,
        _loss: f64,
        gradient: &mut [T],
    ) -> Progress {
        let [power1, power2] = state.powers(step.k, [self.beta1, self.beta2]);
        let of = T::from_f64;
        let rule = Components {
            fast: RunningMean::new(self.beta1),
            square: RunningMean::new(self.beta2),
            slow: RunningMean::new(self.beta3),
            mixing: of(self.mixing),
            rate: step.rate,
            correction1: of(1.0 - power1),
            correction2: of(1.0 - power2),
            epsilon: of(self.epsilon),
        };
        by_component(&rule, parameters, gradient, state.split(parameters.len()));
        Progress::Moved
    }
}

struct Components<T> {
    fast: RunningMean<T>,
    square: RunningMean<T>,
    slow: RunningMean<T>,
    mixing: T,
    rate: T,
    /// 1 − β₁^(k+1)
    correction1: T,
    /// 1 − β₂^(k+1)
    correction2: T,
    epsilon: T,
}

impl<T: Real> Rule<T, 3> for Components<T> {
    #[inline(always)]
    fn step(&self, parameter: T, gradient: T, [fast, slow, square]: [T; 3]) -> (T, [T; 3]) {
        let fast = self.fast.with(fast, gradient);
        let slow = self.slow.with(slow, gradient);
        let square = self.square.with_square(square, gradient);
        let scale = (square / self.correction2).square_root() + self.epsilon;
        let direction = self.mixing.fused(slow, fast / self.correction1);
        (parameter - self.rate * direction / scale, [fast, slow, square])
    }
}
