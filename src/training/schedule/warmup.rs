//! Linear warm-up before any schedule: for k < W updates, α_k = α_0·(s + (1 − s)·k/W), where α_0 is the first rate of the
//! schedule, which then begins. Its horizon is what is left of the trial.
//!
//! | key | symbol | default | range |
//! | --- | --- | --- | --- |
//! | `warmup_steps` | W | 0 | 0 to 10¹² |
//! | `warmup_start_factor` | s | 1/3 | 0 ≤ s < 1 |
//!
//! PyTorch's `LinearLR` with `start_factor` = s, `end_factor` = 1 and `total_iters` = W, followed by the schedule through
//! `SequentialLR` with its milestone at W. optax's `warmup_cosine_decay_schedule` starts at 0 unless told otherwise: its first
//! update does nothing.

use serde::Deserialize;

use super::schedule_kind::{Horizon, LossMemory, Schedule};
use crate::parameter::{Decides, Fallback, Interval, Kind, MOST_STEPS, Parameter, Values, read};

/// The keys that every schedule takes.
pub const COMMON: &[Parameter] = &[
    Parameter::new(
        "warmup_steps",
        Kind::Integer { at_least: 0, at_most: MOST_STEPS },
        Fallback::Off("0"),
        Decides::Update,
        "the number of updates in which the rate rises linearly, before the schedule begins",
    )
    .labelled("warm-up", "the number of its steps"),
    Parameter::new(
        "warmup_start_factor",
        Kind::Float(Interval::FRACTION),
        Fallback::Off("0.3333333333333333"),
        Decides::Update,
        "the rate of the first of these updates, as a fraction of the rate that they rise to",
    )
    .acting_on("warmup_steps"),
];

/// Puts a warm-up before a schedule, if the values ask for one.
///
/// # Errors
/// If the values were not validated.
pub fn before(schedule: Box<dyn Schedule>, values: &Values) -> Result<Box<dyn Schedule>, toml::de::Error> {
    let keys: Keys = read(values)?;
    Ok(if keys.warmup_steps == 0 { schedule } else { Box::new(Warmup { keys, schedule }) })
}

#[derive(Deserialize)]
struct Keys {
    #[serde(default)]
    warmup_steps: u64,
    #[serde(default = "third")]
    warmup_start_factor: f64,
}

const fn third() -> f64 {
    1.0 / 3.0
}

struct Warmup {
    keys: Keys,
    schedule: Box<dyn Schedule>,
}

impl Schedule for Warmup {
    fn rate(&self, learning_rate: f64, k: u64, horizon: Horizon) -> f64 {
        let Keys { warmup_steps, warmup_start_factor } = self.keys;
        let rest = self.rest(horizon);
        if k >= warmup_steps {
            return self.schedule.rate(learning_rate, k - warmup_steps, rest);
        }
        let risen = warmup_start_factor + (1.0 - warmup_start_factor) * k as f64 / warmup_steps as f64;
        self.schedule.rate(learning_rate, 0, rest) * risen
    }

    fn knows_the_end(&self) -> bool {
        self.schedule.knows_the_end()
    }

    fn begins_after(&self) -> u64 {
        self.keys.warmup_steps
    }

    fn memory(&self) -> Option<Box<dyn LossMemory>> {
        let memory = self.schedule.memory()?;
        Some(Box::new(WarmupMemory { warmup_steps: self.keys.warmup_steps, memory }))
    }

    fn patience(&self) -> Option<u64> {
        self.schedule.patience()
    }

    fn last_event(&self, horizon: Horizon) -> Option<(&'static str, u64)> {
        let (key, updates) = self.schedule.last_event(self.rest(horizon))?;
        Some((key, updates.saturating_add(self.keys.warmup_steps)))
    }

    fn contradiction(&self) -> Option<(&'static str, &'static str)> {
        self.schedule.contradiction()
    }
}

impl Warmup {
    /// What is left of the trial for the schedule.
    const fn rest(&self, horizon: Horizon) -> Horizon {
        Horizon { steps: horizon.steps.saturating_sub(self.keys.warmup_steps), ..horizon }
    }
}

/// The memory of a schedule that has not begun: losses during the warm-up are not its own.
struct WarmupMemory {
    warmup_steps: u64,
    memory: Box<dyn LossMemory>,
}

impl LossMemory for WarmupMemory {
    fn observe(&mut self, epoch: u64, updates: u64, objective: f64) {
        if updates > self.warmup_steps {
            self.memory.observe(epoch, updates, objective);
        }
    }

    fn adjusted(&self, rate: f64) -> f64 {
        self.memory.adjusted(rate)
    }

    fn remembered(&self) -> Vec<f64> {
        self.memory.remembered()
    }

    fn remember(&mut self, remembered: &[f64]) {
        self.memory.remember(remembered);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rate_rises_in_a_line_and_then_the_schedule_begins() {
        let values: toml::Table =
            "kind = \"inverse_time\"\ndecay = 1.0\nwarmup_steps = 4\nwarmup_start_factor = 0.25".parse().expect("TOML");
        let schedule = crate::schedule::read(Some(&toml::Value::Table(values))).expect("builds");
        let horizon = Horizon { steps: 10, steps_per_epoch: 5 };
        let rates: Vec<f64> = (0..7).map(|k| schedule.rate(8.0, k, horizon)).collect();
        assert_eq!(rates, [2.0, 3.5, 5.0, 6.5, 8.0, 4.0, 8.0 / 3.0]);
    }
}
