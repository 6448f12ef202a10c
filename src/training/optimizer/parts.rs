//! The parts that every method takes: clipping of the gradient, and decoupled weight decay.

use serde::Deserialize;

use super::METHODS;
use super::batching::Batching;
use super::method::{Method, Optimizer};
use super::state::MethodState;
use super::traits::MethodTraits;
use super::update::{Progress, Step, Update};
use crate::numeric::{Kernel, Real, dispatch, norm_squared};
use crate::parameter::{Values, read};

/// Builds a method from its own keys and the common ones.
///
/// # Errors
/// If the values were not validated.
pub fn build(method: &Method, values: &Values) -> Result<Box<dyn Optimizer>, toml::de::Error> {
    let (common, own): (Values, Values) = values.clone().into_iter().partition(|(name, _)| METHODS.is_common(name));
    let method = (method.build)(&own)?;
    let parts: Parts = read(&common)?;
    Ok(if parts.is_empty() { method } else { Box::new(WithParts { parts, method }) })
}

#[derive(Deserialize)]
struct Parts {
    clip_value: Option<f64>,
    clip_norm: Option<f64>,
    #[serde(default)]
    weight_decay: f64,
    #[serde(default)]
    decay: Decayed,
}

/// The parameters that weight decay acts on.
#[derive(Deserialize, Default)]
#[serde(rename_all = "snake_case")]
enum Decayed {
    #[default]
    All,
    Weights,
}

impl Parts {
    fn is_empty(&self) -> bool {
        self.clip_value.is_none() && self.clip_norm.is_none() && self.weight_decay <= 0.0
    }
}

/// A method whose gradient is clipped and whose parameters decay before each of its updates.
struct WithParts {
    parts: Parts,
    method: Box<dyn Optimizer>,
}

impl Optimizer for WithParts {
    fn traits(&self, l1: f64) -> MethodTraits {
        MethodTraits { is_descent: false, recurrence: None, ..self.method.traits(l1) }
    }

    fn batching(&self) -> Batching {
        self.method.batching()
    }
}

impl<T: Real> Update<T> for WithParts
where
    dyn Optimizer: Update<T>,
{
    fn point(&self, step: &Step<'_, T>, parameters: &[T], state: &MethodState<T>, point: &mut [T]) {
        self.method.point(step, parameters, state, point);
    }

    fn update(
        &self,
        step: &Step<'_, T>,
        parameters: &mut [T],
        state: &mut MethodState<T>,
        loss: f64,
        gradient: &mut [T],
    ) -> Progress {
        let Parts { clip_value, clip_norm, weight_decay, decay } = &self.parts;
        if let Some(most) = clip_value {
            dispatch(Clamp { most: T::from_f64(*most), values: gradient });
        }
        if let Some(most) = clip_norm {
            let factor = clipping_factor(norm_squared(gradient).to_f64().sqrt(), *most);
            if factor < 1.0 {
                dispatch(Scale { factor: T::from_f64(factor), values: gradient });
            }
        }
        if *weight_decay > 0.0 {
            let factor = T::ONE - step.rate * T::from_f64(*weight_decay);
            let all = 0..parameters.len();
            let decayed = match decay {
                Decayed::All => std::slice::from_ref(&all),
                Decayed::Weights => step.layout.weights(),
            };
            let extrapolates = self.method.traits(step.l1.to_f64()).extrapolates;
            for range in decayed {
                let parameters = &mut parameters[range.clone()];
                if extrapolates {
                    dispatch(Follow { factor, parameters, previous: &mut state.vectors[range.clone()] });
                }
                dispatch(Scale { factor, values: parameters });
            }
        }
        self.method.update(step, parameters, state, loss, gradient)
    }

    fn evaluation_point(&self, parameters: &[T], state: &MethodState<T>, point: &mut [T]) {
        self.method.evaluation_point(parameters, state, point);
    }
}

/// The factor of a gradient of this norm: most/(norm + 10⁻⁶), at most 1. The small number is that of PyTorch's
/// `clip_grad_norm_`; optax has none.
fn clipping_factor(norm: f64, most: f64) -> f64 {
    let factor = most / (norm + 1e-6);
    if factor < 1.0 { factor } else { 1.0 }
}

struct Clamp<'a, T> {
    most: T,
    values: &'a mut [T],
}

impl<T: Real> Kernel for Clamp<'_, T> {
    type Output = ();

    /// A NaN passes through.
    #[inline(always)]
    fn run(self) {
        for value in self.values {
            if *value > self.most {
                *value = self.most;
            } else if *value < -self.most {
                *value = -self.most;
            }
        }
    }
}

struct Scale<'a, T> {
    factor: T,
    values: &'a mut [T],
}

impl<T: Real> Kernel for Scale<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        self.values.iter_mut().for_each(|value| *value = *value * self.factor);
    }
}

/// Moves the parameters of the step before by what the decay will move these.
struct Follow<'a, T> {
    factor: T,
    parameters: &'a [T],
    previous: &'a mut [T],
}

impl<T: Real> Kernel for Follow<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let rest = self.factor - T::ONE;
        for (previous, parameter) in self.previous.iter_mut().zip(self.parameters) {
            *previous = rest.fused(*parameter, *previous);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shape::{Layout, ParameterBlock, Role};

    /// One step of gd at rate 0.5 from (4, 4), a weight and a bias, with the gradient (3, −4).
    fn stepped(keys: &str) -> [f64; 2] {
        let layout = Layout::new(vec![
            ParameterBlock::new("weights", [1], Role::Weight),
            ParameterBlock::new("bias", [1], Role::Bias),
        ]);
        let values = format!("learning_rate = 0.5\nmomentum = 0.0\nnesterov = false\n{keys}").parse().expect("TOML");
        let optimizer = build(METHODS.row("gd").expect("exists"), &values).expect("builds");
        let step = Step { k: 0, rate: 0.5, previous_rate: 0.5, l1: 0.0, layout: &layout };
        let (mut parameters, mut state) = ([4.0, 4.0], MethodState::new(optimizer.traits(0.0), 2));
        optimizer.update(&step, &mut parameters, &mut state, 0.0, &mut [3.0, -4.0]);
        parameters
    }

    #[test]
    fn gradients_are_clipped_and_parameters_decay_before_the_update() {
        assert_eq!(stepped(""), [2.5, 6.0]);
        assert_eq!(stepped("clip_value = 2.0"), [3.0, 5.0]);
        assert_eq!(stepped("clip_norm = 6.0"), [2.5, 6.0]);
        let factor = 2.5 / (5.0 + 1e-6);
        assert_eq!(stepped("clip_norm = 2.5"), [4.0 - 0.5 * (3.0 * factor), 4.0 + 0.5 * (4.0 * factor)]);
        // The weight and the bias shrink to 3 first.
        assert_eq!(stepped("weight_decay = 0.5"), [1.5, 5.0]);
        assert_eq!(stepped("weight_decay = 0.5\ndecay = \"weights\""), [1.5, 6.0]);
    }

    /// Heavy ball with decay under a vanishing l1 takes the steps that it takes without.
    #[test]
    fn decay_does_not_enter_the_momentum_of_proximal_steps() {
        let layout = Layout::new(vec![ParameterBlock::new("weights", [2], Role::Weight)]);
        let keys = "learning_rate = 0.1\nmomentum = 0.9\nnesterov = false\nweight_decay = 0.5";
        let optimizer = build(METHODS.row("gd").expect("exists"), &keys.parse().expect("TOML")).expect("builds");
        let trained = |l1: f64| {
            let (mut theta, mut state) = ([4.0, -2.0], MethodState::new(optimizer.traits(l1), 2));
            for k in 0..20 {
                let step = Step { k, rate: 0.1, previous_rate: 0.1, l1, layout: &layout };
                let mut gradient = [theta[0] - 3.0, 2.0 * theta[1] + 1.0];
                optimizer.update(&step, &mut theta, &mut state, 0.0, &mut gradient);
            }
            theta
        };
        for (plain, proximal) in trained(0.0).iter().zip(trained(1e-300)) {
            assert!((plain - proximal).abs() <= 1e-14, "{proximal} instead of {plain}");
        }
    }

    #[test]
    fn a_method_with_parts_is_no_linear_recurrence() {
        let traits = |keys: &str| {
            let values = format!("learning_rate = 0.5\nmomentum = 0.5\nnesterov = false\n{keys}").parse();
            build(METHODS.row("gd").expect("exists"), &values.expect("TOML")).expect("builds").traits(0.0)
        };
        assert!(traits("weight_decay = 0.0").recurrence.is_some());
        for keys in ["weight_decay = 0.1", "clip_norm = 1.0", "clip_value = 1.0"] {
            assert_eq!(traits(keys).recurrence, None, "{keys}");
            assert_eq!(traits(keys).vectors, 1, "{keys}");
        }
    }
}
