//! The kinds of layers, one file each, and their registries.

pub mod activation;
pub mod batch_norm;
pub mod dense;
pub mod dropout;
mod flatten;
pub mod layer_norm;
mod residual;
mod row_sums;

use super::layer::{BuildLayer, LayerKind};
use super::node_list::REPEATED;
use crate::registry::Registry;

/// The layers that may stand in a residual block too.
const INSIDE: [LayerKind; 5] = [dense::ROW, activation::ROW, dropout::ROW, batch_norm::ROW, layer_norm::ROW];

/// The others.
const OUTSIDE: [LayerKind; 2] = [residual::ROW, flatten::ROW];

static ALL: [LayerKind; INSIDE.len() + OUTSIDE.len()] = {
    let mut all = [INSIDE[0]; INSIDE.len() + OUTSIDE.len()];
    let mut index = 0;
    while index < all.len() {
        all[index] = if index < INSIDE.len() { INSIDE[index] } else { OUTSIDE[index - INSIDE.len()] };
        index += 1;
    }
    all
};

/// All layers.
pub static LAYERS: Registry<BuildLayer> = Registry { noun: "layer", key: "kind", common: &[REPEATED], rows: &ALL };

/// The layers of a residual block.
pub static INNER_LAYERS: Registry<BuildLayer> =
    Registry { noun: "layer", key: "kind", common: &[REPEATED], rows: &INSIDE };
