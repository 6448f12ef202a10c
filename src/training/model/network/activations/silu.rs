//! The sigmoid linear unit, or swish: x·σ(x).
//!
//! It takes no keys. This is `torch.nn.SiLU`. S. Elfwing, E. Uchibe and K. Doya, Sigmoid-weighted linear units, 2018.

use super::{Activation, BuildActivation};
use crate::model::Function;
use crate::model::network::layers::activation::layer_of;
use crate::numeric::Real;
use crate::numeric::elementary::sigmoid;
use crate::registry::Row;

pub const ROW: Row<BuildActivation> =
    Row::<BuildActivation>::new(Silu::NAME, "x·σ(x)", &[], include_str!("silu.rs"), |_| Ok(layer_of(Silu)))
        .also_called(&["swish", "mish", "hardswish", "hard_swish"]);

#[derive(Debug)]
struct Silu;

impl Activation for Silu {
    const NAME: &'static str = "silu";
    const SLOPE_FROM_OUTPUT: bool = false;

    fn function(&self) -> Function {
        Function::Silu
    }

    #[inline(always)]
    fn value<T: Real>(&self, input: T) -> T {
        input * sigmoid(input)
    }

    /// σ(x)·(1 + x·(1 − σ(x)))
    #[inline(always)]
    fn value_and_slope<T: Real>(&self, input: T) -> (T, T) {
        let share = sigmoid(input);
        let value = input * share;
        (value, value.fused(T::ONE - share, share))
    }
}
