//! Initialisations: where the parameters of a network start. One file each, and their registry.
//!
//! Weights of n_in inputs and n_out outputs are drawn block by block, each from a stream of its own, so that what a
//! layer starts from does not depend on the layers before it. Biases start at 0 and scales at 1. Or all are given in a file.

mod drawn;
pub mod file;
mod given;
mod glorot_normal;
mod glorot_uniform;
mod he_normal;
mod he_uniform;
mod lecun_normal;
mod lecun_uniform;
mod normal;
mod orthogonal;
mod scaled;
mod torch;
mod uniform;
mod zeros;

use std::sync::Arc;

use serde::de::Error as _;

use crate::parameter::Values;
use crate::registry::Registry;
use crate::shape::Layout;
use drawn::DrawnWeights;

pub use given::GivenParameters;

/// How a network starts.
pub trait Initialisation: Send + Sync {
    /// The parameters at the start, `[d]`.
    ///
    /// # Errors
    /// A message if they are given, and do not fit the layout.
    fn start(&self, layout: &Layout, seed: u64) -> Result<Vec<f64>, String>;

    /// Whether the start depends on the seed.
    fn by_seed(&self) -> bool;

    /// Checks that there is a start for parameters of this layout.
    ///
    /// # Errors
    /// A message that names what does not fit.
    fn check(&self, _layout: &Layout) -> Result<(), String> {
        Ok(())
    }

    /// The numbers of a tensor that is no block of parameters, such as a running mean; `None` if they are not given.
    fn statistics(&self, _name: &str) -> Option<Vec<f64>> {
        None
    }
}

/// Builds an initialisation from its keys.
pub type BuildInitialisation = fn(&Values) -> Result<Arc<dyn Initialisation>, toml::de::Error>;

/// All initialisations.
pub static INITIALISATIONS: Registry<BuildInitialisation> = Registry {
    noun: "initialisation",
    key: "kind",
    common: &[],
    rows: &[
        he_normal::ROW,
        he_uniform::ROW,
        glorot_normal::ROW,
        glorot_uniform::ROW,
        lecun_normal::ROW,
        lecun_uniform::ROW,
        orthogonal::ROW,
        normal::ROW,
        uniform::ROW,
        torch::ROW,
        zeros::ROW,
        file::ROW,
    ],
};

/// The initialisation that a validated table names.
///
/// # Errors
/// If the values were not validated.
pub fn read_initialisation(value: Option<&toml::Value>) -> Result<Arc<dyn Initialisation>, toml::de::Error> {
    let mut keys = value.and_then(toml::Value::as_table).cloned().unwrap_or_default();
    let kind = keys.remove("kind");
    let name = kind.as_ref().and_then(toml::Value::as_str).unwrap_or_default();
    let row =
        INITIALISATIONS.row(name).ok_or_else(|| toml::de::Error::custom(format!("no initialisation \"{name}\"")))?;
    (row.build)(&keys)
}

#[cfg(test)]
mod tests;
