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
mod inverse_time;
mod schedule_kind;
mod warmup;

pub use constant::Constant;
pub use schedule_kind::{BuildSchedule, Horizon, LossMemory, Schedule, ScheduleKind};
pub use warmup::COMMON;

use crate::parameter::Values;
use crate::registry::Registry;

/// All schedules. The first is the default.
pub static SCHEDULES: Registry<BuildSchedule> =
    Registry { noun: "schedule", key: "kind", common: COMMON, rows: &[constant::ROW, inverse_time::ROW, cosine::ROW] };

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

#[cfg(test)]
mod tests {
    use super::*;

    /// Every schedule stays finite and not negative, scales with the learning rate, and says truly whether it is constant and
    /// whether it knows the end.
    #[test]
    fn contract() {
        for row in SCHEDULES.rows {
            let mut values = Values::new();
            for parameter in row.parameters {
                values.insert(parameter.name.to_owned(), parameter.default_value().unwrap_or(toml::Value::Float(0.5)));
            }
            let schedule = (row.build)(&values).expect(row.name);
            let horizons = [1_000, 2_000].map(|steps| Horizon { steps, steps_per_epoch: 10 });
            let mut moves = false;
            let mut ends = false;
            for k in [0, 1, 2, 10, 999, 1_000, 1 << 40] {
                let [rate, longer] = horizons.map(|horizon| schedule.rate(0.25, k, horizon));
                assert!(rate.is_finite() && rate >= 0.0, "{} at {k}: {rate}", row.name);
                assert_eq!(schedule.rate(0.5, k, horizons[0]).to_bits(), (2.0 * rate).to_bits(), "{} at {k}", row.name);
                moves |= rate.to_bits() != 0.25_f64.to_bits();
                ends |= rate.to_bits() != longer.to_bits();
            }
            assert_eq!(moves, !schedule.is_constant(), "{}", row.name);
            assert_eq!(ends, schedule.knows_the_end(), "{}", row.name);
        }
    }
}
