//! A dense layer: z = W·x + b, with W `[units, features]`.
//!
//! | key | default | range |
//! | --- | --- | --- |
//! | `units` | required | 1 to 65,536 |
//! | `bias` | true | |
//!
//! This is `torch.nn.Linear`, and its parameters stand in torch's order: the weights of each unit, then the biases. Its
//! gradients are δᵀ·X and the sums of δ over the rows, and Wᵀ·δ for its input (D. E. Rumelhart, G. E. Hinton and
//! R. J. Williams, Learning representations by back-propagating errors, 1986).

use std::sync::Arc;

use serde::Deserialize;

use super::row_sums::add_row_sums;
use crate::model::network::layer::{
    Backward, Forward, InputGradient, Layer, LayerBlock, LayerKind, LayerNode, LayerPasses,
};
use crate::model::{LayerAt, Operation};
use crate::numeric::{Epilogue, InitialSum, MatrixRows, Real, product, transpose};
use crate::parameter::{Decides, Fallback, Kind, Parameter, read};
use crate::shape::Role;

/// The most units of a layer.
pub const MOST_UNITS: i64 = 65_536;

pub const ROW: LayerKind = LayerKind::new(
    "dense",
    "z = W·x + b: every unit reads every feature",
    &[
        Parameter::new(
            "units",
            Kind::Integer { at_least: 1, at_most: MOST_UNITS },
            Fallback::Required,
            Decides::Form,
            "its number of outputs",
        )
        .also_called(&["size", "width", "out_features", "n_units"]),
        Parameter::new("bias", Kind::Boolean, Fallback::Literal("true"), Decides::Form, "whether b is there"),
    ],
    include_str!("dense.rs"),
    |values| Ok(LayerNode::Layer(Arc::new(read::<Dense>(values)?))),
)
.also_called(&["linear", "fully_connected", "fc", "affine", "inner_product", "gemm"]);

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Dense {
    pub units: usize,
    pub bias: bool,
}

impl Layer for Dense {
    fn stem(&self) -> &'static str {
        "dense"
    }

    fn output_shape(&self, input: &[usize]) -> Result<Vec<usize>, String> {
        match input {
            [_] => Ok(vec![self.units]),
            _ => Err("a dense layer needs `[features]`; put `flatten` before it".to_owned()),
        }
    }

    fn blocks(&self, input: &[usize]) -> Vec<LayerBlock> {
        let (units, features) = (self.units, input.iter().product());
        let weights = LayerBlock { name: "weights", shape: vec![units, features], role: Role::Weight };
        let bias = LayerBlock { name: "bias", shape: vec![units], role: Role::Bias };
        if self.bias { vec![weights, bias] } else { vec![weights] }
    }

    fn operation(&self, at: LayerAt<'_>) -> Option<Operation> {
        let (features, first) = (at.features(), at.parameters);
        let weights = (0..self.units).map(|unit| first + unit * features..first + (unit + 1) * features).collect();
        let biases = first + self.units * features..first + self.units * (features + usize::from(self.bias));
        Some(Operation::Dense { weights, bias: biases.collect() })
    }

    fn applies_in_store(&self) -> bool {
        true
    }

    fn multiply_adds(&self, input: &[usize]) -> u64 {
        (self.units * input.iter().product::<usize>()) as u64
    }
}

impl Dense {
    /// The weights and the biases, which may be none.
    fn split<'p, T>(&self, parameters: &'p [T]) -> (&'p [T], &'p [T]) {
        let biases = if self.bias { self.units } else { 0 };
        parameters.split_at(parameters.len() - biases)
    }
}

impl<T: Real> LayerPasses<T> for Dense {
    fn forward(&self, pass: Forward<'_, T>) {
        let (weights, bias) = self.split(pass.parameters);
        let start = if bias.is_empty() { InitialSum::Zero } else { InitialSum::Column(bias) };
        let weights = MatrixRows::every(weights, weights.len() / self.units);
        let epilogue = pass.in_store.map_or(Epilogue::Store, Epilogue::Apply);
        product(pass.output, start, weights, MatrixRows::every(pass.input.columns, pass.rows), epilogue);
    }

    fn prepared(&self, input: &[usize]) -> usize {
        self.units * input.iter().product::<usize>()
    }

    /// Wᵀ
    fn prepare(&self, parameters: &[T], prepared: &mut [T]) {
        let (weights, _) = self.split(parameters);
        transpose(MatrixRows::every(weights, weights.len() / self.units), prepared);
    }

    fn backward(&self, pass: Backward<'_, T>) {
        let rows = pass.rows;
        let gradients = MatrixRows::every(&*pass.output_gradient, rows);
        if let Some(InputGradient { values, is_added }) = pass.input_gradient {
            let start = if is_added { InitialSum::Output } else { InitialSum::Zero };
            product(values, start, MatrixRows::every(pass.prepared, self.units), gradients, Epilogue::Store);
        }
        let biases = if self.bias { self.units } else { 0 };
        let (weights, bias) = pass.gradient.split_at_mut(pass.gradient.len() - biases);
        let features = weights.len() / self.units;
        let inputs = match pass.input.rows {
            Some(rows) => rows,
            None => {
                pass.scratch.resize(pass.scratch.len().max(rows * features), T::ZERO);
                let inputs = &mut pass.scratch[..rows * features];
                transpose(MatrixRows::every(pass.input.columns, rows), inputs);
                MatrixRows::every(&*inputs, features)
            }
        };
        let start = if pass.is_first { InitialSum::Zero } else { InitialSum::Output };
        let epilogue = pass.scale.map_or(Epilogue::Store, Epilogue::Scale);
        product(weights, start, gradients, inputs, epilogue);
        if !bias.is_empty() {
            add_row_sums(bias, pass.output_gradient, rows, pass.is_first, pass.scale);
        }
    }
}
