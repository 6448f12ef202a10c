//! The contract of a schedule, and its row in the registry.

use crate::parameter::Values;
use crate::registry::Row;

/// The planned length of a trial, whether or not a stopping rule ends it earlier.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Horizon {
    /// The number of updates.
    pub steps: u64,
    pub steps_per_epoch: u64,
}

/// A learning rate as a function of the number of updates done before.
pub trait Schedule: Send + Sync {
    /// The rate of the update that follows the first `k` updates.
    fn rate(&self, learning_rate: f64, k: u64, horizon: Horizon) -> f64;

    /// Whether every update has the rate of the first.
    fn is_constant(&self) -> bool {
        false
    }

    /// Whether a rate depends on the planned number of updates. Trials that differ in it then take different steps.
    fn knows_the_end(&self) -> bool {
        false
    }

    /// The number of updates after which it begins: those of a warm-up before it.
    fn begins_after(&self) -> u64 {
        0
    }

    /// What it remembers of one trial's training losses, if it asks for them. Such a trial shares its steps with no other.
    fn memory(&self) -> Option<Box<dyn LossMemory>> {
        None
    }

    /// If it asks for losses: the epochs without an improvement that it waits for.
    fn patience(&self) -> Option<u64> {
        None
    }

    /// The key that places a change of the rate within the trial, the last one if it places several, and the number of updates
    /// after which that change comes. Where a trial has no more updates, the key has no effect there.
    fn last_event(&self, _horizon: Horizon) -> Option<(&'static str, u64)> {
        None
    }

    /// What is wrong with its keys taken together, in one sentence, and what would be accepted.
    fn contradiction(&self) -> Option<(&'static str, &'static str)> {
        None
    }
}

/// What a schedule remembers of the training losses of one trial.
pub trait LossMemory: Send {
    /// Takes J over the training rows at the end of an evaluated epoch, from the first one on, and the updates done by then.
    fn observe(&mut self, epoch: u64, updates: u64, objective: f64);

    /// The rate of the next updates, given the one that the schedule has for them.
    fn adjusted(&self, rate: f64) -> f64;

    /// All that it remembers, from which [`remember`](Self::remember) makes it again.
    fn remembered(&self) -> Vec<f64>;

    /// Remembers what another one of the same schedule remembered.
    fn remember(&mut self, remembered: &[f64]);
}

/// Builds a schedule from its own keys.
pub type BuildSchedule = fn(&Values) -> Result<Box<dyn Schedule>, toml::de::Error>;

/// One row of the registry of schedules.
pub type ScheduleKind = Row<BuildSchedule>;
