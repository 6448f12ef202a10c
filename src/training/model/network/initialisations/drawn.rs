//! Starts that are drawn.

use super::Initialisation;
use crate::numeric::{Purpose, Stream};
use crate::shape::{Layout, ParameterBlock, Role};

/// An initialisation that draws weights layer by layer.
pub trait DrawnWeights: Send + Sync {
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
}

impl<D: DrawnWeights> Initialisation for D {
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

    fn by_seed(&self) -> bool {
        DrawnWeights::by_seed(self)
    }
}

/// The outputs and the inputs of a block of weights.
fn matrix(block: &ParameterBlock) -> (usize, usize) {
    let outputs = block.shape.first().copied().unwrap_or(1);
    (outputs, block.parameters().checked_div(outputs).unwrap_or(0))
}
