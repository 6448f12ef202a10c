//! Initialisations: how the weights of a network are drawn. One file each, and their registry.
//!
//! Weights of n_in inputs and n_out outputs are drawn block by block, each from a stream of its own, so that what a
//! layer starts from does not depend on the layers before it. Biases start at 0 and scales at 1.

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

use crate::numeric::{Purpose, Stream};
use crate::parameter::Values;
use crate::registry::Registry;
use crate::shape::{Layout, ParameterBlock, Role};

/// How a network starts.
pub trait Initialisation: Send + Sync {
    /// Draws weights, `[outputs, inputs]`.
    fn weights(&self, shape: (usize, usize), stream: &mut Stream, weights: &mut [f64]);

    /// Draws the biases of a layer with so many inputs.
    fn biases(&self, _inputs: usize, _stream: &mut Stream, biases: &mut [f64]) {
        biases.fill(0.0);
    }

    /// Whether the start depends on the seed.
    fn by_seed(&self) -> bool {
        true
    }

    /// The parameters at the start, `[d]`.
    ///
    /// # Errors
    /// A message if they are given, and do not fit the layout.
    fn start(&self, layout: &Layout, seed: u64) -> Result<Vec<f64>, String> {
        let mut start = vec![0.0; layout.parameters()];
        let mut rest = &mut start[..];
        let mut inputs = 0;
        for (index, block) in layout.blocks().iter().enumerate() {
            let (own, others) = rest.split_at_mut(block.parameters());
            // 0 is the key of models without layers.
            let mut stream = Stream::new(seed, Purpose::Initialisation, 1 + index as u64);
            match block.role {
                Role::Weight => {
                    let shape = matrix(block);
                    inputs = shape.1;
                    self.weights(shape, &mut stream, own);
                }
                Role::Bias => self.biases(inputs, &mut stream, own),
                Role::Scale => {
                    own.fill(1.0);
                    // The shift behind it belongs to no weights.
                    inputs = 0;
                }
            }
            rest = others;
        }
        Ok(start)
    }
}

/// The outputs and the inputs of a block of weights.
fn matrix(block: &ParameterBlock) -> (usize, usize) {
    let outputs = block.shape.first().copied().unwrap_or(1);
    (outputs, block.parameters().checked_div(outputs).unwrap_or(0))
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
