//! Reduce on plateau: the rate is multiplied by a factor when the training objective J has not improved for some epochs.
//!
//! J of the evaluated epochs is watched, over all training rows. One is an improvement if it is below the best so far by more than
//! threshold·|best|. At an evaluated epoch that comes more than `patience` epochs after the last improvement, the rate is multiplied by
//! `factor`, but not below minimum_fraction·α, and the patience begins again, after `cooldown` epochs of rest.
//!
//! | key | symbol | default | range |
//! | --- | --- | --- | --- |
//! | `factor` | factor | 0.1 | 0 < factor < 1 |
//! | `patience` | | 10 epochs | 0 to 10⁹ |
//! | `threshold` | | 1e-4 | 0 ≤ x < 1 |
//! | `cooldown` | | 0 epochs | 0 to 10⁹ |
//! | `minimum_fraction` | lowest rate/α | 0 | 0 ≤ x < 1 |
//!
//! PyTorch's `ReduceLROnPlateau` with `mode="min"`, `threshold_mode="rel"`, `min_lr` = minimum_fraction·α and `eps=0` (its default
//! leaves rates alone that would fall by less than 1e-8), given J at the end of each epoch (`evaluate_every = 1`). optax's
//! `contrib.reduce_on_plateau` scales the updates in the same way, and with the same patience it does so one bad epoch earlier. Both
//! are usually given the validation loss. Here it is the objective that is descended, so that no validation row decides a step.
//!
//! `[train]` must set `evaluate_every`. `patience` and `cooldown` count epochs, as the patience of `[train]` does, also where only
//! some are evaluated: then an `evaluate_every` of at most the patience keeps its meaning. During a warm-up it rests. Since the
//! rates depend on the losses, a trial shares its steps with no other, trains least squares without modes, and is not covered by
//! theory.
//!
//! `schedule = { kind = "reduce_on_plateau", factor = 0.5, patience = 5 }`

use serde::Deserialize;

use super::keys::FACTOR;
use super::schedule_kind::{Horizon, LossMemory, Schedule, ScheduleKind};
use crate::parameter::{Decides, Fallback, Interval, Kind, MOST_EPOCHS, Parameter, read};

pub const ROW: ScheduleKind = ScheduleKind::new(
    "reduce_on_plateau",
    "α, multiplied by a factor whenever the training objective has not improved for some epochs",
    &[
        FACTOR,
        Parameter::new(
            "patience",
            Kind::Integer { at_least: 0, at_most: MOST_EPOCHS },
            Fallback::Literal("10"),
            Decides::Update,
            "the epochs without an improvement that are waited for",
        ),
        Parameter::new(
            "threshold",
            Kind::Float(Interval::FRACTION),
            Fallback::Literal("1e-4"),
            Decides::Update,
            "what counts as an improvement, relative to the best objective so far",
        )
        .also_called(&["rtol", "min_delta"]),
        Parameter::new(
            "cooldown",
            Kind::Integer { at_least: 0, at_most: MOST_EPOCHS },
            Fallback::Literal("0"),
            Decides::Update,
            "the epochs after a reduction that do not count for the patience",
        ),
        Parameter::new(
            "minimum_fraction",
            Kind::Float(Interval::FRACTION),
            Fallback::Literal("0.0"),
            Decides::Update,
            "the lowest rate, as a fraction of the learning rate",
        )
        .also_called(&["min_lr", "min_scale"]),
    ],
    include_str!("reduce_on_plateau.rs"),
    |values| Ok(Box::new(read::<ReduceOnPlateau>(values)?)),
);

/// ```
/// use sweep_training::schedule::read;
///
/// let value: toml::Table = "kind = \"reduce_on_plateau\"\nfactor = 0.5\npatience = 1\nthreshold = 0.0\ncooldown = 0\n\
///                           minimum_fraction = 0.0".parse()?;
/// let mut memory = read(Some(&toml::Value::Table(value)))?.memory().ok_or("it remembers losses")?;
/// let mut rates = Vec::new();
/// for (epoch, objective) in [(1, 3.0), (2, 2.0), (3, 2.0), (4, 2.0), (5, 2.0)] {
///     memory.observe(epoch, 10 * epoch, objective);
///     rates.push(memory.adjusted(0.8));
/// }
/// assert_eq!(rates, [0.8, 0.8, 0.8, 0.4, 0.4]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
struct ReduceOnPlateau {
    factor: f64,
    patience: u64,
    threshold: f64,
    cooldown: u64,
    minimum_fraction: f64,
}

impl Schedule for ReduceOnPlateau {
    fn rate(&self, learning_rate: f64, _k: u64, _horizon: Horizon) -> f64 {
        learning_rate
    }

    fn memory(&self) -> Option<Box<dyn LossMemory>> {
        Some(Box::new(PlateauMemory { keys: *self, best: f64::INFINITY, since: 0, rests_until: 0, fraction: 1.0 }))
    }

    fn patience(&self) -> Option<u64> {
        Some(self.patience)
    }

    /// The first reduction comes `patience + 1` epochs after the first one, if that is the best.
    fn last_event(&self, horizon: Horizon) -> Option<(&'static str, u64)> {
        Some(("patience", self.patience.saturating_add(2).saturating_mul(horizon.steps_per_epoch)))
    }
}

struct PlateauMemory {
    keys: ReduceOnPlateau,
    /// The lowest objective so far.
    best: f64,
    /// The epoch from which the patience counts.
    since: u64,
    /// Up to this epoch no epoch counts.
    rests_until: u64,
    /// What is left of the rate.
    fraction: f64,
}

impl LossMemory for PlateauMemory {
    fn observe(&mut self, epoch: u64, _updates: u64, objective: f64) {
        if objective < self.best - self.keys.threshold * self.best.abs() || self.best.is_infinite() {
            self.best = objective;
            self.since = epoch;
        }
        if epoch <= self.rests_until {
            self.since = epoch;
        }
        if epoch - self.since > self.keys.patience {
            let reduced = self.fraction * self.keys.factor;
            let least = self.keys.minimum_fraction;
            self.fraction = if reduced > least { reduced } else { least };
            self.since = epoch;
            self.rests_until = epoch.saturating_add(self.keys.cooldown);
        }
    }

    fn adjusted(&self, rate: f64) -> f64 {
        self.fraction * rate
    }

    fn remembered(&self) -> Vec<f64> {
        if self.best.is_infinite() {
            return Vec::new();
        }
        vec![self.best, self.since as f64, self.rests_until as f64, self.fraction]
    }

    fn remember(&mut self, remembered: &[f64]) {
        if let [best, since, rests_until, fraction] = *remembered {
            (self.best, self.fraction) = (best, fraction);
            (self.since, self.rests_until) = (since as u64, rests_until as u64);
        }
    }
}
