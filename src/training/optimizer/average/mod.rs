//! Means of a trial's points, at which it is evaluated: one file each, and their registry.

mod ema;
mod polyak_ruppert;

use crate::parameter::{Decides, Fallback, Kind, Parameter, Values};
use crate::registry::Registry;

/// A running mean of the points θ_1, θ_2, … after each update.
pub trait Average: Send + Sync {
    /// The weight with which θ_t enters the mean, t ≥ 1: a ← a + w·(θ_t − a). Where it is 1 the mean is θ_t.
    fn weight(&self, t: u64) -> f64;

    /// The key that says when the mean begins, and the number of updates up to which it is the point itself.
    fn begins_after(&self) -> Option<(&'static str, u64)> {
        None
    }
}

/// Builds a mean from its own keys.
pub type BuildAverage = fn(&Values) -> Result<Box<dyn Average>, toml::de::Error>;

/// All means.
pub static AVERAGES: Registry<BuildAverage> =
    Registry { noun: "average", key: "kind", common: &[], rows: &[ema::ROW, polyak_ruppert::ROW] };

/// The key of a method.
pub const AVERAGE: Parameter = Parameter::new(
    "average",
    Kind::Row(&AVERAGES),
    Fallback::Absent,
    Decides::Update,
    "evaluate the trial at a mean of its points; its steps stay the same",
)
.also_called(&["ema", "swa", "averaging"]);

/// Builds the mean from validated values.
///
/// # Errors
/// If the values were not validated.
pub fn read(value: &toml::Value) -> Result<Box<dyn Average>, toml::de::Error> {
    let mut keys = value.as_table().cloned().unwrap_or_default();
    let name = keys.remove("kind");
    let row = name.as_ref().and_then(toml::Value::as_str).and_then(|name| AVERAGES.row(name));
    let row = row.ok_or_else(|| serde::de::Error::custom(format!("no average {name:?}")))?;
    (row.build)(&keys)
}
