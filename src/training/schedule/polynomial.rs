//! Polynomial decay over the whole trial: α_k = α_end + (α − α_end)·(1 − k/K)^power for the K planned updates, with α_end =
//! final_fraction·α.
//!
//! | key | symbol | default | range |
//! | --- | --- | --- | --- |
//! | `power` | power | required | > 0 |
//! | `final_fraction` | α_end/α | 0 | 0 ≤ x < 1 |
//!
//! PyTorch's `PolynomialLR` with `total_iters` = K and `power` (which has α_end = 0, and 1 as the default of `power`), stepped after
//! each update; optax's `polynomial_schedule` from α to α_end in K steps. A power of 1 is the schedule `linear`; 0.9 is usual for
//! segmentation. α_end belongs to update K, the first that is no longer done. K is the planned number of updates, less those of a
//! warm-up, whether or not a stopping rule ends the trial earlier: trials that differ in `epochs` take different steps.
//!
//! `schedule = { kind = "polynomial", power = 2.0 }`
//!
//! Liu, Rabinovich and Berg, "ParseNet: looking wider to see better", 2015 (the "poly" policy of Caffe); Chen, Papandreou, Kokkinos,
//! Murphy and Yuille, "DeepLab", IEEE Transactions on Pattern Analysis and Machine Intelligence 40, 2018.

use serde::Deserialize;

use super::keys::{FINAL_FRACTION, between, share};
use super::schedule_kind::{Horizon, Schedule, ScheduleKind};
use crate::parameter::{Decides, Fallback, Interval, Kind, Parameter, read};

pub const ROW: ScheduleKind = ScheduleKind::new(
    "polynomial",
    "(1 − k/K)^power from α down to final_fraction·α over the K updates of the whole trial",
    &[
        Parameter::new(
            "power",
            Kind::Float(Interval::POSITIVE),
            Fallback::Required,
            Decides::Update,
            "the power of what is left of the trial: 1 is linear, more falls earlier",
        )
        .labelled("power", "that of the polynomial schedule"),
        FINAL_FRACTION,
    ],
    include_str!("polynomial.rs"),
    |values| Ok(Box::new(read::<Polynomial>(values)?)),
);

/// ```
/// use sweep_training::schedule::{Horizon, read};
///
/// let value: toml::Table = "kind = \"polynomial\"\npower = 2.0\nfinal_fraction = 0.0".parse()?;
/// let schedule = read(Some(&toml::Value::Table(value)))?;
/// let horizon = Horizon { steps: 40, steps_per_epoch: 10 };
/// assert_eq!([0, 20, 40].map(|k| schedule.rate(0.8, k, horizon)), [0.8, 0.2, 0.0]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Polynomial {
    power: f64,
    final_fraction: f64,
}

impl Schedule for Polynomial {
    fn rate(&self, learning_rate: f64, k: u64, horizon: Horizon) -> f64 {
        let left = libm::pow(1.0 - share(k, horizon.steps), self.power);
        between(self.final_fraction * learning_rate, learning_rate, left)
    }

    fn knows_the_end(&self) -> bool {
        true
    }
}
