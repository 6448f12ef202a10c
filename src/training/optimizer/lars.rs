//! LARS: momentum whose step, in each tensor, has a length relative to that of the parameters.
//!
//! u = g + λ·θ; in each tensor (the weights, the biases) q = η·‖θ‖/(‖u‖ + ε), or 1 where one of the norms is 0.
//! b ← β·b + α_k·q·u, θ ← θ − b; with `nesterov` θ ← θ − (α_k·q·u + β·b).
//!
//! | key | symbol | default | range |
//! | --- | --- | --- | --- |
//! | `learning_rate` | α | required | > 0 |
//! | `batch_size` | B | 1 | ≥ 1, or `"full"` |
//! | `momentum` | β | 0.9 | 0 ≤ β < 1 |
//! | `nesterov` | | false | |
//! | `trust_coefficient` | η | 0.001 | > 0 |
//! | `epsilon` | ε | 0 | ≥ 0 |
//! | `weight_decay` | λ | 0 | ≥ 0 |
//! | `decay` | | `"all"` | `"all"`, `"weights"` |
//! | `replacement` | | false | |
//! | `last_batch` | | `"scaled"` | `"scaled"`, `"keep"` |
//!
//! The form and the defaults are those of optax's `lars`. `weight_decay` enters the ratio, and is not the decoupled decay of other methods; the paper divides
//! by ‖g‖ + λ·‖θ‖. The weights of all outputs of a linear model are one tensor. From zeros, a tensor's first step has the ratio 1, and later ones the
//! small ratio η·‖θ‖/‖u‖: a rate that suits the second step may be far too long for the first.
//!
//! You, Gitman and Ginsburg, "Large batch training of convolutional networks", arXiv 1708.03888, 2017.
//!
//! ```toml
//! [optimizers.lars]
//! method = "lars"
//! learning_rate = { from = 1e-1, to = 100.0, count = 7, scale = "log" }
//! batch_size = 64
//! weight_decay = [0.0, 1e-4]
//! ```

use serde::Deserialize;

use super::batching::{BatchKeys, Batching};
use super::by_component::{Along, Rule, by_component};
use super::keys::{
    BATCH_SIZE, DECAY, EPSILON, LAST_BATCH, LEARNING_RATE, MOMENTUM, NESTEROV, REPLACEMENT, WEIGHT_DECAY,
};
use super::method::{Method, Optimizer};
use super::state::MethodState;
use super::traits::MethodTraits;
use super::trust_ratio::{TRUST_DECAY, TrustDecay, trust_ratio};
use super::update::{Progress, Step, Update};
use crate::numeric::Real;
use crate::parameter::{Decides, Fallback, Interval, Kind, Parameter, read};

pub const METHOD: Method = Method::new(
    "lars",
    "LARS: momentum whose step, in each tensor, has a length relative to that of the parameters",
    &[
        LEARNING_RATE.default_elsewhere(1e-3, "pytorch_optimizer"),
        BATCH_SIZE,
        Parameter { default: Fallback::Literal("0.9"), ..MOMENTUM },
        NESTEROV,
        TRUST_COEFFICIENT,
        Parameter {
            kind: Kind::Float(Interval::NOT_NEGATIVE),
            default: Fallback::Literal("0.0"),
            doc: "ε: added to the length of the direction",
            ..EPSILON
        },
        Parameter { doc: TRUST_DECAY, ..WEIGHT_DECAY },
        DECAY,
        REPLACEMENT,
        LAST_BATCH,
    ],
    include_str!("lars.rs"),
    |values| Ok(Box::new(read::<Lars>(values)?)),
);

const TRUST_COEFFICIENT: Parameter = Parameter::new(
    "trust_coefficient",
    Kind::Float(Interval::POSITIVE),
    Fallback::Literal("0.001"),
    Decides::Update,
    "η: the length of a step relative to that of the parameters",
);

#[derive(Deserialize)]
struct Lars {
    momentum: f64,
    nesterov: bool,
    trust_coefficient: f64,
    epsilon: f64,
    #[serde(flatten)]
    decay: TrustDecay,
    #[serde(flatten)]
    batches: BatchKeys,
}

impl Optimizer for Lars {
    fn traits(&self, _l1: f64) -> MethodTraits {
        // The velocity.
        MethodTraits { vectors: 1, ..MethodTraits::default() }
    }

    fn batching(&self) -> Batching {
        self.batches.batching()
    }

    fn decay_of_biases(&self) -> f64 {
        self.decay.of_biases()
    }
}

impl<T: Real> Update<T> for Lars {
    fn update(
        &self,
        step: &Step<'_, T>,
        parameters: &mut [T],
        state: &mut MethodState<T>,
        _loss: f64,
        gradient: &mut [T],
    ) -> Progress {
        let (of, momentum) = (T::from_f64, T::from_f64(self.momentum));
        for tensor in step.layout.tensors() {
            let decay = of(self.decay.of(tensor));
            for row in &tensor.rows {
                by_component(&Along(-decay), &mut gradient[row.clone()], &parameters[row.clone()], []);
            }
            let ratio = trust_ratio(tensor, parameters, gradient, self.epsilon);
            let rate = step.rate.to_f64() * ratio.map_or(1.0, |ratio| self.trust_coefficient * ratio);
            let rule = Components { momentum, rate: of(rate), nesterov: self.nesterov };
            for row in &tensor.rows {
                let row = row.clone();
                let state = [&mut state.vectors[row.clone()]];
                by_component(&rule, &mut parameters[row.clone()], &gradient[row], state);
            }
        }
        Progress::Moved
    }
}

struct Components<T> {
    momentum: T,
    /// α_k·q
    rate: T,
    nesterov: bool,
}

impl<T: Real> Rule<T, 1> for Components<T> {
    #[inline(always)]
    fn step(&self, parameter: T, direction: T, [velocity]: [T; 1]) -> (T, [T; 1]) {
        let step = self.rate * direction;
        let velocity = self.momentum.fused(velocity, step);
        let step = if self.nesterov { self.momentum.fused(velocity, step) } else { velocity };
        (parameter - step, [velocity])
    }
}
