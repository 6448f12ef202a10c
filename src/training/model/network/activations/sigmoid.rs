//! The logistic sigmoid: 1/(1 + e^−x). Its slope is y·(1 − y), ¼ at most, so that gradients shrink from layer to layer.
//!
//! It takes no keys. This is `torch.nn.Sigmoid`.

use super::{Activation, BuildActivation};
use crate::model::Function;
use crate::model::network::layer::ActivationRange;
use crate::model::network::layers::activation::layer_of;
use crate::numeric::Real;
use crate::numeric::elementary::sigmoid;
use crate::registry::Row;

pub const ROW: Row<BuildActivation> =
    Row::<BuildActivation>::new(Sigmoid::NAME, "1/(1 + e^−x)", &[], include_str!("sigmoid.rs"), |_| {
        Ok(layer_of(Sigmoid))
    })
    .also_called(&["logistic", "hardsigmoid", "hard_sigmoid"]);

#[derive(Debug)]
struct Sigmoid;

impl Activation for Sigmoid {
    const NAME: &'static str = "sigmoid";
    const SLOPE_FROM_OUTPUT: bool = true;
    const RANGE: ActivationRange = Some((0.0, 1.0));

    fn function(&self) -> Function {
        Function::Sigmoid
    }

    #[inline(always)]
    fn value<T: Real>(&self, input: T) -> T {
        sigmoid(input)
    }

    #[inline(always)]
    fn slope_of_output<T: Real>(&self, output: T) -> T {
        output * (T::ONE - output)
    }
}
