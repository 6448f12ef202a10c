//! Keys that networks share.

use serde::Deserialize;

use super::initialisations::{INITIALISATIONS, read_initialisation};
use super::network_model::NetworkKeys;
use crate::loss::ModelLoss;
use crate::model::{ClassWeights, Penalty};
use crate::parameter::{Decides, Fallback, Kind, Parameter};

/// The most times that marked layers are repeated.
pub const MOST_DEPTH: i64 = 1024;

pub const INIT: Parameter = Parameter::new(
    "init",
    Kind::Row(&INITIALISATIONS),
    Fallback::Literal("{ kind = \"he_normal\" }"),
    Decides::Start,
    "how the weights are drawn at the start, by seed; biases start at 0, scales at 1",
)
.also_called(&["initialization", "initializer", "kernel_initializer", "weight_init"]);

/// The keys of a network beside its layers.
#[derive(Deserialize)]
pub struct CommonKeys {
    pub l1: f64,
    pub l2: f64,
    init: Option<toml::Value>,
    #[serde(default)]
    loss: ModelLoss,
    class_weight: Option<ClassWeights>,
}

impl CommonKeys {
    /// # Errors
    /// If the values were not validated.
    pub fn with_depth(self, depth: usize) -> Result<NetworkKeys, toml::de::Error> {
        Ok(NetworkKeys {
            depth,
            init: read_initialisation(self.init.as_ref())?,
            penalty: Penalty { l1: self.l1, l2: self.l2 },
            loss: self.loss,
            class_weight: self.class_weight,
        })
    }
}
