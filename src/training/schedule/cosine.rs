//! Cosine annealing over the whole trial: α_k = α_end + (α − α_end)·(1 + cos(π·k/K))/2 for the K planned updates, with
//! α_end = final_fraction·α.
//!
//! | key | symbol | default | range |
//! | --- | --- | --- | --- |
//! | `final_fraction` | α_end/α | 0 | 0 ≤ x < 1 |
//!
//! PyTorch's `CosineAnnealingLR` with `T_max` = K and `eta_min` = α_end, stepped after each update; optax's
//! `cosine_decay_schedule` with `alpha` = `final_fraction`. K is the planned number of updates, less those of a warm-up, whether
//! or not a stopping rule ends the trial earlier: trials that differ in `epochs` take different steps.
//!
//! `schedule = { kind = "cosine", final_fraction = 0.1 }`
//!
//! Loshchilov and Hutter, "SGDR: stochastic gradient descent with warm restarts", International Conference on Learning
//! Representations, 2017.

use serde::Deserialize;

use super::keys::FINAL_FRACTION;
use super::schedule_kind::{Horizon, Schedule, ScheduleKind};
use crate::parameter::read;

pub const ROW: ScheduleKind = ScheduleKind::new(
    "cosine",
    "half a cosine from α down to final_fraction·α over the whole trial (Loshchilov and Hutter, 2017)",
    &[FINAL_FRACTION],
    include_str!("cosine.rs"),
    |values| Ok(Box::new(read::<Cosine>(values)?)),
);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Cosine {
    final_fraction: f64,
}

impl Schedule for Cosine {
    fn rate(&self, learning_rate: f64, k: u64, horizon: Horizon) -> f64 {
        let done = k.min(horizon.steps) as f64 / horizon.steps.max(1) as f64;
        let cosine = libm::cos(std::f64::consts::PI * done);
        let end = self.final_fraction * learning_rate;
        end + (learning_rate - end) * (1.0 + cosine) / 2.0
    }

    fn knows_the_end(&self) -> bool {
        true
    }
}
