//! Orthogonal weights: rows, or columns where there are fewer of them, of length g that are orthogonal to each other.
//!
//! | key | symbol | default | range |
//! | --- | --- | --- | --- |
//! | `gain` | g | 1 | > 0 |
//!
//! Normal vectors are orthogonalised one after another, each twice, which gives every such matrix the same probability.
//! This is `torch.nn.init.orthogonal_`. A. M. Saxe, J. L. McClelland and S. Ganguli, Exact solutions to the nonlinear
//! dynamics of learning in deep linear neural networks, 2014.

use std::sync::Arc;

use serde::Deserialize;

use super::scaled::gain;
use super::{BuildInitialisation, DrawnWeights};
use crate::numeric::{Stream, dot, norm_squared, subtract_multiple};
use crate::parameter::read;
use crate::registry::Row;

pub const ROW: Row<BuildInitialisation> = Row::<BuildInitialisation>::new(
    "orthogonal",
    "orthogonal rows or columns of length g",
    &[gain("1.0")],
    include_str!("orthogonal.rs"),
    |values| Ok(Arc::new(read::<Orthogonal>(values)?)),
)
.also_called(&["ortho"]);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Orthogonal {
    gain: f64,
}

impl DrawnWeights for Orthogonal {
    fn weights(&self, (outputs, inputs): (usize, usize), stream: &mut Stream, weights: &mut [f64]) {
        let (count, length) = (outputs.min(inputs), outputs.max(inputs));
        let mut vectors: Vec<Vec<f64>> = Vec::with_capacity(count);
        for _ in 0..count {
            let mut vector: Vec<f64> = (0..length).map(|_| stream.normal()).collect();
            for _ in 0..2 {
                for earlier in &vectors {
                    let along = dot(earlier, &vector);
                    subtract_multiple(along, earlier, &mut vector);
                }
            }
            let norm = norm_squared(&vector).sqrt();
            vector.iter_mut().for_each(|component| *component /= norm);
            vectors.push(vector);
        }
        for (index, weight) in weights.iter_mut().enumerate() {
            let (output, input) = (index / inputs, index % inputs);
            let (vector, component) = if outputs <= inputs { (output, input) } else { (input, output) };
            *weight = self.gain * vectors[vector][component];
        }
    }
}
