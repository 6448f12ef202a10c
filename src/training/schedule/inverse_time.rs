//! Inverse-time decay: α_k = α / (1 + decay·k), k counting updates.
//!
//! | key | symbol | default | range |
//! | --- | --- | --- | --- |
//! | `decay` | decay | required | ≥ 0 |
//!
//! The rates sum to infinity and their squares do not, as Robbins and Monro require ("A stochastic approximation
//! method", Annals of Mathematical Statistics 22, 1951). k counts updates, as in TensorFlow's `InverseTimeDecay` with
//! `decay_steps = 1`, not epochs.
//!
//! `schedule = { kind = "inverse_time", decay = 0.01 }`

use serde::Deserialize;

use super::schedule_kind::{Horizon, Schedule, ScheduleKind};
use crate::parameter::{Decides, Fallback, Interval, Kind, Parameter, read};

pub const ROW: ScheduleKind = ScheduleKind::new(
    "inverse_time",
    "α/(1 + decay·k) after k updates (Robbins and Monro, 1951)",
    &[Parameter::new(
        "decay",
        Kind::Float(Interval::NOT_NEGATIVE),
        Fallback::Required,
        Decides::Update,
        "how fast the rate falls, per update",
    )
    .labelled("decay", "that of the schedule α/(1 + decay·k) after k steps")],
    include_str!("inverse_time.rs"),
    |values| Ok(Box::new(read::<InverseTime>(values)?)),
);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct InverseTime {
    decay: f64,
}

impl Schedule for InverseTime {
    fn rate(&self, learning_rate: f64, k: u64, _horizon: Horizon) -> f64 {
        learning_rate / self.decay.mul_add(k as f64, 1.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_when_decay_times_k_is_one() {
        let schedule = InverseTime { decay: 0.25 };
        let horizon = Horizon { steps: 1, steps_per_epoch: 1 };
        assert_eq!(schedule.rate(1.0, 0, horizon).to_bits(), 1.0_f64.to_bits());
        assert_eq!(schedule.rate(1.0, 4, horizon).to_bits(), 0.5_f64.to_bits());
    }
}
