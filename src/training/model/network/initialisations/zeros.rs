//! All weights 0. The units of a layer then have equal gradients, and stay equal for ever.
//!
//! It takes no keys.

use std::sync::Arc;

use super::{BuildInitialisation, DrawnWeights};
use crate::numeric::Stream;
use crate::registry::Row;

pub const ROW: Row<BuildInitialisation> = Row::<BuildInitialisation>::new(
    "zeros",
    "all weights 0: the units of a layer stay equal",
    &[],
    include_str!("zeros.rs"),
    |_| Ok(Arc::new(Zeros)),
)
.also_called(&["zero", "constant"]);

struct Zeros;

impl DrawnWeights for Zeros {
    fn weights(&self, _shape: (usize, usize), _stream: &mut Stream, weights: &mut [f64]) {
        weights.fill(0.0);
    }

    fn by_seed(&self) -> bool {
        false
    }
}
