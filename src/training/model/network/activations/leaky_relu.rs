//! The leaky rectified linear unit: x for x > 0, else s·x, so that no unit dies.
//!
//! | key | symbol | default | range |
//! | --- | --- | --- | --- |
//! | `slope` | s | 0.01 | > 0 and < 1 |
//!
//! This is `torch.nn.LeakyReLU`, with torch's slope at 0, which is s. A. L. Maas, A. Y. Hannun and A. Y. Ng, Rectifier
//! nonlinearities improve neural network acoustic models, 2013.

use serde::Deserialize;

use super::{Activation, BuildActivation};
use crate::model::Function;
use crate::model::network::layers::activation::layer_of;
use crate::numeric::Real;
use crate::parameter::{Decides, Endpoint, Fallback, Interval, Kind, Parameter, read};
use crate::registry::Row;

pub const ROW: Row<BuildActivation> = Row::<BuildActivation>::new(
    LeakyRelu::NAME,
    "x for x > 0, else s·x",
    &[Parameter::new(
        "slope",
        Kind::Float(Interval { low: Endpoint::Open(0.0), high: Endpoint::Open(1.0) }),
        Fallback::Literal("0.01"),
        Decides::Form,
        "s: the slope below 0",
    )
    .also_called(&["negative_slope", "alpha"])],
    include_str!("leaky_relu.rs"),
    |values| Ok(layer_of(read::<LeakyRelu>(values)?)),
)
.also_called(&["leakyrelu", "lrelu", "prelu", "rrelu"]);

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct LeakyRelu {
    slope: f64,
}

impl Activation for LeakyRelu {
    const NAME: &'static str = "leaky_relu";
    const SLOPE_FROM_OUTPUT: bool = true;

    fn function(&self) -> Function {
        Function::LeakyRelu(self.slope)
    }

    #[inline(always)]
    fn value<T: Real>(&self, input: T) -> T {
        if input > T::ZERO { input } else { input * T::from_f64(self.slope) }
    }

    #[inline(always)]
    fn slope_of_output<T: Real>(&self, output: T) -> T {
        if output > T::ZERO { T::ONE } else { T::from_f64(self.slope) }
    }
}
