//! Normal weights of one deviation, whatever the widths of the layers.
//!
//! | key | default | range |
//! | --- | --- | --- |
//! | `deviation` | 1 | > 0 |
//!
//! This is `torch.nn.init.normal_`.

use std::sync::Arc;

use serde::Deserialize;

use super::{BuildInitialisation, DrawnWeights};
use crate::numeric::Stream;
use crate::parameter::{Decides, Fallback, Interval, Kind, Parameter, read};
use crate::registry::Row;

pub const ROW: Row<BuildInitialisation> = Row::<BuildInitialisation>::new(
    "normal",
    "normal, of one deviation for all layers",
    &[Parameter::new(
        "deviation",
        Kind::Float(Interval::POSITIVE),
        Fallback::Literal("1.0"),
        Decides::Start,
        "the standard deviation of the weights",
    )
    .also_called(&["std", "stddev", "scale"])],
    include_str!("normal.rs"),
    |values| Ok(Arc::new(read::<Normal>(values)?)),
)
.also_called(&["gaussian", "random_normal", "randn"]);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Normal {
    deviation: f64,
}

impl DrawnWeights for Normal {
    fn weights(&self, _shape: (usize, usize), stream: &mut Stream, weights: &mut [f64]) {
        weights.iter_mut().for_each(|weight| *weight = self.deviation * stream.normal());
    }
}
