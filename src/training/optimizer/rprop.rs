//! Rprop: each component has a step of its own, which grows while the sign of its gradient stays and shrinks when it turns.
//!
//! s ← η₊·s where g·g_last > 0, at most s_max; where g·g_last < 0: s ← η₋·s, at least s_min, and g ← 0. θ ← θ − s·sign(g). s starts at α.
//!
//! | key | symbol | default | range |
//! | --- | --- | --- | --- |
//! | `learning_rate` | α | required | > 0 |
//! | `eta_minus` | η₋ | 0.5 | > 0 and < 1 |
//! | `eta_plus` | η₊ | 1.2 | > 1 |
//! | `smallest_step` | s_min | 1e-6 | > 0 |
//! | `largest_step` | s_max | 50 | > 0 |
//!
//! Every step takes all training rows: signs of the gradients of different batches say little of each other. The form and the defaults are those of PyTorch's
//! `Rprop` and of optax's `rprop`, without a step back (iRprop−). The steps start at α, of which only the order of magnitude matters.
//!
//! Riedmiller and Braun, "A direct adaptive method for faster backpropagation learning: the RPROP algorithm", IEEE International Conference on Neural
//! Networks, 1993; Igel and Hüsken, "Improving the Rprop learning algorithm", 2000.
//!
//! ```toml
//! [optimizers.rprop]
//! method = "rprop"
//! learning_rate = { from = 1e-3, to = 1.0, count = 7, scale = "log" }
//! ```

use serde::Deserialize;

use super::batching::Batching;
use super::by_component::{Rule, by_component};
use super::keys::LEARNING_RATE;
use super::method::{Method, Optimizer};
use super::state::MethodState;
use super::traits::MethodTraits;
use super::update::{Progress, Step, Update};
use crate::numeric::{Real, larger, sign};
use crate::parameter::{Decides, Endpoint, Fallback, Interval, Kind, Parameter, read};

pub const METHOD: Method = Method::new(
    "rprop",
    "Rprop: each component has a step of its own, which grows while the sign of its gradient stays",
    &[LEARNING_RATE.default_elsewhere(1e-2, "torch"), ETA_MINUS, ETA_PLUS, SMALLEST_STEP, LARGEST_STEP],
    include_str!("rprop.rs"),
    |values| Ok(Box::new(read::<Rprop>(values)?)),
)
.refusing(&[
    ("rate_multipliers", "its steps are not the rate times a direction"),
    ("schedule", "its steps set their own length; the rate is only where they start"),
]);

const ETA_MINUS: Parameter = Parameter::new(
    "eta_minus",
    Kind::Float(Interval { low: Endpoint::Open(0.0), high: Endpoint::Open(1.0) }),
    Fallback::Literal("0.5"),
    Decides::Update,
    "η₋: the factor of a step whose gradient has turned",
);

const ETA_PLUS: Parameter = Parameter::new(
    "eta_plus",
    Kind::Float(Interval { low: Endpoint::Open(1.0), high: Endpoint::None }),
    Fallback::Literal("1.2"),
    Decides::Update,
    "η₊: the factor of a step whose gradient keeps its sign",
);

const SMALLEST_STEP: Parameter = Parameter::new(
    "smallest_step",
    Kind::Float(Interval::POSITIVE),
    Fallback::Literal("1e-6"),
    Decides::Update,
    "s_min: the shortest step of a component",
);

const LARGEST_STEP: Parameter = Parameter::new(
    "largest_step",
    Kind::Float(Interval::POSITIVE),
    Fallback::Literal("50.0"),
    Decides::Update,
    "s_max: the longest step of a component",
);

#[derive(Deserialize)]
struct Rprop {
    eta_minus: f64,
    eta_plus: f64,
    smallest_step: f64,
    largest_step: f64,
}

impl Optimizer for Rprop {
    fn traits(&self, _l1: f64) -> MethodTraits {
        // The last gradient, and the steps.
        MethodTraits { vectors: 2, ..MethodTraits::default() }
    }

    fn batching(&self) -> Batching {
        Batching::Full
    }
}

impl<T: Real> Update<T> for Rprop {
    fn update(
        &self,
        step: &Step<'_, T>,
        parameters: &mut [T],
        state: &mut MethodState<T>,
        _loss: f64,
        gradient: &mut [T],
    ) -> Progress {
        let of = T::from_f64;
        let [last, length] = state.split(parameters.len());
        if step.k == 0 {
            length.fill(step.rate);
        }
        let rule = Components {
            eta_minus: of(self.eta_minus),
            eta_plus: of(self.eta_plus),
            smallest: of(self.smallest_step),
            largest: of(self.largest_step),
        };
        by_component(&rule, parameters, gradient, [last, length]);
        Progress::Moved
    }
}

struct Components<T> {
    eta_minus: T,
    eta_plus: T,
    smallest: T,
    largest: T,
}

impl<T: Real> Rule<T, 2> for Components<T> {
    #[inline(always)]
    fn step(&self, parameter: T, gradient: T, [last, length]: [T; 2]) -> (T, [T; 2]) {
        let turn = sign(gradient) * sign(last);
        let factor = if turn > T::ZERO { self.eta_plus } else { T::ONE };
        let factor = if turn < T::ZERO { self.eta_minus } else { factor };
        let gradient = if turn < T::ZERO { T::ZERO } else { gradient };
        let length = larger(length * factor, self.smallest);
        let length = if length > self.largest { self.largest } else { length };
        ((-length).fused(sign(gradient), parameter), [gradient, length])
    }
}
