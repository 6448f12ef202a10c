//! An activation: a function of every number by itself, with no parameters.
//!
//! | key | default | range |
//! | --- | --- | --- |
//! | `function` | required | an activation: `"NAME"`, or `{ kind = "NAME", … }` |

use std::fmt::Debug;
use std::sync::Arc;

use serde::de::Error as _;

use crate::model::network::activations::{ACTIVATIONS, Activation, BuiltActivation};
use crate::model::network::layer::{
    ActivationRange, Backward, Forward, Kept, Layer, LayerKind, LayerNode, LayerPasses, Mode,
};
use crate::model::{LayerAt, Operation};
use crate::numeric::{Elementwise, Kernel, Real, dispatch};
use crate::parameter::{Decides, Fallback, Kind, Parameter};

pub const ROW: LayerKind = LayerKind::new(
    "activation",
    "a function of every number by itself",
    &[FUNCTION],
    include_str!("activation.rs"),
    |values| Ok(LayerNode::Layer(read_activation(values.get("function"))?)),
)
.also_called(&["function", "nonlinearity", "act"]);

const FUNCTION: Parameter =
    Parameter::new("function", Kind::Row(&ACTIVATIONS), Fallback::Required, Decides::Form, "the function");

/// The layer of an activation that a validated table names.
///
/// # Errors
/// If the values were not validated.
pub fn read_activation(value: Option<&toml::Value>) -> Result<Arc<dyn Layer>, toml::de::Error> {
    let mut keys = value.and_then(toml::Value::as_table).cloned().unwrap_or_default();
    let kind = keys.remove("kind");
    let name = kind.as_ref().and_then(toml::Value::as_str).unwrap_or_default();
    let row = ACTIVATIONS.row(name).ok_or_else(|| toml::de::Error::custom(format!("no activation \"{name}\"")))?;
    (row.build)(&keys)
}

/// An activation as the layer that a registry row builds.
pub fn layer_of<A: Activation + Debug + Send + Sync + 'static>(function: A) -> BuiltActivation {
    Arc::new(ActivationLayer { function })
}

#[derive(Debug)]
struct ActivationLayer<A> {
    function: A,
}

impl<A: Activation + Debug + Send + Sync> Layer for ActivationLayer<A> {
    fn stem(&self) -> &'static str {
        A::NAME
    }

    fn output_shape(&self, input: &[usize]) -> Result<Vec<usize>, String> {
        Ok(input.to_vec())
    }

    fn activation(&self) -> Option<ActivationRange> {
        Some(A::RANGE)
    }

    fn kept(&self, input: &[usize]) -> Kept {
        let of_row = if A::SLOPE_FROM_OUTPUT { 0 } else { input.iter().product() };
        Kept { of_row, of_batch: 0 }
    }

    fn operation(&self, _at: LayerAt<'_>) -> Option<Operation> {
        Some(Operation::Function(self.function.function()))
    }

    fn in_store(&self) -> Option<Elementwise> {
        const { assert!(A::IN_STORE.is_none() || A::SLOPE_FROM_OUTPUT, "its forward pass keeps nothing") };
        A::IN_STORE
    }

    fn may_be_in_place(&self) -> bool {
        true
    }

    fn reads_output(&self) -> bool {
        A::SLOPE_FROM_OUTPUT
    }
}

impl<T: Real, A: Activation + Debug + Send + Sync> LayerPasses<T> for ActivationLayer<A> {
    fn forward(&self, pass: Forward<'_, T>) {
        if !pass.input.columns.is_empty() {
            pass.output.copy_from_slice(pass.input.columns);
        }
        let slopes = match pass.mode {
            Mode::Training if !A::SLOPE_FROM_OUTPUT => Some(pass.kept),
            Mode::Training | Mode::Evaluation => None,
        };
        dispatch(Values { function: &self.function, values: pass.output, slopes });
    }

    fn backward(&self, pass: Backward<'_, T>) {
        let slopes = if A::SLOPE_FROM_OUTPUT { pass.output } else { &*pass.kept };
        dispatch(TimesSlopes { function: &self.function, gradients: pass.output_gradient, slopes });
        if let Some(input) = pass.input_gradient {
            input.receive(pass.output_gradient);
        }
    }
}

struct Values<'a, T, A> {
    function: &'a A,
    values: &'a mut [T],
    slopes: Option<&'a mut [T]>,
}

impl<T: Real, A: Activation> Kernel for Values<'_, T, A> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        match self.slopes {
            None => {
                for value in self.values {
                    *value = self.function.value(*value);
                }
            }
            Some(slopes) => {
                for (value, slope) in self.values.iter_mut().zip(slopes) {
                    (*value, *slope) = self.function.value_and_slope(*value);
                }
            }
        }
    }
}

struct TimesSlopes<'a, T, A> {
    function: &'a A,
    gradients: &'a mut [T],
    /// The outputs, for a function whose slope follows from them.
    slopes: &'a [T],
}

impl<T: Real, A: Activation> Kernel for TimesSlopes<'_, T, A> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        for (gradient, &slope) in self.gradients.iter_mut().zip(self.slopes) {
            *gradient = *gradient * if A::SLOPE_FROM_OUTPUT { self.function.slope_of_output(slope) } else { slope };
        }
    }
}
