//! Linear decay over the whole trial: α_k = α_end + (α − α_end)·(1 − k/K) for the K planned updates, α_end = final_fraction·α.
//!
//! | key | symbol | default | range |
//! | --- | --- | --- | --- |
//! | `final_fraction` | α_end/α | 0 | 0 ≤ x < 1 |
//!
//! PyTorch's `LinearLR` with `start_factor=1`, `end_factor` = `final_fraction` and `total_iters` = K, stepped after each update (its
//! own defaults are a warm-up from 1/3, which is `warmup_steps` here); optax's `linear_schedule` from α to α_end in K steps. α_end
//! belongs to update K, the first that is no longer done. K is the planned number of updates, less those of a warm-up, whether or not a
//! stopping rule ends the trial earlier: trials that differ in `epochs` take different steps.
//!
//! `schedule = { kind = "linear", warmup_steps = 100 }`
//!
//! Defazio, Cutkosky, Mehta and Mishchenko, "Optimal linear decay learning rate schedules and further refinements", 2023.

use serde::Deserialize;

use super::keys::{FINAL_FRACTION, between, share};
use super::schedule_kind::{Horizon, Schedule, ScheduleKind};
use crate::parameter::read;

pub const ROW: ScheduleKind = ScheduleKind::new(
    "linear",
    "a straight line from α down to final_fraction·α over the whole trial (Defazio and others, 2023)",
    &[FINAL_FRACTION],
    include_str!("linear.rs"),
    |values| Ok(Box::new(read::<Linear>(values)?)),
);

/// ```
/// use sweep_training::schedule::{Horizon, read};
///
/// let value: toml::Table = "kind = \"linear\"\nfinal_fraction = 0.5".parse()?;
/// let schedule = read(Some(&toml::Value::Table(value)))?;
/// let horizon = Horizon { steps: 40, steps_per_epoch: 10 };
/// assert_eq!([0, 20, 40].map(|k| schedule.rate(0.8, k, horizon)), [0.8, 0.6000000000000001, 0.4]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Linear {
    final_fraction: f64,
}

impl Schedule for Linear {
    fn rate(&self, learning_rate: f64, k: u64, horizon: Horizon) -> f64 {
        between(self.final_fraction * learning_rate, learning_rate, 1.0 - share(k, horizon.steps))
    }

    fn knows_the_end(&self) -> bool {
        true
    }
}
