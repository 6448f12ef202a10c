//! Networks: layers one after another, with hand-written backward passes on the ordered product.
//!
//! `mlp` and `network` make a list of layers of their keys; everything behind that is the same. A layer, an activation
//! and an initialisation are one file each, with a row in the table of its folder.

mod activations;
mod hidden_layers;
mod initialisations;
mod keys;
mod layer;
mod layers;
mod mlp;
mod network_family;
mod network_model;
mod node_list;
mod passes;
mod program;
mod room;

pub use activations::ACTIVATIONS;
pub use initialisations::{GivenParameters, INITIALISATIONS, file as start_file};
pub use layers::LAYERS;
pub use mlp::FAMILY as MLP;
pub use network_family::FAMILY as NETWORK;
pub use program::LayerFacts;
pub use room::Room;
