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

use serde::Deserialize;

use super::batching::{BatchKeys, Batching};
use super::keys::{BATCH_SIZE, EPSILON, LAST_BATCH, LEARNING_RATE, REPLACEMENT};
use super::method::{Method, Optimizer};
use super::state::MethodState;
use super::traits::MethodTraits;
use super::update::{Progress, Step, Update};
use crate::numeric::{Kernel, Real, dispatch};
use crate::parameter::{Decides, Fallback, Interval, Kind, Parameter, read};

pub const METHOD: Method = Method::new(
    "adam",
    "Adam: steps scaled by running means of the gradient and of its square",
    &[LEARNING_RATE, BATCH_SIZE, BETA1, BETA2, EPSILON, REPLACEMENT, LAST_BATCH],
    include_str!("adam.rs"),
    |values| Ok(Box::new(read::<Adam>(values)?)),
);

const BETA1: Parameter = Parameter::new(
    "beta1",
    Kind::Float(Interval::FRACTION),
    Fallback::Literal("0.9"),
    Decides::Update,
    "β₁: the fraction of the mean of gradients that is kept",
);

const BETA2: Parameter = Parameter::new(
    "beta2",
    Kind::Float(Interval::FRACTION),
    Fallback::Literal("0.999"),
    Decides::Update,
    "β₂: the fraction of the mean of squared gradients that is kept",
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
        let powers = &mut state.scalars;
        for (power, beta) in powers.iter_mut().zip([self.beta1, self.beta2]) {
            *power = if step.k == 0 { beta } else { *power * beta };
        }
        let (rate, root) = (step.rate.to_f64() / (1.0 - powers[0]), (1.0 - powers[1]).sqrt());
        let [mean, square] = state.split(parameters.len());
        let of = T::from_f64;
        dispatch(Move {
            beta1: of(self.beta1),
            rest1: of(1.0 - self.beta1),
            beta2: of(self.beta2),
            rest2: of(1.0 - self.beta2),
            rate: of(rate),
            root: of(root),
            epsilon: of(self.epsilon),
            parameters,
            mean,
            square,
            gradient,
        });
        Progress::Moved
    }
}

struct Move<'a, T> {
    beta1: T,
    /// 1 − β₁
    rest1: T,
    beta2: T,
    /// 1 − β₂
    rest2: T,
    /// α_k/(1 − β₁^(k+1))
    rate: T,
    /// √(1 − β₂^(k+1))
    root: T,
    epsilon: T,
    parameters: &'a mut [T],
    mean: &'a mut [T],
    square: &'a mut [T],
    gradient: &'a [T],
}

impl<T: Real> Kernel for Move<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let means = self.mean.iter_mut().zip(self.square);
        for ((parameter, (mean, square)), &gradient) in self.parameters.iter_mut().zip(means).zip(self.gradient) {
            *mean = self.beta1.fused(*mean, self.rest1 * gradient);
            *square = self.beta2.fused(*square, self.rest2 * gradient * gradient);
            let scale = square.square_root() / self.root + self.epsilon;
            *parameter = *parameter - self.rate * *mean / scale;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::optimizer::{METHODS, build};
    use crate::shape::{Layout, ParameterBlock, Role};

    /// The first step goes by about α along each component whatever its size: m̂/√v̂ is its sign.
    #[test]
    fn the_first_step_has_the_length_of_the_rate_in_each_component() {
        let keys = "learning_rate = 0.1\nbatch_size = 1\nreplacement = false\nlast_batch = \"scaled\"\nbeta1 = 0.9\nbeta2 = 0.999\n\
                    epsilon = 1e-8";
        let adam = build(METHODS.row("adam").expect("exists"), &keys.parse().expect("TOML")).expect("builds");
        let layout = Layout::new(vec![ParameterBlock::new("weights", [3], Role::Weight)]);
        let step = Step { k: 0, rate: 0.1, previous_rate: 0.1, l1: 0.0, layout: &layout };
        let (mut theta, mut state) = ([0.0_f64; 3], MethodState::new(adam.traits(0.0), 3));
        adam.update(&step, &mut theta, &mut state, 0.0, &mut [1e-3, -1e3, 0.0]);
        for (found, expected) in theta.iter().zip([-0.1, 0.1, 0.0]) {
            assert!((found - expected).abs() <= 1e-5 * 0.1, "{found} instead of {expected}");
        }
    }
}
