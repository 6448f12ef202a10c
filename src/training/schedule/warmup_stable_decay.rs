//! Warm-up, stable, decay (WSD): the rate stays, and falls in the last part of the trial.
//!
//! With K planned updates and the decay's D = decay_fraction·K, α_k = α up to update K − D. From there on it is α_end +
//! (α − α_end)·f(x), with x = (k − (K − D))/D and α_end = final_fraction·α; f(x) is 1 − x (`"linear"`), (1 + cos(πx))/2
//! (`"cosine"`) or 1 − √x (`"one_minus_sqrt"`). A decay of at most one update lowers no rate, which `plan` says.
//!
//! | key | symbol | default | range |
//! | --- | --- | --- | --- |
//! | `decay_fraction` | D/K | 0.2 | 0 < x ≤ 1 |
//! | `decay_shape` | f | `"linear"` | `"linear"`, `"cosine"`, `"one_minus_sqrt"` |
//! | `final_fraction` | α_end/α | 0 | 0 ≤ x < 1 |
//!
//! The warm-up is `warmup_steps`, which every schedule takes; K counts the updates after it. `get_wsd_schedule` of transformers is the
//! same with `num_decay_steps` = D and `decay_type`; its default is `"cosine"`. In optax it is `join_schedules` of a constant and a
//! `linear_schedule`; PyTorch has none. K is the planned number of updates, whether or not a stopping rule ends the trial earlier:
//! trials that differ in `epochs` take different steps here, though before the decay they would be the same.
//!
//! `schedule = { kind = "warmup_stable_decay", warmup_steps = 100, decay_fraction = 0.1 }`
//!
//! Hu and others, "MiniCPM: unveiling the potential of small language models with scalable training strategies", 2024; Hägele and
//! others, "Scaling laws and compute-optimal training beyond fixed training durations", Neural Information Processing Systems, 2024,
//! who recommend 1 − √x and a decay over a fifth of the trial.

use serde::Deserialize;

use super::keys::{FINAL_FRACTION, between, cosine};
use super::schedule_kind::{Horizon, Schedule, ScheduleKind};
use crate::parameter::{Decides, Endpoint, Fallback, Interval, Kind, Parameter, read};

pub const ROW: ScheduleKind = ScheduleKind::new(
    "warmup_stable_decay",
    "α until the last part of the trial, and then down to final_fraction·α (WSD: Hu and others, 2024)",
    &[
        Parameter::new(
            "decay_fraction",
            Kind::Float(Interval { low: Endpoint::Open(0.0), high: Endpoint::Closed(1.0) }),
            Fallback::Literal("0.2"),
            Decides::Update,
            "the last part of the trial, in which the rate falls",
        ),
        Parameter::new(
            "decay_shape",
            Kind::Choice(&["linear", "cosine", "one_minus_sqrt"]),
            Fallback::Literal("\"linear\""),
            Decides::Update,
            "how the rate falls: a straight line, half a cosine, or 1 − √x",
        )
        .also_called(&["decay_type"]),
        FINAL_FRACTION,
    ],
    include_str!("warmup_stable_decay.rs"),
    |values| Ok(Box::new(read::<WarmupStableDecay>(values)?)),
);

/// ```
/// use sweep_training::schedule::{Horizon, read};
///
/// let value: toml::Table =
///     "kind = \"warmup_stable_decay\"\ndecay_fraction = 0.5\ndecay_shape = \"linear\"\nfinal_fraction = 0.0".parse()?;
/// let schedule = read(Some(&toml::Value::Table(value)))?;
/// let horizon = Horizon { steps: 40, steps_per_epoch: 10 };
/// assert_eq!([0, 20, 30, 40].map(|k| schedule.rate(0.8, k, horizon)), [0.8, 0.8, 0.4, 0.0]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WarmupStableDecay {
    decay_fraction: f64,
    decay_shape: Shape,
    final_fraction: f64,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Shape {
    Linear,
    Cosine,
    OneMinusSqrt,
}

impl Schedule for WarmupStableDecay {
    fn rate(&self, learning_rate: f64, k: u64, horizon: Horizon) -> f64 {
        let steps = horizon.steps as f64;
        let decay = self.decay_fraction * steps;
        let done = k.min(horizon.steps) as f64 - (steps - decay);
        if done <= 0.0 {
            return learning_rate;
        }
        // Rounding may lead beyond the end.
        let share = if done < decay { done / decay } else { 1.0 };
        let left = match self.decay_shape {
            Shape::Linear => 1.0 - share,
            Shape::Cosine => cosine(share),
            Shape::OneMinusSqrt => 1.0 - libm::sqrt(share),
        };
        between(self.final_fraction * learning_rate, learning_rate, left)
    }

    fn knows_the_end(&self) -> bool {
        true
    }

    /// A decay of at most one update lowers no rate.
    fn last_event(&self, horizon: Horizon) -> Option<(&'static str, u64)> {
        let steps = horizon.steps as f64;
        let begins = libm::floor(steps - self.decay_fraction * steps) as u64;
        Some(("decay_fraction", begins.saturating_add(1)))
    }
}
