//! The rectified linear unit: max(0, x). Its slope at 0 is 0.
//!
//! It takes no keys. This is `torch.nn.ReLU`. V. Nair and G. E. Hinton, Rectified linear units improve restricted
//! Boltzmann machines, 2010.

use super::{Activation, BuildActivation};
use crate::model::Function;
use crate::model::network::layers::activation::layer_of;
use crate::numeric::{Elementwise, Real};
use crate::registry::Row;

pub const ROW: Row<BuildActivation> =
    Row::<BuildActivation>::new(Relu::NAME, "max(0, x)", &[], include_str!("relu.rs"), |_| Ok(layer_of(Relu)))
        .also_called(&["rectifier", "relu6"]);

#[derive(Debug)]
struct Relu;

impl Activation for Relu {
    const NAME: &'static str = "relu";
    const SLOPE_FROM_OUTPUT: bool = true;
    const IN_STORE: Option<Elementwise> = Some(Elementwise::Rectify);

    fn function(&self) -> Function {
        Function::Relu
    }

    /// Written so that a NaN stays one.
    #[inline(always)]
    fn value<T: Real>(&self, input: T) -> T {
        if input < T::ZERO { T::ZERO } else { input }
    }

    #[inline(always)]
    fn slope_of_output<T: Real>(&self, output: T) -> T {
        if output > T::ZERO { T::ONE } else { T::ZERO }
    }
}
