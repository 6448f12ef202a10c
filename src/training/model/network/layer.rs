//! The contract of a layer, and its row in the registry.

use std::borrow::Cow;
use std::fmt::Debug;
use std::sync::Arc;

use crate::model::{LayerAt, Operation};
use crate::numeric::{Elementwise, Kernel, MatrixRows, Real, dispatch};
use crate::parameter::Values;
use crate::registry::Row;
use crate::shape::Role;

/// A layer with its keys, whatever its input. Shapes are those of one row: `[features]`, `[channels, height, width]`,
/// `[time, features]`.
pub trait Layer: LayerPasses<f64> + LayerPasses<f32> + Debug + Send + Sync {
    /// What its blocks are called by, with its number among those of its kind: `dense`.
    fn stem(&self) -> &'static str;

    /// The shape of its output.
    ///
    /// # Errors
    /// One sentence that says which shape it needs and which it gets.
    fn output_shape(&self, input: &[usize]) -> Result<Vec<usize>, String>;

    /// The blocks of its parameters, in their order.
    fn blocks(&self, _input: &[usize]) -> Vec<LayerBlock> {
        Vec::new()
    }

    /// The numbers that training moves without a gradient, such as running means, as they are at the start.
    fn statistics(&self, _input: &[usize]) -> Vec<f64> {
        Vec::new()
    }

    /// The numbers that it keeps of a forward pass for the backward pass.
    fn kept(&self, _input: &[usize]) -> Kept {
        Kept::default()
    }

    /// The multiply-adds of its output for one row.
    fn multiply_adds(&self, _input: &[usize]) -> u64 {
        0
    }

    /// What it computes in evaluation, for other programs; `None` for a layer that then does nothing.
    fn operation(&self, at: LayerAt<'_>) -> Option<Operation>;

    /// Whether its output may take the place of its input. Its passes are then given the output alone.
    fn may_be_in_place(&self) -> bool {
        false
    }

    /// Whether its backward pass reads its output, which must then stay.
    fn reads_output(&self) -> bool {
        false
    }

    /// Whether an output depends on other rows of a batch. Its passes are then given all rows of a batch, as blocks of
    /// [`BLOCK`](crate::model::BLOCK) rows one behind another, in training.
    fn spans_batch(&self) -> bool {
        false
    }

    /// What a layer before it may do in its place as it stores its output.
    fn in_store(&self) -> Option<Elementwise> {
        None
    }

    /// Whether its forward pass can do that.
    fn applies_in_store(&self) -> bool {
        false
    }

    /// Whether it is an activation, and the ends of its range if it has two.
    fn activation(&self) -> Option<ActivationRange> {
        None
    }

    /// The share of its inputs that training drops at random; 0 for a layer that draws nothing.
    fn dropped(&self) -> f64 {
        0.0
    }
}

/// The ends of an activation's range; `None` if it has no two.
pub type ActivationRange = Option<(f64, f64)>;

/// A block of a layer's parameters, and what it starts from.
#[derive(Debug, Clone, PartialEq)]
pub struct LayerBlock {
    /// Without the name of the layer: `weights`.
    pub name: &'static str,
    pub shape: Vec<usize>,
    pub role: Role,
}

/// How many numbers a layer keeps of a forward pass.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Kept {
    /// Of each row.
    pub of_row: usize,
    /// Of the batch.
    pub of_batch: usize,
}

/// How a forward pass runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Of a batch whose gradient follows.
    Training,
    /// Of rows for which the output alone is asked.
    Evaluation,
}

/// The input of a layer: `[features, rows]`, and perhaps the same row by row.
#[derive(Debug, Clone, Copy)]
pub struct LayerInput<'a, T> {
    /// `[features, rows]`; empty for a layer in place.
    pub columns: &'a [T],
    /// `[rows, features]`: of the first layer, whose input is a batch.
    pub rows: Option<MatrixRows<'a, T>>,
}

/// The operands of a forward pass over some rows.
pub struct Forward<'a, T> {
    pub mode: Mode,
    /// The number of rows.
    pub rows: usize,
    pub parameters: &'a [T],
    /// Those of the trial, which training moves unless they are only read.
    pub statistics: &'a mut [T],
    pub moves_statistics: bool,
    pub input: LayerInput<'a, T>,
    /// `[outputs, rows]`
    pub output: &'a mut [T],
    /// What is kept of these rows, `[kept of a row, rows]`, and behind it what is kept of the batch.
    pub kept: &'a mut [T],
    /// What the layer behind it computes, which is done as the output is stored.
    pub in_store: Option<Elementwise>,
    /// Of a layer that drops inputs, in training: a random number for each input, `[features, rows]`.
    pub draws: Option<&'a [u32]>,
}

/// The operands of a backward pass over the rows of a forward pass.
pub struct Backward<'a, T> {
    pub rows: usize,
    pub parameters: &'a [T],
    /// What [`LayerPasses::prepare`] wrote.
    pub prepared: &'a [T],
    pub input: LayerInput<'a, T>,
    /// `[outputs, rows]`; of a layer that reads its output.
    pub output: &'a [T],
    pub kept: &'a mut [T],
    /// ∂ℓ/∂output, `[outputs, rows]`, which may be overwritten; of a layer in place it becomes ∂ℓ/∂input.
    pub output_gradient: &'a mut [T],
    /// Where ∂ℓ/∂input, `[features, rows]`, goes; `None` if nobody asks for it, or the layer is in place.
    pub input_gradient: Option<InputGradient<'a, T>>,
    /// The sum of the rows' gradients of its parameters, which continues unless this is the first block of a batch.
    pub gradient: &'a mut [T],
    pub is_first: bool,
    /// The factor of the sum, given with the last block of a batch.
    pub scale: Option<T>,
    pub scratch: &'a mut Vec<T>,
}

/// Where the gradient of a layer's input goes.
pub struct InputGradient<'a, T> {
    pub values: &'a mut [T],
    /// Whether it is added to what stands there: another layer reads the same input.
    pub is_added: bool,
}

impl<T: Real> InputGradient<'_, T> {
    /// Writes these gradients there, or adds them.
    pub fn receive(self, gradients: &[T]) {
        if self.is_added {
            dispatch(Add(self.values, gradients));
        } else {
            self.values.copy_from_slice(gradients);
        }
    }
}

/// Adds numbers to others.
pub struct Add<'a, T>(pub &'a mut [T], pub &'a [T]);

impl<T: Real> Kernel for Add<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        for (to, &value) in self.0.iter_mut().zip(self.1) {
            *to = *to + value;
        }
    }
}

/// The passes of a layer in one precision. What it computes for a row depends on no other row, unless it says so, and
/// not on how many rows there are.
pub trait LayerPasses<T: Real> {
    fn forward(&self, pass: Forward<'_, T>);

    /// The numbers that the backward pass prepares of the parameters, once for a batch.
    fn prepared(&self, _input: &[usize]) -> usize {
        0
    }

    fn prepare(&self, _parameters: &[T], _prepared: &mut [T]) {}

    fn backward(&self, pass: Backward<'_, T>);
}

/// A layer as a list of layers holds it.
#[derive(Debug)]
pub enum LayerNode {
    Layer(Arc<dyn Layer>),
    /// The output of some layers plus their input.
    Residual(Vec<RepeatedNode>),
    /// The same numbers as one row of features.
    Flatten,
}

/// A member of a list of layers.
#[derive(Debug)]
pub struct RepeatedNode {
    pub node: LayerNode,
    /// Whether it stands as many times as the model's `depth` says.
    pub is_repeated: bool,
    /// Its place in the list, for messages: `layers[2]`.
    pub place: Cow<'static, str>,
}

impl RepeatedNode {
    /// Whether it, or a layer in it, is repeated.
    pub fn repeats(&self) -> bool {
        let inner = match &self.node {
            LayerNode::Residual(inner) => inner.as_slice(),
            LayerNode::Layer(_) | LayerNode::Flatten => &[],
        };
        self.is_repeated || inner.iter().any(Self::repeats)
    }
}

/// Builds a layer from its keys.
pub type BuildLayer = fn(&Values) -> Result<LayerNode, toml::de::Error>;

/// One row of the registry of layers.
pub type LayerKind = Row<BuildLayer>;
