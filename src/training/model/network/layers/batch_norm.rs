//! Batch normalisation: y = s·(x − m)/√(v + ε) + b for each feature, with the mean m and the variance v of the batch's
//! rows; in evaluation with their running means over the steps.
//!
//! | key | symbol | default | range |
//! | --- | --- | --- | --- |
//! | `momentum` | µ | 0.1 | 0 to 1 |
//! | `epsilon` | ε | 10⁻⁵ | > 0 |
//!
//! The running mean starts at 0, the running variance at 1, and each step moves them by µ towards those of its batch,
//! the variance with n − 1 in its denominator. (A batch of one row has the variance 0.) This is
//! `torch.nn.BatchNorm1d`; Keras counts its momentum from the other end, and keeps the variance with n.
//! Where a gradient is taken outside of a step, it is that with the mean and the variance of all of its rows.
//! S. Ioffe and C. Szegedy, Batch normalization, 2015.

use std::sync::Arc;

use serde::Deserialize;

use crate::model::network::layer::{
    Backward, Forward, Kept, Layer, LayerBlock, LayerKind, LayerNode, LayerPasses, Mode,
};
use crate::model::{BLOCK, LayerAt, Operation};
use crate::numeric::{Kernel, Real, dispatch, dot_in_kernel, sum_in_kernel};
use crate::parameter::{Decides, Endpoint, Fallback, Interval, Kind, Parameter, read};
use crate::shape::Role;

pub const ROW: LayerKind = LayerKind::new(
    "batch_norm",
    "each feature with mean 0 and variance 1 over the rows of a batch, then scaled and shifted",
    &[
        Parameter::new(
            "momentum",
            Kind::Float(Interval { low: Endpoint::Closed(0.0), high: Endpoint::Closed(1.0) }),
            Fallback::Literal("0.1"),
            Decides::Form,
            "µ: how far a step moves the running mean and variance",
        ),
        EPSILON,
    ],
    include_str!("batch_norm.rs"),
    |values| Ok(LayerNode::Layer(Arc::new(read::<BatchNorm>(values)?))),
)
.also_called(&["batchnorm", "batchnorm1d", "batch_norm1d", "batch_normalization", "batchnormalization", "bn"]);

pub(super) const EPSILON: Parameter = Parameter::new(
    "epsilon",
    Kind::Float(Interval::POSITIVE),
    Fallback::Literal("1e-5"),
    Decides::Form,
    "ε: is added to the variance",
)
.also_called(&["eps"]);

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BatchNorm {
    pub momentum: f64,
    pub epsilon: f64,
}

impl Default for BatchNorm {
    fn default() -> Self {
        Self { momentum: 0.1, epsilon: 1e-5 }
    }
}

/// The scales and the shifts of a norm, one of each for a feature.
pub(super) fn scales_and_shifts(input: &[usize]) -> Vec<LayerBlock> {
    let features = input.iter().product();
    let block = |name, role| LayerBlock { name, shape: vec![features], role };
    vec![block("scale", Role::Scale), block("bias", Role::Bias)]
}

/// # Errors
/// If the input is not one row of features.
pub(super) fn features_of(name: &str, input: &[usize]) -> Result<Vec<usize>, String> {
    match input {
        [_] => Ok(input.to_vec()),
        _ => Err(format!("{name} needs `[features]`; put `flatten` before it")),
    }
}

impl Layer for BatchNorm {
    fn stem(&self) -> &'static str {
        "batch_norm"
    }

    fn output_shape(&self, input: &[usize]) -> Result<Vec<usize>, String> {
        features_of("a batch norm", input)
    }

    fn blocks(&self, input: &[usize]) -> Vec<LayerBlock> {
        scales_and_shifts(input)
    }

    /// The running means, `[features]`, and the running variances.
    fn statistics(&self, input: &[usize]) -> Vec<f64> {
        let features = input.iter().product();
        let mut statistics = vec![0.0; 2 * features];
        statistics[features..].fill(1.0);
        statistics
    }

    /// The normalised numbers, and 1/√(v + ε) of each feature.
    fn kept(&self, input: &[usize]) -> Kept {
        let features = input.iter().product();
        Kept { of_row: features, of_batch: features }
    }

    fn operation(&self, at: LayerAt<'_>) -> Option<Operation> {
        let ([scale, bias], [mean, variance]) = (at.vectors(at.parameters), at.vectors(at.statistics));
        Some(Operation::BatchNorm { name: at.name.to_owned(), scale, bias, mean, variance, epsilon: self.epsilon })
    }

    fn spans_batch(&self) -> bool {
        true
    }
}

impl<T: Real> LayerPasses<T> for BatchNorm {
    fn forward(&self, pass: Forward<'_, T>) {
        match pass.mode {
            Mode::Training => {
                dispatch(Normalise { pass, momentum: T::from_f64(self.momentum), epsilon: T::from_f64(self.epsilon) })
            }
            Mode::Evaluation => dispatch(ByRunningMeans { pass, epsilon: T::from_f64(self.epsilon) }),
        }
    }

    fn backward(&self, pass: Backward<'_, T>) {
        dispatch(Gradients { pass });
    }
}

/// The lines of a feature in the blocks of a batch, as ranges.
fn lines(features: usize, feature: usize, rows: usize) -> impl Iterator<Item = std::ops::Range<usize>> {
    (0..rows).step_by(BLOCK).map(move |from| {
        let count = BLOCK.min(rows - from);
        let start = from * features + feature * count;
        start..start + count
    })
}

struct Normalise<'a, T> {
    pass: Forward<'a, T>,
    momentum: T,
    epsilon: T,
}

impl<T: Real> Kernel for Normalise<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let Forward { rows, parameters, statistics, moves_statistics, input, output, kept, .. } = self.pass;
        let features = parameters.len() / 2;
        let (scales, shifts) = parameters.split_at(features);
        let (means, variances) = statistics.split_at_mut(features);
        let (normalised, inverses) = kept.split_at_mut(rows * features);
        let count = T::from_f64(rows as f64);
        let unbiased = T::from_f64(rows as f64 / (rows as f64 - 1.0).max(1.0));
        for feature in 0..features {
            let mut sum = T::ZERO;
            for line in lines(features, feature, rows) {
                sum = sum + sum_in_kernel(&input.columns[line]);
            }
            let mean = sum / count;
            let mut squares = T::ZERO;
            for line in lines(features, feature, rows) {
                let centred = &mut normalised[line.clone()];
                for (to, &value) in centred.iter_mut().zip(&input.columns[line]) {
                    *to = value - mean;
                }
                squares = squares + dot_in_kernel(centred, centred);
            }
            let variance = squares / count;
            let inverse = T::ONE / (variance + self.epsilon).square_root();
            inverses[feature] = inverse;
            let (scale, shift) = (scales[feature], shifts[feature]);
            for line in lines(features, feature, rows) {
                for (output, value) in output[line.clone()].iter_mut().zip(&mut normalised[line]) {
                    *value = *value * inverse;
                    *output = value.fused(scale, shift);
                }
            }
            if moves_statistics {
                let towards = |from: T, to: T| self.momentum.fused(to - from, from);
                means[feature] = towards(means[feature], mean);
                variances[feature] = towards(variances[feature], variance * unbiased);
            }
        }
    }
}

struct ByRunningMeans<'a, T> {
    pass: Forward<'a, T>,
    epsilon: T,
}

impl<T: Real> Kernel for ByRunningMeans<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let Forward { rows, parameters, statistics, input, output, .. } = self.pass;
        let features = parameters.len() / 2;
        let (scales, shifts) = parameters.split_at(features);
        let (means, variances) = statistics.split_at(features);
        let lines = output.chunks_exact_mut(rows.max(1)).zip(input.columns.chunks_exact(rows.max(1)));
        for (feature, (output, input)) in lines.enumerate() {
            let inverse = T::ONE / (variances[feature] + self.epsilon).square_root();
            let (mean, scale, shift) = (means[feature], scales[feature], shifts[feature]);
            for (output, &value) in output.iter_mut().zip(input) {
                *output = ((value - mean) * inverse).fused(scale, shift);
            }
        }
    }
}

/// With g = ∂ℓ/∂y and z the normalised number: ∂ℓ/∂s = Σ g·z, ∂ℓ/∂b = Σ g, ∂ℓ/∂x = s/√(v + ε)·(g − mean g − z·mean(g·z)).
struct Gradients<'a, T> {
    pass: Backward<'a, T>,
}

impl<T: Real> Kernel for Gradients<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let Backward { rows, parameters, kept, output_gradient, mut input_gradient, gradient, scale, .. } = self.pass;
        let features = parameters.len() / 2;
        let (normalised, inverses) = kept.split_at(rows * features);
        let (of_scales, of_shifts) = gradient.split_at_mut(features);
        let count = T::from_f64(rows as f64);
        let weight = scale.unwrap_or(T::ONE);
        for feature in 0..features {
            let (mut sum, mut products) = (T::ZERO, T::ZERO);
            for line in lines(features, feature, rows) {
                sum = sum + sum_in_kernel(&output_gradient[line.clone()]);
                products = products + dot_in_kernel(&output_gradient[line.clone()], &normalised[line]);
            }
            of_scales[feature] = products * weight;
            of_shifts[feature] = sum * weight;
            let Some(input) = &mut input_gradient else { continue };
            let (mean, slope) = (sum / count, products / count);
            let factor = parameters[feature] * inverses[feature];
            for line in lines(features, feature, rows) {
                let values = output_gradient[line.clone()].iter().zip(&normalised[line.clone()]);
                for (to, (&own, &value)) in input.values[line].iter_mut().zip(values) {
                    let own = factor * (-value).fused(slope, own - mean);
                    *to = if input.is_added { *to + own } else { own };
                }
            }
        }
    }
}
