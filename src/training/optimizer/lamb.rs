//! LAMB: Adam whose step, in each tensor, has a length relative to that of the parameters.
//!
//! m ← β₁·m + (1 − β₁)·g, v ← β₂·v + (1 − β₂)·g², u = m/(1 − β₁^(k+1)) / (√(v/(1 − β₂^(k+1))) + ε) + λ·θ, where k counts the updates before this
//! one. In each tensor (the weights, the biases) θ ← θ − α_k·‖θ‖/‖u‖·u; the ratio is 1 where one of the norms is 0.
//!
//! | key | symbol | default | range |
//! | --- | --- | --- | --- |
//! | `learning_rate` | α | required | > 0 |
//! | `batch_size` | B | 1 | ≥ 1, or `"full"` |
//! | `beta1` | β₁ | 0.9 | 0 ≤ β₁ < 1 |
//! | `beta2` | β₂ | 0.999 | 0 ≤ β₂ < 1 |
//! | `epsilon` | ε | 1e-6 | > 0 |
//! | `weight_decay` | λ | 0 | ≥ 0 |
//! | `decay` | | `"all"` | `"all"`, `"weights"` |
//! | `replacement` | | false | |
//! | `last_batch` | | `"scaled"` | `"scaled"`, `"keep"` |
//!
//! The form and the defaults are those of optax's `lamb`. `weight_decay` enters the ratio, and is not the decoupled decay of other methods. In the paper a bound of
//! ‖θ‖ may stand for it. The weights of all outputs of a linear model are one tensor. From zeros, a tensor grows by its first step at the ratio 1.
//!
//! You et al., "Large batch optimization for deep learning: training BERT in 76 minutes", International Conference on Learning Representations, 2020.
//!
//! ```toml
//! [optimizers.lamb]
//! method = "lamb"
//! learning_rate = { from = 1e-3, to = 1.0, count = 7, scale = "log" }
//! batch_size = 64
//! ```

use serde::Deserialize;

use super::batching::{BatchKeys, Batching};
use super::by_component::{Along, Rule, by_component};
use super::keys::{BATCH_SIZE, BETA1, BETA2, DECAY, EPSILON, LAST_BATCH, LEARNING_RATE, REPLACEMENT, WEIGHT_DECAY};
use super::method::{Method, Optimizer};
use super::running_mean::RunningMean;
use super::state::MethodState;
use super::traits::MethodTraits;
use super::trust_ratio::{TRUST_DECAY, TrustDecay, trust_ratio};
use super::update::{Progress, Step, Update};
use crate::numeric::Real;
use crate::parameter::{Fallback, Parameter, read};

pub const METHOD: Method = Method::new(
    "lamb",
    "LAMB: Adam whose step, in each tensor, has a length relative to that of the parameters",
    &[
        LEARNING_RATE.default_elsewhere(1e-3, "pytorch_optimizer"),
        BATCH_SIZE,
        BETA1,
        BETA2,
        Parameter { default: Fallback::Literal("1e-6"), ..EPSILON },
        Parameter { doc: TRUST_DECAY, ..WEIGHT_DECAY },
        DECAY,
        REPLACEMENT,
        LAST_BATCH,
    ],
    include_str!("lamb.rs"),
    |values| Ok(Box::new(read::<Lamb>(values)?)),
);

#[derive(Deserialize)]
struct Lamb {
    beta1: f64,
    beta2: f64,
    epsilon: f64,
    #[serde(flatten)]
    decay: TrustDecay,
    #[serde(flatten)]
    batches: BatchKeys,
}

impl Optimizer for Lamb {
    fn traits(&self, _l1: f64) -> MethodTraits {
        // The means; β₁^k and β₂^k.
        MethodTraits { vectors: 2, scalars: 2, ..MethodTraits::default() }
    }

    fn batching(&self) -> Batching {
        self.batches.batching()
    }

    fn decay_of_biases(&self) -> f64 {
        self.decay.of_biases()
    }
}

impl<T: Real> Update<T> for Lamb {
    fn update(
        &self,
        step: &Step<'_, T>,
        parameters: &mut [T],
        state: &mut MethodState<T>,
        _loss: f64,
        gradient: &mut [T],
    ) -> Progress {
        let [power1, power2] = state.powers(step.k, [self.beta1, self.beta2]);
        let (of, d) = (T::from_f64, parameters.len());
        let [mean, square] = state.split(d);
        for tensor in step.layout.tensors() {
            let rule = Components {
                mean: RunningMean::new(self.beta1),
                square: RunningMean::new(self.beta2),
                correction1: of(1.0 - power1),
                correction2: of(1.0 - power2),
                epsilon: of(self.epsilon),
                decay: of(self.decay.of(tensor)),
            };
            for row in &tensor.rows {
                let row = row.clone();
                let state = [&mut mean[row.clone()], &mut square[row.clone()]];
                by_component(&rule, &mut gradient[row.clone()], &parameters[row], state);
            }
            let rate = step.rate.to_f64() * trust_ratio(tensor, parameters, gradient, 0.0).unwrap_or(1.0);
            for row in &tensor.rows {
                by_component(&Along(of(rate)), &mut parameters[row.clone()], &gradient[row.clone()], []);
            }
        }
        Progress::Moved
    }
}

/// Makes a gradient the direction u, given the parameter.
struct Components<T> {
    mean: RunningMean<T>,
    square: RunningMean<T>,
    /// 1 − β₁^(k+1)
    correction1: T,
    /// 1 − β₂^(k+1)
    correction2: T,
    epsilon: T,
    decay: T,
}

impl<T: Real> Rule<T, 2> for Components<T> {
    #[inline(always)]
    fn step(&self, gradient: T, parameter: T, [mean, square]: [T; 2]) -> (T, [T; 2]) {
        let mean = self.mean.with(mean, gradient);
        let square = self.square.with_square(square, gradient);
        let scale = (square / self.correction2).square_root() + self.epsilon;
        (self.decay.fused(parameter, mean / self.correction1 / scale), [mean, square])
    }
}
