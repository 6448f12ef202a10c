//! The exponential moving average of the points: a ← d·a + (1 − d)·θ after each update, where the first point is taken as it is.
//!
//! | key | symbol | default | range |
//! | --- | --- | --- | --- |
//! | `decay` | d | 0.999 | 0 ≤ d < 1 |
//!
//! PyTorch's `AveragedModel` with `get_ema_multi_avg_fn(d)`, updated after each step. About 1/(1 − d) points count: with fewer updates than that the mean is
//! still close to the start.
//!
//! Morales-Brotons, Vogels and Hendrikx, "Exponential moving average of weights in deep learning", Transactions on Machine Learning Research, 2024.

use serde::Deserialize;

use super::{Average, BuildAverage};
use crate::parameter::{Decides, Fallback, Interval, Kind, Parameter, read};
use crate::registry::Row;

pub const ROW: Row<BuildAverage> = Row::<BuildAverage>::new(
    "ema",
    "the exponential moving average of the points",
    &[Parameter::new(
        "decay",
        Kind::Float(Interval::FRACTION),
        Fallback::Literal("0.999"),
        Decides::Update,
        "d: the fraction of the mean that is kept at each update",
    )],
    include_str!("ema.rs"),
    |values| Ok(Box::new(read::<Ema>(values)?)),
);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Ema {
    decay: f64,
}

impl Average for Ema {
    fn weight(&self, t: u64) -> f64 {
        if t <= 1 { 1.0 } else { 1.0 - self.decay }
    }
}
