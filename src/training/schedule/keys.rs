//! Keys that several schedules share, and lengths that a file gives in epochs or in steps.

use super::schedule_kind::Horizon;
use crate::parameter::{Decides, Endpoint, Fallback, Interval, Kind, Parameter};

/// 0 < x < 1: what a rate is multiplied by so that it falls.
pub const SHRINKING: Interval = Interval { low: Endpoint::Open(0.0), high: Endpoint::Open(1.0) };

pub const FACTOR: Parameter = Parameter::new(
    "factor",
    Kind::Float(SHRINKING),
    Fallback::Literal("0.1"),
    Decides::Update,
    "what the rate is multiplied by",
)
.also_called(&["gamma", "decay_rate", "decay_factor"]);

pub const FINAL_FRACTION: Parameter = Parameter::new(
    "final_fraction",
    Kind::Float(Interval::FRACTION),
    Fallback::Literal("0.0"),
    Decides::Update,
    "the rate at the end, as a fraction of the learning rate",
)
.also_called(&["eta_min", "min_lr", "end_factor", "end_value", "min_lr_ratio"]);

/// A length in updates. A file gives one of the two; one in epochs is longer than any trial if it cannot be counted.
pub const fn updates(epochs: Option<u64>, steps: Option<u64>, horizon: Horizon) -> u64 {
    let updates = match (epochs, steps) {
        (Some(epochs), _) => epochs.saturating_mul(horizon.steps_per_epoch),
        (None, Some(steps)) => steps,
        (None, None) => u64::MAX,
    };
    if updates == 0 { 1 } else { updates }
}

/// The key of such a length that a file gives.
pub const fn given(epochs: Option<u64>, [in_epochs, in_steps]: [&'static str; 2]) -> &'static str {
    if epochs.is_some() { in_epochs } else { in_steps }
}

/// The part of a whole that is done, from 0 to 1.
pub fn share(done: u64, whole: u64) -> f64 {
    done.min(whole) as f64 / whole.max(1) as f64
}

/// From `high` to `low` as `left` falls from 1 to 0.
pub fn between(low: f64, high: f64, left: f64) -> f64 {
    low + (high - low) * left
}

/// What is left of half a cosine after a share of it: 1 at the start, 0 at the end.
pub fn cosine(share: f64) -> f64 {
    (1.0 + libm::cos(std::f64::consts::PI * share)) / 2.0
}
