//! Layer normalisation: y = s·(x − m)/√(v + ε) + b for each row, with the mean m and the variance v of its features.
//!
//! | key | symbol | default | range |
//! | --- | --- | --- | --- |
//! | `epsilon` | ε | 10⁻⁵ | > 0 |
//!
//! This is `torch.nn.LayerNorm` over all features of a row; Keras has ε = 10⁻³. J. L. Ba, J. R. Kiros and G. E. Hinton,
//! Layer normalization, 2016.

use std::sync::Arc;

use serde::Deserialize;

use super::batch_norm::{EPSILON, features_of, scales_and_shifts};
use super::row_sums::{add_row_dots, add_row_sums};
use crate::model::network::layer::{Backward, Forward, Kept, Layer, LayerBlock, LayerKind, LayerNode, LayerPasses};
use crate::model::{BLOCK, LayerAt, Operation};
use crate::numeric::{Kernel, Real, dispatch};
use crate::parameter::read;

pub const ROW: LayerKind = LayerKind::new(
    "layer_norm",
    "each row with mean 0 and variance 1 over its features, then scaled and shifted",
    &[EPSILON],
    include_str!("layer_norm.rs"),
    |values| Ok(LayerNode::Layer(Arc::new(read::<LayerNorm>(values)?))),
)
.also_called(&["layernorm", "layer_normalization", "layernormalization", "ln"]);

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LayerNorm {
    pub epsilon: f64,
}

impl Default for LayerNorm {
    fn default() -> Self {
        Self { epsilon: 1e-5 }
    }
}

impl Layer for LayerNorm {
    fn stem(&self) -> &'static str {
        "layer_norm"
    }

    fn output_shape(&self, input: &[usize]) -> Result<Vec<usize>, String> {
        features_of("a layer norm", input)
    }

    fn operation(&self, at: LayerAt<'_>) -> Option<Operation> {
        let [scale, bias] = at.vectors(at.parameters);
        Some(Operation::LayerNorm { scale, bias, epsilon: self.epsilon })
    }

    fn blocks(&self, input: &[usize]) -> Vec<LayerBlock> {
        scales_and_shifts(input)
    }

    /// The normalised numbers, and 1/√(v + ε) of each row.
    fn kept(&self, input: &[usize]) -> Kept {
        Kept { of_row: input.iter().product::<usize>() + 1, of_batch: 0 }
    }
}

impl<T: Real> LayerPasses<T> for LayerNorm {
    fn forward(&self, pass: Forward<'_, T>) {
        dispatch(Normalise { pass, epsilon: T::from_f64(self.epsilon) });
    }

    fn backward(&self, pass: Backward<'_, T>) {
        let Backward { rows, parameters, kept, output_gradient, gradient, is_first, scale, .. } = pass;
        let features = parameters.len() / 2;
        let (normalised, inverses) = kept.split_at(rows * features);
        let (scales, shifts) = gradient.split_at_mut(features);
        add_row_dots(scales, (output_gradient, normalised), rows, is_first, scale);
        add_row_sums(shifts, output_gradient, rows, is_first, scale);
        if let Some(input) = pass.input_gradient {
            let to = (input.values, input.is_added);
            dispatch(InputGradients {
                gradients: output_gradient,
                scales: &parameters[..features],
                normalised,
                inverses,
                to,
            });
        }
    }
}

/// Sums over features, for each row of a block, run feature by feature, so that rows lie side by side.
struct Normalise<'a, T> {
    pass: Forward<'a, T>,
    epsilon: T,
}

impl<T: Real> Kernel for Normalise<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let Forward { rows, parameters, input, output, kept, .. } = self.pass;
        let features = parameters.len() / 2;
        let (scales, shifts) = parameters.split_at(features);
        let count = T::from_f64(features as f64);
        let (mut means, mut inverses) = ([T::ZERO; BLOCK], [T::ZERO; BLOCK]);
        let (means, inverses) = (&mut means[..rows], &mut inverses[..rows]);
        for line in input.columns.chunks_exact(rows.max(1)) {
            for (mean, &value) in means.iter_mut().zip(line) {
                *mean = *mean + value;
            }
        }
        for mean in &mut *means {
            *mean = *mean / count;
        }
        for line in input.columns.chunks_exact(rows.max(1)) {
            for ((square, &mean), &value) in inverses.iter_mut().zip(&*means).zip(line) {
                *square = (value - mean).fused(value - mean, *square);
            }
        }
        for inverse in &mut *inverses {
            *inverse = T::ONE / (*inverse / count + self.epsilon).square_root();
        }
        let lines = output.chunks_exact_mut(rows.max(1)).zip(input.columns.chunks_exact(rows.max(1)));
        for (feature, (output, input)) in lines.enumerate() {
            let (scale, shift) = (scales[feature], shifts[feature]);
            for (((output, &value), &mean), &inverse) in output.iter_mut().zip(input).zip(&*means).zip(&*inverses) {
                *output = ((value - mean) * inverse).fused(scale, shift);
            }
        }
        // In evaluation nothing is kept.
        if kept.is_empty() {
            return;
        }
        let (normalised, kept_inverses) = kept.split_at_mut(rows * features);
        for (kept, input) in normalised.chunks_exact_mut(rows.max(1)).zip(input.columns.chunks_exact(rows.max(1))) {
            for (((kept, &value), &mean), &inverse) in kept.iter_mut().zip(input).zip(&*means).zip(&*inverses) {
                *kept = (value - mean) * inverse;
            }
        }
        kept_inverses.copy_from_slice(inverses);
    }
}

/// With g = s·∂ℓ/∂y and z the normalised number: ∂ℓ/∂x = (g − mean g − z·mean(g·z))/√(v + ε), means over features.
struct InputGradients<'a, T> {
    gradients: &'a [T],
    scales: &'a [T],
    normalised: &'a [T],
    inverses: &'a [T],
    to: (&'a mut [T], bool),
}

impl<T: Real> Kernel for InputGradients<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let (rows, features) = (self.inverses.len(), self.scales.len());
        let count = T::from_f64(features as f64);
        let (mut means, mut slopes) = ([T::ZERO; BLOCK], [T::ZERO; BLOCK]);
        let (means, slopes) = (&mut means[..rows], &mut slopes[..rows]);
        for (feature, &scale) in self.scales.iter().enumerate() {
            let line = feature * rows..(feature + 1) * rows;
            let numbers = self.gradients[line.clone()].iter().zip(&self.normalised[line]);
            for ((mean, slope), (&gradient, &value)) in means.iter_mut().zip(&mut *slopes).zip(numbers) {
                let own = scale * gradient;
                *mean = *mean + own;
                *slope = own.fused(value, *slope);
            }
        }
        for (mean, slope) in means.iter_mut().zip(&mut *slopes) {
            *mean = *mean / count;
            *slope = *slope / count;
        }
        let (values, is_added) = self.to;
        for (feature, &scale) in self.scales.iter().enumerate() {
            let line = feature * rows..(feature + 1) * rows;
            let numbers = self.gradients[line.clone()].iter().zip(&self.normalised[line.clone()]);
            let of_rows = means.iter().zip(&*slopes).zip(self.inverses);
            for ((to, (&gradient, &value)), ((&mean, &slope), &inverse)) in
                values[line].iter_mut().zip(numbers).zip(of_rows)
            {
                let own = inverse * (-value).fused(slope, scale.fused(gradient, -mean));
                *to = if is_added { *to + own } else { own };
            }
        }
    }
}
