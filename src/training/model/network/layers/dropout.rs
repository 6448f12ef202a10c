//! Dropout: in training each number becomes 0 with probability p, and the others are divided by 1 − p. In evaluation
//! nothing happens.
//!
//! | key | symbol | default | range |
//! | --- | --- | --- | --- |
//! | `share` | p | required | 0 ≤ p < 1 |
//!
//! What is dropped follows from the seed, the epoch, the number of the batch in it and the place of the layer, and not
//! from the trials beside it: trials of one seed drop the same numbers where p is the same. p is rounded to a multiple
//! of 2⁻³². This is `torch.nn.Dropout` (N. Srivastava and others, Dropout, 2014).

use std::sync::Arc;

use serde::Deserialize;

use crate::model::network::layer::{Backward, Forward, Kept, Layer, LayerKind, LayerNode, LayerPasses, Mode};
use crate::model::{LayerAt, Operation};
use crate::numeric::{Kernel, Real, dispatch};
use crate::parameter::{Decides, Fallback, Interval, Kind, Parameter, read};

pub const ROW: LayerKind = LayerKind::new(
    "dropout",
    "in training, drops numbers at random",
    &[Parameter::new(
        "share",
        Kind::Float(Interval::FRACTION),
        Fallback::Required,
        Decides::Form,
        "p: the share dropped",
    )
    .also_called(&["p", "rate", "probability"])],
    include_str!("dropout.rs"),
    |values| Ok(LayerNode::Layer(Arc::new(read::<Dropout>(values)?))),
)
.also_called(&["drop", "alpha_dropout", "dropout1d"]);

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Dropout {
    pub share: f64,
}

impl Layer for Dropout {
    fn stem(&self) -> &'static str {
        "dropout"
    }

    fn output_shape(&self, input: &[usize]) -> Result<Vec<usize>, String> {
        Ok(input.to_vec())
    }

    fn kept(&self, input: &[usize]) -> Kept {
        Kept { of_row: input.iter().product(), of_batch: 0 }
    }

    fn operation(&self, _at: LayerAt<'_>) -> Option<Operation> {
        None
    }

    fn dropped(&self) -> f64 {
        self.share
    }
}

impl<T: Real> LayerPasses<T> for Dropout {
    fn forward(&self, pass: Forward<'_, T>) {
        let draws = pass.draws.filter(|_| pass.mode == Mode::Training);
        let Some(draws) = draws else {
            pass.output.copy_from_slice(pass.input.columns);
            pass.kept.fill(T::ONE);
            return;
        };
        // p·2³² of the 2³² numbers.
        let below = (self.share * 4_294_967_296.0) as u32;
        let factor = T::from_f64(1.0 / (1.0 - self.share));
        dispatch(Mask { draws, below, factor, input: pass.input.columns, output: pass.output, factors: pass.kept });
    }

    fn backward(&self, pass: Backward<'_, T>) {
        dispatch(Multiply(pass.output_gradient, pass.kept));
        if let Some(input) = pass.input_gradient {
            input.receive(pass.output_gradient);
        }
    }
}

struct Mask<'a, T> {
    draws: &'a [u32],
    below: u32,
    factor: T,
    input: &'a [T],
    output: &'a mut [T],
    factors: &'a mut [T],
}

impl<T: Real> Kernel for Mask<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let numbers = self.output.iter_mut().zip(self.factors).zip(self.input.iter().zip(self.draws));
        for ((output, factor), (&input, &draw)) in numbers {
            *factor = if draw < self.below { T::ZERO } else { self.factor };
            *output = input * *factor;
        }
    }
}

struct Multiply<'a, T>(&'a mut [T], &'a [T]);

impl<T: Real> Kernel for Multiply<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        for (number, &factor) in self.0.iter_mut().zip(self.1) {
            *number = *number * factor;
        }
    }
}
