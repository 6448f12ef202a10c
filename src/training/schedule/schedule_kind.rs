//! The contract of a schedule, and its row in the registry.

use crate::parameter::{Parameter, Values};

/// A learning rate as a pure function of the number of updates done before.
pub trait Schedule: Send + Sync {
    /// The rate of the update that follows the first `k` updates.
    fn rate(&self, learning_rate: f64, k: u64) -> f64;
    /// Whether every update has the rate of the first.
    fn is_constant(&self) -> bool {
        false
    }
}

/// One row of the registry of schedules.
pub struct ScheduleKind {
    /// The word after `kind =`.
    pub name: &'static str,
    pub doc: &'static str,
    pub parameters: &'static [Parameter],
    /// Raised when the same keys give other numbers; 1 at first.
    pub revision: u32,
    pub build: fn(&Values) -> Result<Box<dyn Schedule>, toml::de::Error>,
}
