//! Uniform weights between −bound and bound, whatever the widths of the layers.
//!
//! | key | default | range |
//! | --- | --- | --- |
//! | `bound` | 1 | > 0 |
//!
//! This is `torch.nn.init.uniform_` with a = −bound and b = bound.

use std::sync::Arc;

use serde::Deserialize;

use super::scaled::fill_uniform;
use super::{BuildInitialisation, DrawnWeights};
use crate::numeric::Stream;
use crate::parameter::{Decides, Fallback, Interval, Kind, Parameter, read};
use crate::registry::Row;

pub const ROW: Row<BuildInitialisation> = Row::<BuildInitialisation>::new(
    "uniform",
    "uniform, between the same bounds for all layers",
    &[Parameter::new(
        "bound",
        Kind::Float(Interval::POSITIVE),
        Fallback::Literal("1.0"),
        Decides::Start,
        "the largest weight, and the negative of the smallest",
    )],
    include_str!("uniform.rs"),
    |values| Ok(Arc::new(read::<Uniform>(values)?)),
)
.also_called(&["random", "random_uniform", "rand"]);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Uniform {
    bound: f64,
}

impl DrawnWeights for Uniform {
    fn weights(&self, _shape: (usize, usize), stream: &mut Stream, weights: &mut [f64]) {
        fill_uniform(self.bound, stream, weights);
    }
}
