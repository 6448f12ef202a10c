//! The exponential linear unit: x for x > 0, else α·(e^x − 1).
//!
//! | key | symbol | default | range |
//! | --- | --- | --- | --- |
//! | `alpha` | α | 1 | > 0 |
//!
//! This is `torch.nn.ELU`. D.-A. Clevert, T. Unterthiner and S. Hochreiter, Fast and accurate deep network learning by
//! exponential linear units, 2016.

use serde::Deserialize;

use super::{Activation, BuildActivation};
use crate::model::Function;
use crate::model::network::layers::activation::layer_of;
use crate::numeric::Real;
use crate::numeric::elementary::exp;
use crate::parameter::{Decides, Fallback, Interval, Kind, Parameter, read};
use crate::registry::Row;

pub const ROW: Row<BuildActivation> = Row::<BuildActivation>::new(
    Elu::NAME,
    "x for x > 0, else α·(e^x − 1)",
    &[Parameter::new(
        "alpha",
        Kind::Float(Interval::POSITIVE),
        Fallback::Literal("1.0"),
        Decides::Form,
        "α: the limit far below 0 is −α",
    )],
    include_str!("elu.rs"),
    |values| Ok(layer_of(read::<Elu>(values)?)),
)
.also_called(&["selu", "celu"]);

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Elu {
    alpha: f64,
}

impl Activation for Elu {
    const NAME: &'static str = "elu";
    const SLOPE_FROM_OUTPUT: bool = true;

    fn function(&self) -> Function {
        Function::Elu(self.alpha)
    }

    #[inline(always)]
    fn value<T: Real>(&self, input: T) -> T {
        let below = if input > T::ZERO { T::ZERO } else { input };
        let below = T::from_f64(self.alpha) * (exp(below) - T::ONE);
        if input > T::ZERO { input } else { below }
    }

    #[inline(always)]
    fn slope_of_output<T: Real>(&self, output: T) -> T {
        if output > T::ZERO { T::ONE } else { output + T::from_f64(self.alpha) }
    }
}
