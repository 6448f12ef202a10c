//! Learning-rate schedules: one file each, and their registry.
//!
//! ```
//! use sweep_training::schedule::{Horizon, read};
//!
//! let value: toml::Table = "kind = \"cosine\"\nfinal_fraction = 0.0\nwarmup_steps = 10\nwarmup_start_factor = 0.5".parse()?;
//! let schedule = read(Some(&toml::Value::Table(value)))?;
//! let horizon = Horizon { steps: 110, steps_per_epoch: 10 };
//! let rates = [0, 10, 60, 110].map(|k| schedule.rate(0.2, k, horizon));
//! assert_eq!(rates, [0.1, 0.2, 0.1, 0.0]);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod constant;
mod cosine;
mod cosine_restarts;
mod exponential;
mod inverse_square_root;
mod inverse_time;
mod keys;
mod linear;
mod multi_step;
mod one_cycle;
mod polynomial;
mod reduce_on_plateau;
mod schedule_kind;
mod step;
#[cfg(test)]
mod tests;
mod warmup;
mod warmup_stable_decay;

pub use constant::Constant;
pub use schedule_kind::{BuildSchedule, Horizon, LossMemory, Schedule, ScheduleKind};
pub use warmup::COMMON;

use crate::parameter::Values;
use crate::registry::Registry;

/// All schedules. The first is the default.
pub static SCHEDULES: Registry<BuildSchedule> = Registry {
    noun: "schedule",
    key: "kind",
    common: COMMON,
    rows: &[
        constant::ROW,
        step::ROW,
        multi_step::ROW,
        exponential::ROW,
        inverse_time::ROW,
        inverse_square_root::ROW,
        linear::ROW,
        polynomial::ROW,
        cosine::ROW,
        cosine_restarts::ROW,
        one_cycle::ROW,
        warmup_stable_decay::ROW,
        reduce_on_plateau::ROW,
    ],
};

/// The row that validated values name, or the default row if there are none.
#[must_use]
pub fn row_of(value: Option<&toml::Value>) -> Option<&'static ScheduleKind> {
    match value.and_then(|value| value.get("kind")) {
        Some(name) => SCHEDULES.row(name.as_str()?),
        None => SCHEDULES.rows.first(),
    }
}

/// Builds the schedule from validated values, or the default schedule if there are none.
///
/// # Errors
/// If the values were not validated.
pub fn read(value: Option<&toml::Value>) -> Result<Box<dyn Schedule>, String> {
    let mut keys = value.and_then(toml::Value::as_table).cloned().unwrap_or_default();
    let name = keys.remove("kind").and_then(|kind| kind.as_str().map(str::to_owned));
    let row = match &name {
        Some(name) => SCHEDULES.row(name).ok_or_else(|| format!("no schedule \"{name}\""))?,
        None => &SCHEDULES.rows[0],
    };
    let (common, own): (Values, Values) = keys.into_iter().partition(|(name, _)| SCHEDULES.is_common(name));
    let schedule = (row.build)(&own).and_then(|schedule| warmup::before(schedule, &common));
    schedule.map_err(|error| error.to_string())
}
