//! Adam: steps scaled by running means of the gradient and of its square.
//!
//! m ← β₁·m + (1 − β₁)·g, v ← β₂·v + (1 − β₂)·g²,
//! θ ← θ − α_k/(1 − β₁^(k+1)) · m / (√v/√(1 − β₂^(k+1)) + ε), where k counts the updates before this one.
//!
//! | key | symbol | default | range |
//! | --- | --- | --- | --- |
//! | `learning_rate` | α | required | > 0 |
//! | `batch_size` | B | 1 | ≥ 1, or `"full"` |
//! | `beta1` | β₁ | 0.9 | 0 ≤ β₁ < 1 |
//! | `beta2` | β₂ | 0.999 | 0 ≤ β₂ < 1 |
//! | `epsilon` | ε | 1e-8 | > 0 |
//! | `replacement` | | false | |
//! | `last_batch` | | `"scaled"` | `"scaled"`, `"keep"` |
//!
//! The form and the defaults are those of PyTorch's `Adam`. The paper (algorithm 1) gives the same step: there, too, ε is added
//! to the corrected root. TensorFlow's default ε is 1e-7. `weight_decay` is decoupled, which makes the method AdamW; PyTorch's
//! `Adam` adds its own `weight_decay` to the gradient, which is the model's `l2` here.
//!
//! Kingma and Ba, "Adam: a method for stochastic optimization", International Conference on Learning Representations, 2015.
//!
//! ```toml
//! [optimizers.adam]
//! method = "adam"
//! learning_rate = { from = 1e-4, to = 1.0, count = 9, scale = "log" }
//! batch_size = 32
//! ```

use serde::Deserialize;

use super::batching::{BatchKeys, Batching};
use super::by_component::{Rule, by_component};
use super::keys::{BATCH_SIZE, BETA1, BETA2, EPSILON, LAST_BATCH, LEARNING_RATE, REPLACEMENT};
use super::method::{Method, Optimizer};
use super::preconditioner::Preconditioner;
use super::running_mean::RunningMean;
use super::state::MethodState;
use super::traits::MethodTraits;
use super::update::{Progress, Step, Update};
use crate::numeric::Real;
use crate::parameter::read;

pub const METHOD: Method = Method::new(
    "adam",
    "Adam: steps scaled by running means of the gradient and of its square",
    &[LEARNING_RATE.default_elsewhere(1e-3, "torch"), BATCH_SIZE, BETA1, BETA2, EPSILON, REPLACEMENT, LAST_BATCH],
    include_str!("adam.rs"),
    |values| Ok(Box::new(read::<Adam>(values)?)),
);

#[derive(Deserialize)]
struct Adam {
    beta1: f64,
    beta2: f64,
    epsilon: f64,
    #[serde(flatten)]
    batches: BatchKeys,
}

impl Optimizer for Adam {
    fn traits(&self, _l1: f64) -> MethodTraits {
        // The means; β₁^k and β₂^k.
        MethodTraits { vectors: 2, scalars: 2, ..MethodTraits::default() }
    }

    fn batching(&self) -> Batching {
        self.batches.batching()
    }
}

impl<T: Real> Update<T> for Adam {
    fn update(
        &self,
        step: &Step<'_, T>,
        parameters: &mut [T],
        state: &mut MethodState<T>,
        _loss: f64,
        gradient: &mut [T],
    ) -> Progress {
        let [power1, power2] = state.powers(step.k, [self.beta1, self.beta2]);
        let of = T::from_f64;
        let rule = Components {
            mean: RunningMean::new(self.beta1),
            square: RunningMean::new(self.beta2),
            rate: of(step.rate.to_f64() / (1.0 - power1)),
            root: of((1.0 - power2).sqrt()),
            epsilon: of(self.epsilon),
        };
        by_component(&rule, parameters, gradient, state.split(parameters.len()));
        Progress::Moved
    }

    /// D = √v̂ + ε. While D stands still Adam is heavy ball with a mean of gradients in place of their sum, which is stable up to
    /// (2 + 2β₁)/((1 − β₁)·α) (Cohen et al., "Adaptive gradient methods at the edge of stability", 2022).
    fn preconditioner(&self, k: u64, d: usize, state: &MethodState<T>) -> Option<Preconditioner> {
        let (square, power) = (state.vectors.get(d..2 * d)?, *state.scalars.get(1)?);
        let corrected = |square: &T| (square.to_f64() / (1.0 - power)).sqrt() + self.epsilon;
        let stable_product = (2.0 + 2.0 * self.beta1) / (1.0 - self.beta1);
        (k > 0).then(|| Preconditioner { diagonal: square.iter().map(corrected).collect(), stable_product })
    }
}

struct Components<T> {
    mean: RunningMean<T>,
    square: RunningMean<T>,
    /// α_k/(1 − β₁^(k+1))
    rate: T,
    /// √(1 − β₂^(k+1))
    root: T,
    epsilon: T,
}

impl<T: Real> Rule<T, 2> for Components<T> {
    #[inline(always)]
    fn step(&self, parameter: T, gradient: T, [mean, square]: [T; 2]) -> (T, [T; 2]) {
        let mean = self.mean.with(mean, gradient);
        let square = self.square.with_square(square, gradient);
        let scale = square.square_root() / self.root + self.epsilon;
        (parameter - self.rate * mean / scale, [mean, square])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::optimizer::{METHODS, build};
    use crate::shape::{Layout, ParameterBlock, Role};

    #[test]
    fn it_divides_by_the_corrected_root_of_the_squares() {
        let keys = "learning_rate = 0.1\nbatch_size = 1\nreplacement = false\nlast_batch = \"scaled\"\nbeta1 = 0.9\nbeta2 = 0.5\n\
                    epsilon = 0.25";
        let adam = build(METHODS.row("adam").expect("exists"), &keys.parse().expect("TOML")).expect("builds");
        let layout = Layout::new(vec![ParameterBlock::new("weights", [2], Role::Weight)]);
        let (mut theta, mut state) = ([0.0_f64; 2], MethodState::new(adam.traits(0.0), 2));
        assert_eq!(adam.preconditioner(0, 2, &state), None, "there is no mean yet");
        for (k, gradient) in (0..).zip([[2.0, 0.0], [4.0, 1.0]]) {
            let step = Step { k, learning_rate: 0.1, rate: 0.1, previous_rate: 0.1, l1: 0.0, layout: &layout };
            adam.update(&step, &mut theta, &mut state, 0.0, &mut gradient.clone());
        }
        let found = adam.preconditioner(2, 2, &state).expect("it has taken steps");
        // v = 0.25·2² + 0.5·4² = 9 and 0.5·1², corrected by 1 − 0.5².
        let expected = [(9.0_f64 / 0.75).sqrt() + 0.25, (0.5_f64 / 0.75).sqrt() + 0.25];
        found.diagonal.iter().zip(expected).for_each(|(found, expected)| assert!((found - expected).abs() < 1e-14));
        assert!((found.stable_product - 38.0).abs() < 1e-12, "(2 + 1.8)/0.1");
    }

    /// The first step goes by about α along each component whatever its size: m̂/√v̂ is its sign.
    #[test]
    fn the_first_step_has_the_length_of_the_rate_in_each_component() {
        let keys = "learning_rate = 0.1\nbatch_size = 1\nreplacement = false\nlast_batch = \"scaled\"\nbeta1 = 0.9\nbeta2 = 0.999\n\
                    epsilon = 1e-8";
        let adam = build(METHODS.row("adam").expect("exists"), &keys.parse().expect("TOML")).expect("builds");
        let layout = Layout::new(vec![ParameterBlock::new("weights", [3], Role::Weight)]);
        let step = Step { k: 0, learning_rate: 0.1, rate: 0.1, previous_rate: 0.1, l1: 0.0, layout: &layout };
        let (mut theta, mut state) = ([0.0_f64; 3], MethodState::new(adam.traits(0.0), 3));
        adam.update(&step, &mut theta, &mut state, 0.0, &mut [1e-3, -1e3, 0.0]);
        for (found, expected) in theta.iter().zip([-0.1, 0.1, 0.0]) {
            assert!((found - expected).abs() <= 1e-5 * 0.1, "{found} instead of {expected}");
        }
    }
}
