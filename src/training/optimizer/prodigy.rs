//! Prodigy: Adam that estimates the distance to the solution, which takes the place of the rate. There is no rate to tune.
//!
//! With the distance d, d₀ at the start, and γ, which is 1 unless a schedule says otherwise:
//! r ← β₃·r + (d/d₀)·d·γ·gᵀ(θ_0 − θ), m ← β₁·m + (1 − β₁)·d·g, v ← β₂·v + (1 − β₂)·d²·g², s ← β₃·s + (d/d₀)·d·γ·g,
//! d̂ = c·r/‖s‖₁, d⁺ = max(d, d̂) or what `growth_limit` allows of it, θ ← θ − d·γ·m/(√v + d⁺·ε), d ← d⁺.
//!
//! | key | symbol | default | range |
//! | --- | --- | --- | --- |
//! | `batch_size` | B | 1 | ≥ 1, or `"full"` |
//! | `beta1` | β₁ | 0.9 | 0 ≤ β₁ < 1 |
//! | `beta2` | β₂ | 0.999 | 0 ≤ β₂ < 1 |
//! | `epsilon` | ε | 1e-8 | > 0 |
//! | `beta3` | β₃ | √β₂ | 0 ≤ β₃ < 1 |
//! | `initial_distance` | d₀ | 1e-6 | > 0 |
//! | `distance_coefficient` | c | 1 | > 0 |
//! | `growth_limit` | | none | > 1 |
//! | `safeguard_warmup` | | false | |
//! | `replacement` | | false | |
//! | `last_batch` | | `"scaled"` | `"scaled"`, `"keep"` |
//!
//! The form and the defaults are those of the authors' program `prodigyopt`, without bias correction; optax's `prodigy` always corrects. With
//! `safeguard_warmup` γ is left out of s, so that a warm-up does not raise d. It needs some hundred steps to find d, and likes the schedule
//! `cosine`.
//!
//! Mishchenko and Defazio, "Prodigy: an expeditiously adaptive parameter-free learner", International Conference on Machine Learning, 2024.
//!
//! ```toml
//! [optimizers.prodigy]
//! method = "prodigy"
//! batch_size = 32
//! schedule = "cosine"
//! ```

use serde::Deserialize;

use super::batching::{BatchKeys, Batching};
use super::by_component::{Between, Rule, by_component};
use super::keys::{BATCH_SIZE, BETA1, BETA2, BETA3, EPSILON, LAST_BATCH, REPLACEMENT};
use super::method::{Method, Optimizer};
use super::running_mean::RunningMean;
use super::state::MethodState;
use super::traits::MethodTraits;
use super::update::{Progress, Step, Update};
use crate::numeric::{Real, dot, sign};
use crate::parameter::{Decides, Endpoint, Fallback, Interval, Kind, Parameter, read};

pub const METHOD: Method = Method::new(
    "prodigy",
    "Prodigy: Adam that estimates the distance to the solution, which takes the place of the rate",
    &[
        BATCH_SIZE,
        BETA1,
        BETA2,
        Parameter { default: Fallback::Absent, ..BETA3 },
        EPSILON,
        INITIAL_DISTANCE,
        DISTANCE_COEFFICIENT,
        GROWTH_LIMIT,
        SAFEGUARD_WARMUP,
        REPLACEMENT,
        LAST_BATCH,
    ],
    include_str!("prodigy.rs"),
    |values| Ok(Box::new(read::<Prodigy>(values)?)),
);

const INITIAL_DISTANCE: Parameter = Parameter::new(
    "initial_distance",
    Kind::Float(Interval::POSITIVE),
    Fallback::Literal("1e-6"),
    Decides::Update,
    "d₀: the first estimate of the distance",
)
.also_called(&["d0", "estim_lr0"]);

const DISTANCE_COEFFICIENT: Parameter = Parameter::new(
    "distance_coefficient",
    Kind::Float(Interval::POSITIVE),
    Fallback::Literal("1.0"),
    Decides::Update,
    "c: the factor of each estimate of the distance",
)
.also_called(&["d_coef", "estim_lr_coef"]);

const GROWTH_LIMIT: Parameter = Parameter::new(
    "growth_limit",
    Kind::Float(Interval { low: Endpoint::Open(1.0), high: Endpoint::None }),
    Fallback::Absent,
    Decides::Update,
    "the most by which the distance grows in one step",
)
.also_called(&["growth_rate"]);

const SAFEGUARD_WARMUP: Parameter = Parameter::new(
    "safeguard_warmup",
    Kind::Boolean,
    Fallback::Literal("false"),
    Decides::Update,
    "leave the schedule out of the estimate of the distance",
);

#[derive(Deserialize)]
struct Prodigy {
    beta1: f64,
    beta2: f64,
    beta3: Option<f64>,
    epsilon: f64,
    initial_distance: f64,
    distance_coefficient: f64,
    growth_limit: Option<f64>,
    safeguard_warmup: bool,
    #[serde(flatten)]
    batches: BatchKeys,
}

impl Optimizer for Prodigy {
    fn traits(&self, _l1: f64) -> MethodTraits {
        // The means, the sum of gradients, the start, and memory; the distance, the largest estimate and r.
        MethodTraits { vectors: 5, scalars: 3, ..MethodTraits::default() }
    }

    fn batching(&self) -> Batching {
        self.batches.batching()
    }
}

impl<T: Real> Update<T> for Prodigy {
    fn update(
        &self,
        step: &Step<'_, T>,
        parameters: &mut [T],
        state: &mut MethodState<T>,
        _loss: f64,
        gradient: &mut [T],
    ) -> Progress {
        let (gamma, first) = (step.rate.to_f64(), self.initial_distance);
        let begun = [first, first, 0.0];
        let [distance, largest, numerator] =
            if step.k == 0 { begun } else { std::array::from_fn(|index| state.scalars[index]) };
        let [mean, square, sum, start, memory] = state.split(parameters.len());
        if step.k == 0 {
            start.copy_from_slice(parameters);
        }
        let (of, beta3) = (T::from_f64, self.beta3.unwrap_or_else(|| self.beta2.sqrt()));
        let (rate, weight) = (distance * gamma, distance / first * distance);
        by_component(&Between, memory, parameters, [start]);
        let along = -dot(gradient, memory).to_f64();
        let numerator = beta3 * numerator + weight * gamma * along;
        let means = Means {
            mean: RunningMean::weighted(self.beta1, distance * (1.0 - self.beta1)),
            square: RunningMean::weighted(self.beta2, distance * distance * (1.0 - self.beta2)),
            sum: RunningMean::weighted(beta3, if self.safeguard_warmup { weight } else { weight * gamma }),
        };
        by_component(&means, memory, gradient, [mean, square, sum]);
        // Σ|s|, since the memory now holds the signs of s.
        let denominator = dot(sum, memory).to_f64();
        if denominator > 0.0 {
            let estimate = self.distance_coefficient * numerator / denominator;
            let largest = largest.max(estimate);
            // The first estimate is taken whole.
            let grown = if distance == first { distance.max(estimate) } else { distance };
            let next = self.growth_limit.map_or(largest, |limit| largest.min(limit * grown));
            let scaled = Scaled { rate: of(rate), epsilon: of(next * self.epsilon) };
            by_component(&scaled, parameters, mean, [square]);
            state.scalars.copy_from_slice(&[next, largest, numerator]);
        } else {
            state.scalars.copy_from_slice(&[distance, largest, numerator]);
        }
        Progress::Moved
    }
}

/// The means and the sum of gradients; their parameter becomes the sign of the sum.
struct Means<T> {
    mean: RunningMean<T>,
    square: RunningMean<T>,
    sum: RunningMean<T>,
}

impl<T: Real> Rule<T, 3> for Means<T> {
    #[inline(always)]
    fn step(&self, _memory: T, gradient: T, [mean, square, sum]: [T; 3]) -> (T, [T; 3]) {
        let mean = self.mean.with(mean, gradient);
        let square = self.square.with_square(square, gradient);
        let sum = self.sum.with(sum, gradient);
        (sign(sum), [mean, square, sum])
    }
}

struct Scaled<T> {
    rate: T,
    /// d⁺·ε
    epsilon: T,
}

impl<T: Real> Rule<T, 1> for Scaled<T> {
    #[inline(always)]
    fn step(&self, parameter: T, mean: T, [square]: [T; 1]) -> (T, [T; 1]) {
        (parameter - self.rate * mean / (square.square_root() + self.epsilon), [square])
    }
}
