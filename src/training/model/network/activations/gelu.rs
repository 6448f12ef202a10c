//! The Gaussian error linear unit: x·Φ(x), where Φ(x) = ½(1 + erf(x/√2)) is the normal distribution.
//!
//! It takes no keys. This is `torch.nn.GELU` in its exact form, not the one by tanh. D. Hendrycks and K. Gimpel,
//! Gaussian error linear units, 2016.

use super::{Activation, BuildActivation};
use crate::model::Function;
use crate::model::network::layers::activation::layer_of;
use crate::numeric::Real;
use crate::numeric::elementary::{erf, exp};
use crate::registry::Row;

pub const ROW: Row<BuildActivation> =
    Row::<BuildActivation>::new(Gelu::NAME, "x·Φ(x)", &[], include_str!("gelu.rs"), |_| Ok(layer_of(Gelu)))
        .also_called(&["gelu_new", "gelu_tanh"]);

#[derive(Debug)]
struct Gelu;

/// 1/√(2π)
const DENSITY_AT_0: f64 = 0.398_942_280_401_432_7;

#[inline(always)]
fn distribution<T: Real>(input: T) -> T {
    let half = T::from_f64(0.5);
    half.fused(erf(input * T::from_f64(std::f64::consts::FRAC_1_SQRT_2)), half)
}

impl Activation for Gelu {
    const NAME: &'static str = "gelu";
    const SLOPE_FROM_OUTPUT: bool = false;

    fn function(&self) -> Function {
        Function::Gelu
    }

    #[inline(always)]
    fn value<T: Real>(&self, input: T) -> T {
        input * distribution(input)
    }

    #[inline(always)]
    fn value_and_slope<T: Real>(&self, input: T) -> (T, T) {
        let below = distribution(input);
        let density = T::from_f64(DENSITY_AT_0) * exp(T::from_f64(-0.5) * input * input);
        (input * below, input.fused(density, below))
    }
}
