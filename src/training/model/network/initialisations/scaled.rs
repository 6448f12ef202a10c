//! Initialisations of mean 0 whose deviation follows from the numbers of inputs and outputs.

use std::sync::Arc;

use serde::Deserialize;

use super::{DrawnWeights, Initialisation};
use crate::numeric::Stream;
use crate::parameter::{Decides, Fallback, Interval, Kind, Parameter, Values, read};

/// The gain g, with the value that suits the initialisation.
pub const fn gain(default: &'static str) -> Parameter {
    Parameter::new(
        "gain",
        Kind::Float(Interval::POSITIVE),
        Fallback::Literal(default),
        Decides::Start,
        "g: multiplies the weights",
    )
}

/// What the deviation of weights is scaled by.
#[derive(Debug, Clone, Copy)]
pub enum Fan {
    Inputs,
    /// The mean of inputs and outputs.
    Mean,
}

#[derive(Debug, Clone, Copy)]
pub enum Shape {
    Normal,
    Uniform,
}

/// Weights with deviation g/√fan.
#[derive(Debug)]
struct Scaled {
    gain: f64,
    fan: Fan,
    shape: Shape,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Keys {
    gain: f64,
}

/// # Errors
/// If the values were not validated.
pub fn scaled(values: &Values, fan: Fan, shape: Shape) -> Result<Arc<dyn Initialisation>, toml::de::Error> {
    Ok(Arc::new(Scaled { gain: read::<Keys>(values)?.gain, fan, shape }))
}

impl DrawnWeights for Scaled {
    fn weights(&self, (outputs, inputs): (usize, usize), stream: &mut Stream, weights: &mut [f64]) {
        let fan = match self.fan {
            Fan::Inputs => inputs as f64,
            Fan::Mean => (inputs + outputs) as f64 / 2.0,
        };
        let deviation = self.gain / fan.sqrt();
        match self.shape {
            Shape::Normal => weights.iter_mut().for_each(|weight| *weight = deviation * stream.normal()),
            Shape::Uniform => fill_uniform(3.0_f64.sqrt() * deviation, stream, weights),
        }
    }
}

/// Uniform numbers between −bound and bound.
pub fn fill_uniform(bound: f64, stream: &mut Stream, numbers: &mut [f64]) {
    numbers.iter_mut().for_each(|number| *number = bound * (2.0 * stream.uniform() - 1.0));
}
