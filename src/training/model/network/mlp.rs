//! A multilayer perceptron: hidden layers one after another, and a dense layer to the outputs.
//!
//! A hidden layer is a dense layer, then the norm if there is one, the activation, and dropout. With `residual` a hidden
//! layer whose input is as wide as its output adds its input to it.
//!
//! | key | default | range |
//! | --- | --- | --- |
//! | `hidden` | required, or `width` | the widths of the hidden layers, 1 to 65,536 each; an axis is `{ values = [[64], [64, 64]] }` |
//! | `width` | | the width of all hidden layers, in place of `hidden` |
//! | `depth` | 1 | the number of hidden layers of that width, 1 to 1,024 |
//! | `activation` | `"relu"` | an activation: `"NAME"`, or `{ kind = "NAME", … }` |
//! | `dropout` | 0 | ≥ 0 and < 1 |
//! | `norm` | `"none"` | `"none"`, `"batch"`, `"layer"` |
//! | `residual` | false | |
//! | `init` | `"he_normal"` | an initialisation: `"NAME"`, or `{ kind = "NAME", … }` |
//! | `loss` | `"squared_error"` | a loss: `"NAME"`, or `{ kind = "NAME", … }` |
//! | `class_weight` | `"none"` | of losses of classes: `"none"`, `"balanced"`, or numbers by the names of classes |
//! | `l1`, `l2` | 0 | ≥ 0 |
//!
//! Networks train in f32 unless `[train] precision` says otherwise. The penalty acts on weights, not on biases and scales.

use std::borrow::Cow;
use std::sync::Arc;

use serde::Deserialize;
use serde::de::Error as _;

use super::activations::ACTIVATIONS;
use super::keys::{CommonKeys, INIT, MOST_DEPTH};
use super::layer::{LayerNode, RepeatedNode};
use super::layers::activation::read_activation;
use super::layers::batch_norm::BatchNorm;
use super::layers::dense::{Dense, MOST_UNITS};
use super::layers::dropout::Dropout;
use super::layers::layer_norm::LayerNorm;
use super::network_model::NetworkModel;
use crate::model::class_weights::CLASS_WEIGHT;
use crate::model::family::{Family, FamilyFacts};
use crate::model::keys::{L1, L2, LOSS};
use crate::parameter::{Decides, Fallback, Interval, Kind, Parameter, Values, read};

pub const FAMILY: Family = Family::new(
    "mlp",
    "multilayer perceptron: dense layers with an activation between them",
    &[
        Parameter::new(
            "hidden",
            Kind::Integers { at_least: 1, at_most: MOST_UNITS },
            Fallback::Required,
            Decides::Form,
            "the width of each hidden layer",
        )
        .also_called(&["hidden_layer_sizes", "hidden_sizes", "layers", "units"])
        .or("width"),
        Parameter::new(
            "width",
            Kind::Integer { at_least: 1, at_most: MOST_UNITS },
            Fallback::Absent,
            Decides::Form,
            "the width of every hidden layer",
        )
        .or("hidden"),
        Parameter::new(
            "depth",
            Kind::Integer { at_least: 1, at_most: MOST_DEPTH },
            Fallback::Off("1"),
            Decides::Form,
            "the number of hidden layers of that width",
        )
        .acting_on("width"),
        ACTIVATION,
        Parameter::new(
            "dropout",
            Kind::Float(Interval::FRACTION),
            Fallback::Off("0.0"),
            Decides::Form,
            "the share of hidden units that a step of training drops",
        ),
        Parameter::new(
            "norm",
            Kind::Choice(&["none", "batch", "layer"]),
            Fallback::Off("\"none\""),
            Decides::Form,
            "what normalises a hidden layer before its activation",
        ),
        Parameter::new(
            "residual",
            Kind::Boolean,
            Fallback::Off("false"),
            Decides::Form,
            "whether a hidden layer adds its input to its output, where both are as wide",
        ),
        INIT,
        LOSS,
        CLASS_WEIGHT,
        L1,
        L2,
    ],
    include_str!("mlp.rs"),
    FamilyFacts::in_f32(|values| Ok(Box::new(build(values)?))),
);

const ACTIVATION: Parameter = Parameter::new(
    "activation",
    Kind::Row(&ACTIVATIONS),
    Fallback::Literal("{ kind = \"relu\" }"),
    Decides::Form,
    "the function behind each hidden layer",
);

#[derive(Deserialize)]
struct Keys {
    hidden: Option<Vec<usize>>,
    width: Option<usize>,
    #[serde(default = "one")]
    depth: usize,
    activation: Option<toml::Value>,
    #[serde(default)]
    dropout: f64,
    #[serde(default)]
    norm: Norm,
    #[serde(default)]
    residual: bool,
    #[serde(flatten)]
    common: CommonKeys,
}

const fn one() -> usize {
    1
}

#[derive(Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Norm {
    #[default]
    None,
    Batch,
    Layer,
}

fn build(values: &Values) -> Result<NetworkModel, toml::de::Error> {
    let keys: Keys = read(values)?;
    if keys.hidden.is_some() && keys.depth > 1 {
        let message = "`depth` is the number of hidden layers of `width`; the list `hidden` has a width for each layer";
        return Err(toml::de::Error::custom(message));
    }
    let widths = match (&keys.hidden, keys.width) {
        (Some(hidden), _) => hidden.clone(),
        (None, Some(width)) => vec![width; keys.depth],
        (None, None) => Vec::new(),
    };
    let mut nodes = Vec::new();
    let mut before = None;
    for (index, &width) in widths.iter().enumerate() {
        let place = Cow::Owned(format!("hidden layer {}", index + 1));
        let node = |node| RepeatedNode { node, is_repeated: false, place: Cow::clone(&place) };
        let mut own = vec![node(LayerNode::Layer(Arc::new(Dense { units: width, bias: true })))];
        match keys.norm {
            Norm::None => {}
            Norm::Batch => own.push(node(LayerNode::Layer(Arc::new(BatchNorm::default())))),
            Norm::Layer => own.push(node(LayerNode::Layer(Arc::new(LayerNorm::default())))),
        }
        own.push(node(LayerNode::Layer(read_activation(keys.activation.as_ref())?)));
        if keys.dropout > 0.0 {
            own.push(node(LayerNode::Layer(Arc::new(Dropout { share: keys.dropout }))));
        }
        if keys.residual && before == Some(width) {
            nodes.push(node(LayerNode::Residual(own)));
        } else {
            nodes.extend(own);
        }
        before = Some(width);
    }
    Ok(NetworkModel::new(nodes, keys.common.with_depth(1)?))
}
