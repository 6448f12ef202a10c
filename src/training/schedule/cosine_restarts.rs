//! Cosine annealing with warm restarts (SGDR): half a cosine down in each cycle, and up again at once.
//!
//! α_k = α_end + (α − α_end)·(1 + cos(π·j/T_i))/2, j counting the updates in cycle i, which has T_i = T_0·multiplier^i of them, with
//! α_end = final_fraction·α.
//!
//! | key | symbol | default | range |
//! | --- | --- | --- | --- |
//! | `first_cycle_epochs` | T_0, in epochs | this or `first_cycle_steps` | 1 to 10⁹ |
//! | `first_cycle_steps` | T_0, in updates | | 1 to 10¹² |
//! | `cycle_multiplier` | multiplier | 1 | ≥ 1, whole |
//! | `final_fraction` | α_end/α | 0 | 0 ≤ x < 1 |
//!
//! PyTorch's `CosineAnnealingWarmRestarts` with `T_0`, `T_mult` = `cycle_multiplier` and `eta_min` = α_end, stepped after each update
//! as the paper does (`scheduler.step(epoch + i / steps)`); stepped once an epoch, its rate stays within an epoch. optax's
//! `sgdr_schedule` takes the length and the peak of each cycle. The end of the trial plays no part: choose cycles that end with it (3
//! cycles of T_0, 2T_0, 4T_0 are 7·T_0), since a trial that ends just after a restart ends at its largest rate.
//!
//! `schedule = { kind = "cosine_restarts", first_cycle_epochs = 10, cycle_multiplier = 2 }`
//!
//! Loshchilov and Hutter, "SGDR: stochastic gradient descent with warm restarts", International Conference on Learning
//! Representations, 2017, equation 5.

use serde::Deserialize;

use super::keys::{FINAL_FRACTION, between, cosine, given, share, updates};
use super::schedule_kind::{Horizon, Schedule, ScheduleKind};
use crate::parameter::{Decides, EPOCHS, Fallback, Kind, Parameter, STEPS, read};

pub const ROW: ScheduleKind = ScheduleKind::new(
    "cosine_restarts",
    "half a cosine from α down to final_fraction·α in each cycle (SGDR: Loshchilov and Hutter, 2017)",
    &[
        Parameter::new(
            "first_cycle_epochs",
            EPOCHS,
            Fallback::Required,
            Decides::Update,
            "the length of the first cycle, in epochs",
        )
        .or("first_cycle_steps")
        .labelled("first_cycle_epochs", "the length of the first cycle of cosine restarts, in epochs")
        .also_called(&["t_0", "T_0"]),
        Parameter::new(
            "first_cycle_steps",
            STEPS,
            Fallback::Absent,
            Decides::Update,
            "the length of the first cycle in updates instead of epochs",
        )
        .labelled("first_cycle_steps", "the length of the first cycle of cosine restarts, in steps"),
        Parameter::new(
            "cycle_multiplier",
            Kind::Integer { at_least: 1, at_most: 1_000_000 },
            Fallback::Literal("1"),
            Decides::Update,
            "how many times longer each cycle is than the one before",
        )
        .labelled("cycle_multiplier", "how many times longer each cycle of cosine restarts is than the one before")
        .also_called(&["t_mult", "T_mult", "cycle_mult"]),
        Parameter { doc: "the rate at the end of each cycle, as a fraction of the learning rate", ..FINAL_FRACTION },
    ],
    include_str!("cosine_restarts.rs"),
    |values| Ok(Box::new(read::<CosineRestarts>(values)?)),
);

/// ```
/// use sweep_training::schedule::{Horizon, read};
///
/// let value: toml::Table =
///     "kind = \"cosine_restarts\"\nfirst_cycle_epochs = 1\ncycle_multiplier = 2\nfinal_fraction = 0.0".parse()?;
/// let schedule = read(Some(&toml::Value::Table(value)))?;
/// let horizon = Horizon { steps: 70, steps_per_epoch: 10 };
/// // Cycles of 10, 20 and 40 updates.
/// assert_eq!([0, 5, 10, 20, 30, 50].map(|k| schedule.rate(0.8, k, horizon)), [0.8, 0.4, 0.8, 0.4, 0.8, 0.4]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CosineRestarts {
    first_cycle_epochs: Option<u64>,
    first_cycle_steps: Option<u64>,
    cycle_multiplier: u64,
    final_fraction: f64,
}

impl Schedule for CosineRestarts {
    fn rate(&self, learning_rate: f64, k: u64, horizon: Horizon) -> f64 {
        let mut cycle = updates(self.first_cycle_epochs, self.first_cycle_steps, horizon);
        let mut done = k;
        if self.cycle_multiplier <= 1 {
            done %= cycle;
        }
        while done >= cycle {
            done -= cycle;
            cycle = cycle.saturating_mul(self.cycle_multiplier);
        }
        between(self.final_fraction * learning_rate, learning_rate, cosine(share(done, cycle)))
    }

    fn last_event(&self, horizon: Horizon) -> Option<(&'static str, u64)> {
        let key = given(self.first_cycle_epochs, ["first_cycle_epochs", "first_cycle_steps"]);
        Some((key, updates(self.first_cycle_epochs, self.first_cycle_steps, horizon)))
    }
}
