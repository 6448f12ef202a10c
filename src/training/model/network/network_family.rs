//! A network of layers as a list: `layers = [{ kind = "dense", units = 64 }, { kind = "activation", function = "relu" }]`.
//! A dense layer to the outputs follows the last one.
//!
//! | key | default | range |
//! | --- | --- | --- |
//! | `layers` | required | a list of layers, each `{ kind = "NAME", … }`, or `"NAME"` without other keys |
//! | `depth` | 1 | how often layers with `repeated = true` stand, 1 to 1,024; marked neighbours are repeated as a group |
//! | `init` | `"he_normal"` | an initialisation: `"NAME"`, or `{ kind = "NAME", … }` |
//! | `loss` | `"squared_error"` | a loss: `"NAME"`, or `{ kind = "NAME", … }` |
//! | `class_weight` | `"none"` | of losses of classes: `"none"`, `"balanced"`, or numbers by the names of classes |
//! | `l1`, `l2` | 0 | ≥ 0 |
//!
//! `sweep list layer` has the layers. An axis of whole networks is `layers = { values = [[…], […]] }`; a layer whose key
//! has several values makes one of them. Networks train in f32 unless `[train] precision` says otherwise.

use serde::Deserialize;
use serde::de::Error as _;

use super::keys::{CommonKeys, INIT, MOST_DEPTH};
use super::layer::RepeatedNode;
use super::layers::LAYERS;
use super::network_model::NetworkModel;
use super::node_list::read_nodes;
use crate::model::class_weights::CLASS_WEIGHT;
use crate::model::family::{Family, FamilyFacts};
use crate::model::keys::{L1, L2, LOSS};
use crate::parameter::{Decides, Fallback, Kind, Parameter, Values, read};

pub const FAMILY: Family = Family::new(
    "network",
    "a list of layers, and a dense layer to the outputs",
    &[
        LAYER_LIST,
        Parameter::new(
            "depth",
            Kind::Integer { at_least: 1, at_most: MOST_DEPTH },
            Fallback::Off("1"),
            Decides::Form,
            "how often the layers with `repeated = true` stand",
        ),
        INIT,
        LOSS,
        CLASS_WEIGHT,
        L1,
        L2,
    ],
    include_str!("network_family.rs"),
    FamilyFacts::in_f32(|values| Ok(Box::new(build(values)?))),
);

const LAYER_LIST: Parameter = Parameter::new(
    "layers",
    Kind::Rows(&LAYERS),
    Fallback::Required,
    Decides::Form,
    "the layers between the features and the output layer",
);

#[derive(Deserialize)]
struct Keys {
    #[serde(default = "one")]
    depth: usize,
    #[serde(flatten)]
    common: CommonKeys,
}

const fn one() -> usize {
    1
}

fn build(values: &Values) -> Result<NetworkModel, toml::de::Error> {
    let keys: Keys = read(values)?;
    let nodes = read_nodes(&LAYERS, values.get("layers"), "layers")?;
    if keys.depth > 1 && !nodes.iter().any(RepeatedNode::repeats) {
        let message = "`depth` repeats the layers with `repeated = true`, and no layer has it";
        return Err(toml::de::Error::custom(message));
    }
    Ok(NetworkModel::new(nodes, keys.common.with_depth(keys.depth)?))
}
