//! A residual block: the output of some layers plus their input, y = x + f(x).
//!
//! | key | default | range |
//! | --- | --- | --- |
//! | `layers` | required | a list of layers, whose output has the shape of their input |
//!
//! K. He and others, Deep residual learning for image recognition, 2016.

use crate::model::network::layer::{LayerKind, LayerNode};
use crate::model::network::node_list::read_nodes;
use crate::parameter::{Decides, Fallback, Kind, Parameter};

use super::INNER_LAYERS;

pub const ROW: LayerKind = LayerKind::new(
    "residual",
    "the output of some layers plus their input",
    &[INNER],
    include_str!("residual.rs"),
    |values| Ok(LayerNode::Residual(read_nodes(&INNER_LAYERS, values.get("layers"), "residual.layers")?)),
)
.also_called(&["skip", "skip_connection", "shortcut", "resnet", "residual_block", "resblock"]);

const INNER: Parameter = Parameter::new(
    "layers",
    Kind::Rows(&INNER_LAYERS),
    Fallback::Required,
    Decides::Form,
    "the layers whose output is added to their input",
);
