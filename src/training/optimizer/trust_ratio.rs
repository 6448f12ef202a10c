//! What LAMB and LARS share: the length of a tensor relative to that of its step, and a decay that is part of the step.

use serde::Deserialize;

use super::parts::Decayed;
use crate::numeric::{Real, norm_squared};
use crate::shape::{Role, Tensor};

/// The line of `weight_decay` where it is part of the step.
pub const TRUST_DECAY: &str = "λ: λ·θ is added to the direction before its length is taken";

/// A weight decay inside the step.
#[derive(Deserialize)]
pub struct TrustDecay {
    #[serde(default)]
    weight_decay: f64,
    #[serde(default)]
    decay: Decayed,
}

impl TrustDecay {
    /// λ, if it acts on biases too.
    pub const fn of_biases(&self) -> f64 {
        match self.decay {
            Decayed::All => self.weight_decay,
            Decayed::Weights => 0.0,
        }
    }

    /// λ for a tensor.
    pub fn of(&self, tensor: &Tensor) -> f64 {
        match (self.decay, tensor.role) {
            (Decayed::Weights, Role::Bias | Role::Scale) => 0.0,
            _ => self.weight_decay,
        }
    }
}

/// ‖θ‖/(‖u‖ + ε) of a tensor; `None` where one of the norms is 0.
pub fn trust_ratio<T: Real>(tensor: &Tensor, parameters: &[T], direction: &[T], epsilon: f64) -> Option<f64> {
    let norm = |values: &[T]| {
        let squares = tensor.rows.iter().map(|row| norm_squared(&values[row.clone()]).to_f64());
        squares.fold(0.0, |sum, square| sum + square).sqrt()
    };
    let (parameters, direction) = (norm(parameters), norm(direction));
    (parameters != 0.0 && direction != 0.0).then(|| parameters / (direction + epsilon))
}
