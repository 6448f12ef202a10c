//! Decoupled weight decay: θ ← (1 − α_k·λ)·θ before an update.

use serde::Deserialize;

use super::clipping::Scale;
use crate::numeric::{Kernel, Real, dispatch};
use crate::optimizer::update::Step;

#[derive(Deserialize)]
pub struct WeightDecay {
    #[serde(default)]
    weight_decay: f64,
    #[serde(default)]
    decay: Decayed,
}

/// The parameters that weight decay acts on.
#[derive(Deserialize, Clone, Copy, Default)]
#[serde(rename_all = "snake_case")]
pub enum Decayed {
    #[default]
    All,
    Weights,
}

impl WeightDecay {
    pub fn is_off(&self) -> bool {
        self.weight_decay <= 0.0
    }

    /// λ, if it acts on biases too.
    pub fn of_biases(&self) -> f64 {
        match self.decay {
            Decayed::All => self.weight_decay,
            Decayed::Weights => 0.0,
        }
    }

    /// Shrinks the parameters, and moves by as much what `carried`, `[d]` or empty, holds of them.
    pub fn shrink<T: Real>(&self, step: &Step<'_, T>, parameters: &mut [T], carried: &mut [T]) {
        if self.is_off() {
            return;
        }
        let factor = T::ONE - step.rate * T::from_f64(self.weight_decay);
        let all = 0..parameters.len();
        let decayed = match self.decay {
            Decayed::All => std::slice::from_ref(&all),
            Decayed::Weights => step.layout.weights(),
        };
        for range in decayed {
            let parameters = &mut parameters[range.clone()];
            if let Some(carried) = carried.get_mut(range.clone()) {
                dispatch(Follow { factor, parameters, carried });
            }
            dispatch(Scale { factor, values: parameters });
        }
    }
}

/// Moves a point by what the decay will move the parameters.
struct Follow<'a, T> {
    factor: T,
    parameters: &'a [T],
    carried: &'a mut [T],
}

impl<T: Real> Kernel for Follow<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let rest = self.factor - T::ONE;
        for (carried, parameter) in self.carried.iter_mut().zip(self.parameters) {
            *carried = rest.fused(*parameter, *carried);
        }
    }
}
