//! Softplus: ln(1 + e^x), a smooth rectified linear unit. Its slope is the sigmoid.
//!
//! It takes no keys. This is `torch.nn.Softplus` with β = 1, without torch's shortcut beyond 20. C. Dugas and others,
//! Incorporating second-order functional knowledge for better option pricing, 2001.

use super::{Activation, BuildActivation};
use crate::model::Function;
use crate::model::network::layers::activation::layer_of;
use crate::numeric::Real;
use crate::numeric::elementary::{sigmoid, softplus};
use crate::registry::Row;

pub const ROW: Row<BuildActivation> =
    Row::<BuildActivation>::new(Softplus::NAME, "ln(1 + e^x)", &[], include_str!("softplus.rs"), |_| {
        Ok(layer_of(Softplus))
    })
    .also_called(&["smooth_relu"]);

#[derive(Debug)]
struct Softplus;

impl Activation for Softplus {
    const NAME: &'static str = "softplus";
    const SLOPE_FROM_OUTPUT: bool = false;

    fn function(&self) -> Function {
        Function::Softplus
    }

    #[inline(always)]
    fn value<T: Real>(&self, input: T) -> T {
        softplus(input)
    }

    #[inline(always)]
    fn value_and_slope<T: Real>(&self, input: T) -> (T, T) {
        (softplus(input), sigmoid(input))
    }
}
