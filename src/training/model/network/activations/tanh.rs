//! The hyperbolic tangent. Its slope is 1 − y², 1 at most.
//!
//! It takes no keys. This is `torch.nn.Tanh`.

use super::{Activation, BuildActivation};
use crate::model::Function;
use crate::model::network::layer::ActivationRange;
use crate::model::network::layers::activation::layer_of;
use crate::numeric::Real;
use crate::numeric::elementary::tanh;
use crate::registry::Row;

pub const ROW: Row<BuildActivation> =
    Row::<BuildActivation>::new(Tanh::NAME, "tanh x", &[], include_str!("tanh.rs"), |_| Ok(layer_of(Tanh)))
        .also_called(&["hardtanh", "hard_tanh", "hyperbolic_tangent"]);

#[derive(Debug)]
struct Tanh;

impl Activation for Tanh {
    const NAME: &'static str = "tanh";
    const SLOPE_FROM_OUTPUT: bool = true;
    const RANGE: ActivationRange = Some((-1.0, 1.0));

    fn function(&self) -> Function {
        Function::Tanh
    }

    #[inline(always)]
    fn value<T: Real>(&self, input: T) -> T {
        tanh(input)
    }

    #[inline(always)]
    fn slope_of_output<T: Real>(&self, output: T) -> T {
        (-output).fused(output, T::ONE)
    }
}
