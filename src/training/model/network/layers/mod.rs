//! The kinds of layers, one file each, and their registries.

pub mod activation;
pub mod batch_norm;
pub mod dense;
pub mod dropout;
mod flatten;
pub mod layer_norm;
mod residual;
mod row_sums;

use super::layer::BuildLayer;
use super::node_list::REPEATED;
use crate::registry::Registry;

/// All layers.
pub static LAYERS: Registry<BuildLayer> = Registry {
    noun: "layer",
    key: "kind",
    common: &[REPEATED],
    rows: &[dense::ROW, activation::ROW, dropout::ROW, batch_norm::ROW, layer_norm::ROW, residual::ROW, flatten::ROW],
};

/// The layers of a residual block.
pub static INNER_LAYERS: Registry<BuildLayer> = Registry {
    noun: "layer",
    key: "kind",
    common: &[REPEATED],
    rows: &[dense::ROW, activation::ROW, dropout::ROW, batch_norm::ROW, layer_norm::ROW],
};
