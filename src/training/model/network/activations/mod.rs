//! Activations: functions of one number with their slopes, one file each, and their registry.

mod elu;
mod gelu;
mod leaky_relu;
mod relu;
mod sigmoid;
mod silu;
mod softplus;
mod tanh;

use std::sync::Arc;

use super::layer::{ActivationRange, Layer};
use crate::model::Function;
use crate::numeric::{Elementwise, Real};
use crate::parameter::Values;
use crate::registry::Registry;

/// A function of one number. Its methods must be `#[inline(always)]`.
pub trait Activation {
    /// Its word in files.
    const NAME: &'static str;

    /// Whether the slope at a number follows from the function's value there, which saves keeping it.
    const SLOPE_FROM_OUTPUT: bool;

    /// The function where a product can apply it as it stores its sums.
    const IN_STORE: Option<Elementwise> = None;

    /// The ends of its range, if it has two.
    const RANGE: ActivationRange = None;
    /// The function by its name in other programs.
    fn function(&self) -> Function;

    fn value<T: Real>(&self, input: T) -> T;

    /// The value and the slope at a number.
    #[inline(always)]
    fn value_and_slope<T: Real>(&self, input: T) -> (T, T) {
        let value = self.value(input);
        (value, self.slope_of_output(value))
    }

    /// The slope where the function has this value, if it follows from that.
    #[inline(always)]
    fn slope_of_output<T: Real>(&self, output: T) -> T {
        output
    }
}

/// The layer that an activation is.
pub type BuiltActivation = Arc<dyn Layer>;

/// Builds an activation from its keys.
pub type BuildActivation = fn(&Values) -> Result<BuiltActivation, toml::de::Error>;

/// All activations.
pub static ACTIVATIONS: Registry<BuildActivation> = Registry {
    noun: "activation",
    key: "kind",
    common: &[],
    rows: &[relu::ROW, leaky_relu::ROW, elu::ROW, gelu::ROW, silu::ROW, softplus::ROW, sigmoid::ROW, tanh::ROW],
};
