//! DoG: the rate is the largest distance from the start over the root of the summed squared gradients. There is no rate to tune.
//!
//! r ← max(r, ‖θ − θ_0‖), with r = d₀·(1 + ‖θ_0‖) at the start, G ← G + ‖g‖², θ ← θ − s·r/√(G + ε)·g, where s is 1 unless a schedule says otherwise.
//!
//! | key | symbol | default | range |
//! | --- | --- | --- | --- |
//! | `batch_size` | B | 1 | ≥ 1, or `"full"` |
//! | `initial_distance` | d₀ | 1e-6 | > 0 |
//! | `epsilon` | ε | 1e-8 | > 0 |
//! | `replacement` | | false | |
//! | `last_batch` | | `"scaled"` | `"scaled"`, `"keep"` |
//!
//! The form and the defaults are those of the authors' program and of optax's `dog`, with one distance for all parameters. The paper evaluates a mean of the
//! iterates: the part `average` does. d₀ decides how many steps pass until the distance has grown: full batches on few epochs may end
//! before that.
//!
//! Ivgi, Hinder and Carmon, "DoG is SGD's best friend: a parameter-free dynamic step size schedule", International Conference on Machine Learning, 2023.
//!
//! ```toml
//! [optimizers.dog]
//! method = "dog"
//! batch_size = 32
//! average = { kind = "ema", decay = 0.99 }
//! ```

use serde::Deserialize;

use super::batching::{BatchKeys, Batching};
use super::by_component::{Along, Between, by_component};
use super::keys::{BATCH_SIZE, EPSILON, LAST_BATCH, REPLACEMENT};
use super::method::{Method, Optimizer};
use super::state::MethodState;
use super::traits::MethodTraits;
use super::update::{Progress, Step, Update};
use crate::numeric::{Real, norm_squared};
use crate::parameter::{Decides, Fallback, Interval, Kind, Parameter, read};

pub const METHOD: Method = Method::new(
    "dog",
    "DoG: the rate is the largest distance from the start over the root of the summed squared gradients",
    &[BATCH_SIZE, INITIAL_DISTANCE, EPSILON, REPLACEMENT, LAST_BATCH],
    include_str!("dog.rs"),
    |values| Ok(Box::new(read::<Dog>(values)?)),
);

const INITIAL_DISTANCE: Parameter = Parameter::new(
    "initial_distance",
    Kind::Float(Interval::POSITIVE),
    Fallback::Literal("1e-6"),
    Decides::Update,
    "d₀: the first distance, relative to 1 + ‖θ_0‖",
);

#[derive(Deserialize)]
struct Dog {
    initial_distance: f64,
    epsilon: f64,
    #[serde(flatten)]
    batches: BatchKeys,
}

impl Optimizer for Dog {
    fn traits(&self, _l1: f64) -> MethodTraits {
        // The start, and the way from it; r and G.
        MethodTraits { vectors: 2, scalars: 2, ..MethodTraits::default() }
    }

    fn batching(&self) -> Batching {
        self.batches.batching()
    }
}

impl<T: Real> Update<T> for Dog {
    fn update(
        &self,
        step: &Step<'_, T>,
        parameters: &mut [T],
        state: &mut MethodState<T>,
        _loss: f64,
        gradient: &mut [T],
    ) -> Progress {
        let (start, way) = state.vectors.split_at_mut(parameters.len());
        let norm = |values: &[T]| norm_squared(values).to_f64().sqrt();
        let scalars = &mut state.scalars;
        let farthest = if step.k == 0 {
            start.copy_from_slice(parameters);
            self.initial_distance * (1.0 + norm(parameters))
        } else {
            by_component(&Between, way, parameters, [start]);
            scalars[0].max(norm(way))
        };
        let sum = scalars[1] + norm_squared(gradient).to_f64();
        scalars.copy_from_slice(&[farthest, sum]);
        let rate = step.rate.to_f64() * farthest / (sum + self.epsilon).sqrt();
        by_component(&Along(T::from_f64(rate)), parameters, gradient, []);
        Progress::Moved
    }
}
