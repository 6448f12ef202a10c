//! The layout of a model's parameters: named blocks in one vector, each with a shape and a role.

use std::borrow::Cow;
use std::ops::Range;

/// What a block of parameters does in its model.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Multiplies inputs. Only weights are penalised.
    Weight,
    /// Is added to a sum.
    Bias,
    /// Multiplies one normalised value.
    Scale,
}

/// Some parameters that lie side by side.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParameterBlock {
    pub name: Cow<'static, str>,
    /// The number of parameters is the product of these.
    pub shape: Vec<usize>,
    pub role: Role,
}

impl ParameterBlock {
    #[must_use]
    pub fn new(name: impl Into<Cow<'static, str>>, shape: impl Into<Vec<usize>>, role: Role) -> Self {
        Self { name: name.into(), shape: shape.into(), role }
    }

    /// The number of parameters.
    #[must_use]
    pub fn parameters(&self) -> usize {
        self.shape.iter().product()
    }
}

/// What a network's program holds as one array: the weights of a layer, or its biases, of all outputs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tensor {
    /// That of its block, without the number of an output.
    pub name: Cow<'static, str>,
    pub role: Role,
    /// The parameters of each output, all of one length.
    pub rows: Vec<Range<usize>>,
}

/// The blocks of one trial's parameters, `[d]`, in their order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layout {
    blocks: Vec<ParameterBlock>,
    parameters: usize,
    weights: Vec<Range<usize>>,
    tensors: Vec<Tensor>,
}

impl Layout {
    #[must_use]
    pub fn new(blocks: Vec<ParameterBlock>) -> Self {
        let mut weights: Vec<Range<usize>> = Vec::new();
        let mut tensors = Vec::new();
        let mut from = 0;
        for block in &blocks {
            let to = from + block.parameters();
            if block.role == Role::Weight && from < to {
                match weights.last_mut() {
                    Some(last) if last.end == from => last.end = to,
                    _ => weights.push(from..to),
                }
            }
            let length = block.shape.last().copied().unwrap_or(1);
            let rows = (from..to).step_by(length.max(1)).map(|from| from..from + length).collect();
            tensors.push(Tensor { name: block.name.clone(), role: block.role, rows });
            from = to;
        }
        Self { blocks, parameters: from, weights, tensors }
    }

    /// The layout of several outputs, each of which has these blocks: output by output. The blocks of one output are
    /// these.
    #[must_use]
    pub fn repeated(&self, outputs: usize) -> Self {
        if outputs == 1 {
            return self.clone();
        }
        let of_output = |output: usize| {
            self.blocks.iter().map(move |block| {
                ParameterBlock::new(format!("{}[{output}]", block.name), block.shape.clone(), block.role)
            })
        };
        let tensor = |tensor: &Tensor| {
            let of_output = |output| {
                let offset = output * self.parameters;
                tensor.rows.iter().map(move |row| row.start + offset..row.end + offset)
            };
            Tensor { name: tensor.name.clone(), role: tensor.role, rows: (0..outputs).flat_map(of_output).collect() }
        };
        let tensors = self.tensors.iter().map(tensor).collect();
        Self { tensors, ..Self::new((0..outputs).flat_map(of_output).collect()) }
    }

    #[must_use]
    pub fn blocks(&self) -> &[ParameterBlock] {
        &self.blocks
    }

    /// d, the number of parameters.
    #[must_use]
    pub const fn parameters(&self) -> usize {
        self.parameters
    }

    /// A name for each parameter, `[d]`: that of its block, with its position in the block if there are several.
    #[must_use]
    pub fn parameter_names(&self) -> Vec<String> {
        let names = |block: &ParameterBlock| -> Vec<String> {
            match block.parameters() {
                1 => vec![block.name.clone().into_owned()],
                count => (0..count).map(|index| format!("{}[{index}]", block.name)).collect(),
            }
        };
        self.blocks.iter().flat_map(names).collect()
    }

    /// The ranges of the weights, ascending. Neighbouring blocks of weights are one range, so that a sum over weights
    /// does not depend on how they are divided into blocks.
    #[must_use]
    pub fn weights(&self) -> &[Range<usize>] {
        &self.weights
    }

    /// The blocks as other programs hold them: those that stand at the same place of each output are one.
    #[must_use]
    pub fn tensors(&self) -> &[Tensor] {
        &self.tensors
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outputs_have_blocks_of_their_own() {
        let one = Layout::new(vec![
            ParameterBlock::new("bias", [1], Role::Bias),
            ParameterBlock::new("weights", [2], Role::Weight),
        ]);
        assert_eq!(one.repeated(1), one);
        let two = one.repeated(2);
        assert_eq!((two.parameters(), two.weights()), (6, &[1..3, 4..6][..]));
        let names = ["bias[0]", "weights[0][0]", "weights[0][1]", "bias[1]", "weights[1][0]", "weights[1][1]"];
        assert_eq!(two.parameter_names(), names);
        let tensor =
            |name: &'static str, role, rows: [Range<usize>; 2]| Tensor { name: name.into(), role, rows: rows.to_vec() };
        let [bias, weights] = [tensor("bias", Role::Bias, [0..1, 3..4]), tensor("weights", Role::Weight, [1..3, 4..6])];
        assert_eq!(two.tensors(), [bias, weights]);
    }

    #[test]
    fn only_weights_are_weights_and_neighbours_are_one_range() {
        let layout = Layout::new(vec![
            ParameterBlock::new("bias", [1], Role::Bias),
            ParameterBlock::new("first", [2, 3], Role::Weight),
            ParameterBlock::new("empty", [0, 7], Role::Bias),
            ParameterBlock::new("second", [4], Role::Weight),
            ParameterBlock::new("scale", [2], Role::Scale),
            ParameterBlock::new("third", [1], Role::Weight),
        ]);
        assert_eq!(layout.parameters(), 14);
        assert_eq!(layout.weights(), [1..11, 13..14]);
        let names = layout.parameter_names();
        assert_eq!(names.len(), 14);
        assert_eq!([&names[0], &names[1], &names[6], &names[12]], ["bias", "first[0]", "first[5]", "scale[1]"]);
        assert_eq!(layout.tensors()[1].rows, [1..4, 4..7]);
        assert_eq!(Layout::new(vec![ParameterBlock::new("bias", [1], Role::Bias)]).weights(), []);
    }
}
