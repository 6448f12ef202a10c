//! The same rate at every step: α_k = α.

use super::schedule_kind::{Horizon, Schedule, ScheduleKind};

pub const ROW: ScheduleKind =
    ScheduleKind::new("constant", "the same rate at every step", &[], include_str!("constant.rs"), |_| {
        Ok(Box::new(Constant))
    });

/// The schedule that keeps the learning rate.
pub struct Constant;

impl Schedule for Constant {
    fn rate(&self, learning_rate: f64, _k: u64, _horizon: Horizon) -> f64 {
        learning_rate
    }

    fn is_constant(&self) -> bool {
        true
    }
}
