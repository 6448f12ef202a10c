//! Learning-rate schedules: one file each, and their registry.

mod constant;
mod inverse_time;
mod schedule_kind;

pub use constant::Constant;
pub use schedule_kind::{Schedule, ScheduleKind};

/// All schedules. The first is the default.
pub static SCHEDULES: &[ScheduleKind] = &[constant::ROW, inverse_time::ROW];

#[must_use]
pub fn kind(name: &str) -> Option<&'static ScheduleKind> {
    SCHEDULES.iter().find(|row| row.name == name)
}

/// The row that validated values name, or the default row if there are none.
#[must_use]
pub fn row_of(value: Option<&toml::Value>) -> Option<&'static ScheduleKind> {
    match value.and_then(|value| value.get("kind")) {
        Some(name) => kind(name.as_str()?),
        None => SCHEDULES.first(),
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
        Some(name) => kind(name).ok_or_else(|| format!("no schedule \"{name}\""))?,
        None => &SCHEDULES[0],
    };
    (row.build)(&keys).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parameter::Values;

    /// Every schedule starts at the learning rate, stays finite and not negative, and scales with the learning rate.
    #[test]
    fn contract() {
        for row in SCHEDULES {
            let mut values = Values::new();
            for parameter in row.parameters {
                values.insert(parameter.name.to_owned(), parameter.default_value().unwrap_or(toml::Value::Float(0.5)));
            }
            let schedule = (row.build)(&values).expect(row.name);
            assert_eq!(schedule.rate(0.25, 0).to_bits(), 0.25_f64.to_bits(), "{} does not start at the rate", row.name);
            for k in [0, 1, 2, 10, 1_000, 1 << 40] {
                let rate = schedule.rate(0.25, k);
                assert!(rate.is_finite() && rate >= 0.0, "{} at {k}: {rate}", row.name);
                assert!(rate.to_bits() == 0.25_f64.to_bits() || !schedule.is_constant(), "{} at {k}: {rate}", row.name);
                assert_eq!(schedule.rate(0.5, k).to_bits(), (2.0 * rate).to_bits(), "{} at {k}", row.name);
            }
        }
    }
}
