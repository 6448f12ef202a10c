//! The start of `torch.nn.Linear`: weights and biases uniform between ±1/√n_in.
//!
//! It takes no keys.

use std::sync::Arc;

use super::scaled::fill_uniform;
use super::{BuildInitialisation, DrawnWeights};
use crate::numeric::Stream;
use crate::registry::Row;

pub const ROW: Row<BuildInitialisation> = Row::<BuildInitialisation>::new(
    "torch",
    "uniform between ±1/√n_in, biases too: the default of torch.nn.Linear",
    &[],
    include_str!("torch.rs"),
    |_| Ok(Arc::new(Torch)),
)
.also_called(&["pytorch", "default"]);

struct Torch;

impl DrawnWeights for Torch {
    fn weights(&self, (_, inputs): (usize, usize), stream: &mut Stream, weights: &mut [f64]) {
        fill_uniform(1.0 / (inputs as f64).sqrt(), stream, weights);
    }

    fn biases(&self, inputs: usize, stream: &mut Stream, biases: &mut [f64]) {
        match inputs {
            0 => biases.fill(0.0),
            _ => fill_uniform(1.0 / (inputs as f64).sqrt(), stream, biases),
        }
    }
}
