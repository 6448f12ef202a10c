//! What a model computes of rows in evaluation, step by step, in operations that other programs have too.
//!
//! ```
//! use sweep_training::model::{FAMILIES, Operation};
//! use sweep_training::shape::{Space, TargetKind};
//!
//! let values = "l1 = 0.0\nl2 = 0.0\ninit = \"zeros\"".parse()?;
//! let model = (FAMILIES.row("linear").ok_or("no such model")?.build.build)(&values)?;
//! let space = Space { n_features: 2, target: TargetKind::Number, n_targets: 1, classes: None };
//! let steps = model.graph(&space)?;
//! assert_eq!(steps[0].operation, Operation::Dense { weights: vec![1..3], bias: vec![0] }, "the bias comes first");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use std::ops::Range;

/// A step. It makes a value of a row from that of an earlier step: value 0 is the features, and the step at position i makes
/// value i + 1. The last value is the outputs of the model.
#[derive(Debug, Clone, PartialEq)]
pub struct GraphStep {
    pub operation: Operation,
    /// The value that it reads.
    pub input: usize,
}

/// What files call the statistics of a batch norm, behind the name of the layer: `batch_norm_1.running_mean`.
pub const RUNNING_MEAN: &str = "running_mean";
pub const RUNNING_VARIANCE: &str = "running_variance";

/// What a step computes. Ranges and positions are those of a trial's parameters, and where it is said of its statistics.
#[derive(Debug, Clone, PartialEq)]
pub enum Operation {
    /// Products: each of an earlier one, counted from 1 (0 is the constant 1), and a feature, counted from 0.
    Monomials(Vec<(usize, usize)>),
    /// W·x + b: the weights of each unit, and the bias of each, or none at all.
    Dense { weights: Vec<Range<usize>>, bias: Vec<usize> },
    /// A function of every number by itself.
    Function(Function),
    /// s·(x − m)/√(v + ε) + b for each feature, with m and v from the statistics.
    BatchNorm {
        /// The name of the layer.
        name: String,
        scale: Range<usize>,
        bias: Range<usize>,
        mean: Range<usize>,
        variance: Range<usize>,
        epsilon: f64,
    },
    /// The same with the mean and the variance of the row's own features.
    LayerNorm { scale: Range<usize>, bias: Range<usize>, epsilon: f64 },
    /// Adds another value.
    Add(usize),
}

/// A function of one number.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Function {
    Relu,
    /// With the slope below 0.
    LeakyRelu(f64),
    /// With α.
    Elu(f64),
    /// x·Φ(x)
    Gelu,
    /// x·σ(x)
    Silu,
    Softplus,
    Sigmoid,
    Tanh,
}

/// A layer in its network, for its operation.
#[derive(Debug, Clone, Copy)]
pub struct LayerAt<'a> {
    /// `batch_norm_1`
    pub name: &'a str,
    /// The shape of its input.
    pub input: &'a [usize],
    /// Where its parameters begin, and where its statistics do.
    pub parameters: usize,
    pub statistics: usize,
}

impl LayerAt<'_> {
    /// The number of its inputs.
    #[must_use]
    pub fn features(&self) -> usize {
        self.input.iter().product()
    }

    /// The ranges of so many vectors with a number for each input, one behind the other, beginning at `from`.
    #[must_use]
    pub fn vectors<const N: usize>(&self, from: usize) -> [Range<usize>; N] {
        let n = self.features();
        std::array::from_fn(|index| from + index * n..from + (index + 1) * n)
    }
}

/// The steps of a model that is linear in its parameters, `d` of each of some outputs, the bias first: a dense layer on `input`.
#[must_use]
pub fn outputs_of_linear(input: usize, outputs: usize, d: usize) -> GraphStep {
    let weights = (0..outputs).map(|output| output * d + 1..(output + 1) * d).collect();
    let bias = (0..outputs).map(|output| output * d).collect();
    GraphStep { operation: Operation::Dense { weights, bias }, input }
}
