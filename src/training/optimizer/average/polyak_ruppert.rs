//! The mean of all points from an update on: (θ_K + … + θ_t)/(t − K + 1); before it, θ_t itself.
//!
//! | key | symbol | default | range |
//! | --- | --- | --- | --- |
//! | `from` | K | 1 | 1 to 10¹² |
//!
//! PyTorch's `AveragedModel`, updated after each step from the K-th on. Noise of the batches averages out, and so does the way from the start unless K lies
//! beyond it.
//!
//! Ruppert, "Efficient estimations from a slowly convergent Robbins–Monro process", technical report, 1988; Polyak and Juditsky, "Acceleration of
//! stochastic approximation by averaging", SIAM Journal on Control and Optimization 30, 1992.

use serde::Deserialize;

use super::{Average, BuildAverage};
use crate::parameter::{Decides, Fallback, Parameter, STEPS, read};
use crate::registry::Row;

pub const ROW: Row<BuildAverage> = Row::<BuildAverage>::new(
    "polyak_ruppert",
    "the mean of all points from an update on",
    &[Parameter::new(
        "from",
        STEPS,
        Fallback::Literal("1"),
        Decides::Update,
        "K: the first update whose point enters the mean",
    )],
    include_str!("polyak_ruppert.rs"),
    |values| Ok(Box::new(read::<PolyakRuppert>(values)?)),
);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PolyakRuppert {
    from: u64,
}

impl Average for PolyakRuppert {
    fn weight(&self, t: u64) -> f64 {
        1.0 / (t.saturating_sub(self.from) + 1) as f64
    }

    fn begins_after(&self) -> Option<(&'static str, u64)> {
        Some(("average.from", self.from))
    }
}
