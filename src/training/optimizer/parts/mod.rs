//! The parts that every method takes: clipping and centralisation of the gradient, decoupled weight decay, cautious steps,
//! multipliers of the rate by block, and a mean of its points at which the trial is evaluated.

mod cautious;
mod centralization;
mod clipping;
mod decay;
mod rate_multipliers;

use serde::Deserialize;

use super::average::{self, Average};
use super::batching::Batching;
use super::by_component::{Rule, by_component};
use super::method::{Method, Optimizer};
use super::state::MethodState;
use super::traits::MethodTraits;
use super::update::{Progress, Step, Update};
use super::{METHODS, alias};
use crate::numeric::Real;
use crate::parameter::{Values, read};
use crate::shape::Layout;
use clipping::Clipping;
pub use decay::Decayed;
use decay::WeightDecay;
use rate_multipliers::RateMultipliers;

/// Builds a method from its own keys and the common ones. A key of its own may have the name of a common one, which it takes the place of.
///
/// # Errors
/// If the values were not validated.
pub fn build(method: &Method, values: &Values) -> Result<Box<dyn Optimizer>, toml::de::Error> {
    let method = alias(method.name).and_then(|name| METHODS.row(name)).unwrap_or(method);
    let is_own = |name: &str| method.parameters.iter().any(|own| own.name == name);
    let is_common = |name: &str| METHODS.is_common(name) && !is_own(name);
    let (common, own): (Values, Values) = values.clone().into_iter().partition(|(name, _)| is_common(name));
    let method = (method.build)(&own)?;
    let Keys { clipping, centralize_gradient, decay, cautious, average, rate_multipliers } = read(&common)?;
    let average = average.as_ref().map(average::read).transpose()?;
    let parts = Parts { clipping, centralize_gradient, decay, cautious, average, rate_multipliers };
    Ok(if parts.are_off() { method } else { Box::new(WithParts { parts, method }) })
}

#[derive(Deserialize)]
struct Keys {
    #[serde(flatten)]
    clipping: Clipping,
    #[serde(default)]
    centralize_gradient: bool,
    #[serde(flatten)]
    decay: WeightDecay,
    #[serde(default)]
    cautious: bool,
    average: Option<toml::Value>,
    #[serde(default)]
    rate_multipliers: RateMultipliers,
}

struct Parts {
    clipping: Clipping,
    centralize_gradient: bool,
    decay: WeightDecay,
    cautious: bool,
    average: Option<Box<dyn Average>>,
    rate_multipliers: RateMultipliers,
}

impl Parts {
    fn are_off(&self) -> bool {
        self.clipping.is_off()
            && !self.centralize_gradient
            && self.decay.is_off()
            && !self.cautious
            && self.average.is_none()
            && self.rate_multipliers.are_off()
    }

    /// The number of vectors in front of the parameters before a step, of which the multipliers need a copy.
    fn before_multipliers(&self) -> usize {
        self.of_cautious() + usize::from(self.average.is_some())
    }

    /// The number of vectors for cautious steps: the parameters before, and the gradient.
    fn of_cautious(&self) -> usize {
        2 * usize::from(self.cautious)
    }
}

/// A method with what is done before and after each of its updates.
struct WithParts {
    parts: Parts,
    method: Box<dyn Optimizer>,
}

impl Optimizer for WithParts {
    fn traits(&self, l1: f64) -> MethodTraits {
        let traits = self.method.traits(l1);
        let averages = self.parts.average.is_some();
        let multiplies = !self.parts.rate_multipliers.are_off();
        MethodTraits {
            is_descent: false,
            recurrence: None,
            part_vectors: self.parts.before_multipliers() + usize::from(multiplies),
            // The point of a proximal step depends on the rate in another way.
            is_proximal: traits.is_proximal && !multiplies,
            averages: averages || traits.averages,
            ..traits
        }
    }

    fn batching(&self) -> Batching {
        self.method.batching()
    }

    fn average_begins_after(&self) -> Option<(&'static str, u64)> {
        self.parts.average.as_ref().map_or_else(|| self.method.average_begins_after(), |average| average.begins_after())
    }

    fn decay_of_biases(&self) -> f64 {
        self.parts.decay.of_biases() + self.method.decay_of_biases()
    }

    fn check_layout(&self, layout: &Layout) -> Result<(), String> {
        self.parts.rate_multipliers.check(layout)
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
        let (parts, d) = (&self.parts, parameters.len());
        let multiplies = !parts.rate_multipliers.are_off();
        let before_step = parts.before_multipliers() * d;
        if multiplies {
            state.part_vectors[before_step..before_step + d].copy_from_slice(parameters);
        }
        parts.clipping.cut(gradient);
        if parts.centralize_gradient {
            centralization::centralize(step.layout, gradient);
        }
        let carries = self.method.traits(step.l1.to_f64()).carries;
        parts.decay.shrink(step, parameters, if carries { &mut state.vectors[..d] } else { &mut [] });
        if parts.cautious {
            state.part_vectors[..d].copy_from_slice(parameters);
            state.part_vectors[d..2 * d].copy_from_slice(gradient);
        }
        if self.method.update(step, parameters, state, loss, gradient) == Progress::Again {
            return Progress::Again;
        }
        if parts.cautious {
            let (before, gradient) = state.part_vectors.split_at_mut(d);
            for tensor in step.layout.tensors() {
                cautious::restrain(tensor, before, &gradient[..d], parameters);
            }
        }
        if multiplies {
            let before = &state.part_vectors[before_step..before_step + d];
            parts.rate_multipliers.scale(step.layout, before, parameters);
        }
        if let Some(average) = &parts.average {
            state.averaged += 1;
            let rule = Mean(T::from_f64(average.weight(state.averaged)));
            let mean = &mut state.part_vectors[parts.of_cautious() * d..][..d];
            by_component(&rule, mean, parameters, []);
        }
        Progress::Moved
    }

    fn evaluation_point(&self, parameters: &[T], state: &MethodState<T>, point: &mut [T]) {
        if self.parts.average.is_none() {
            return self.method.evaluation_point(parameters, state, point);
        }
        let d = parameters.len();
        let mean = &state.part_vectors[self.parts.of_cautious() * d..][..d];
        point.copy_from_slice(if state.averaged > 0 { mean } else { parameters });
    }
}

/// a ← a + w·(θ − a); θ itself where w is 1.
struct Mean<T>(T);

impl<T: Real> Rule<T, 0> for Mean<T> {
    #[inline(always)]
    fn step(&self, mean: T, point: T, state: [T; 0]) -> (T, [T; 0]) {
        (if self.0 == T::ONE { point } else { self.0.fused(point - mean, mean) }, state)
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
        let step = Step { k: 0, learning_rate: 0.5, rate: 0.5, previous_rate: 0.5, l1: 0.0, layout: &layout };
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
                let step = Step { k, learning_rate: 0.1, rate: 0.1, previous_rate: 0.1, l1, layout: &layout };
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
    fn what_acts_on_biases_and_what_begins_late_is_known() {
        let of = |method: &str, keys: &str| {
            let row = METHODS.row(method).expect("exists");
            let mut values: Values = keys.parse().expect("TOML");
            for parameter in row.parameters {
                if let Some(value) = parameter.filled_in() {
                    values.entry(parameter.name).or_insert(value);
                }
            }
            let optimizer = build(row, &values).expect("builds");
            (optimizer.decay_of_biases(), optimizer.average_begins_after())
        };
        assert_eq!(of("gd", "learning_rate = 0.5"), (0.0, None));
        assert_eq!(of("adamw", "learning_rate = 0.5"), (0.01, None));
        assert_eq!(of("adamw", "learning_rate = 0.5\ndecay = \"weights\""), (0.0, None));
        assert_eq!(of("lamb", "learning_rate = 0.5\nweight_decay = 0.1"), (0.1, None));
        assert_eq!(of("lars", "learning_rate = 0.5\nweight_decay = 0.1\ndecay = \"weights\""), (0.0, None));
        let mean = of("gd", "learning_rate = 0.5\naverage = { kind = \"polyak_ruppert\", from = 7 }");
        assert_eq!(mean, (0.0, Some(("average.from", 7))));
        assert_eq!(of("gd", "learning_rate = 0.5\naverage = { kind = \"ema\", decay = 0.9 }"), (0.0, None));
        assert_eq!(of("asgd", "learning_rate = 0.5\naverage_from = 7"), (0.0, Some(("average_from", 9))));
    }

    /// Up to the number that a mean gives, the point of evaluation is the last point; with one more update it is not.
    #[test]
    fn a_mean_begins_where_it_says() {
        let layout = Layout::new(vec![ParameterBlock::new("weights", [1], Role::Weight)]);
        let means = [
            ("gd", "momentum = 0.0\nnesterov = false\naverage = { kind = \"polyak_ruppert\", from = 4 }"),
            (
                "asgd",
                "lambda = 0.0\npower = 0.0\naverage_from = 3\nbatch_size = \"full\"\nreplacement = false\nlast_batch = \"scaled\"",
            ),
        ];
        for (method, keys) in means {
            let values = format!("learning_rate = 0.5\n{keys}").parse().expect("TOML");
            let optimizer = build(METHODS.row(method).expect("exists"), &values).expect("builds");
            let (_, begins) = optimizer.average_begins_after().expect("it takes a mean");
            let (mut theta, mut state) = ([8.0_f64], MethodState::new(optimizer.traits(0.0), 1));
            for k in 0..=begins {
                let step = Step { k, learning_rate: 0.5, rate: 0.5, previous_rate: 0.5, l1: 0.0, layout: &layout };
                optimizer.update(&step, &mut theta, &mut state, 0.0, &mut [1.0]);
                let mut point = [0.0];
                optimizer.evaluation_point(&theta, &state, &mut point);
                assert_eq!(point != theta, k + 1 > begins, "{method} after {} updates", k + 1);
            }
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
