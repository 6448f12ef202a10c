//! AdamW: Adam with decoupled weight decay.
//!
//! θ ← (1 − α_k·λ)·θ, then the step of `adam`.
//!
//! | key | symbol | default | range |
//! | --- | --- | --- | --- |
//! | `learning_rate` | α | required | > 0 |
//! | `batch_size` | B | 1 | ≥ 1, or `"full"` |
//! | `beta1` | β₁ | 0.9 | 0 ≤ β₁ < 1 |
//! | `beta2` | β₂ | 0.999 | 0 ≤ β₂ < 1 |
//! | `epsilon` | ε | 1e-8 | > 0 |
//! | `weight_decay` | λ | 0.01 | ≥ 0 |
//! | `replacement` | | false | |
//! | `last_batch` | | `"scaled"` | `"scaled"`, `"keep"` |
//!
//! It is `adam` with another default of `weight_decay`: the trials of both are the same where their keys are. The form and the defaults are those of PyTorch's
//! `AdamW`, which decays all parameters, the bias too: where the mean of the target is far from 0, use `decay = "weights"`. optax's `adamw` has λ = 1e-4. In the paper the decay follows
//! the schedule but not α.
//!
//! Loshchilov and Hutter, "Decoupled weight decay regularization", International Conference on Learning Representations, 2019.
//!
//! ```toml
//! [optimizers.adamw]
//! method = "adamw"
//! learning_rate = { from = 1e-4, to = 0.1, count = 7, scale = "log" }
//! batch_size = 32
//! weight_decay = [0.0, 0.01, 0.1]
//! ```

use super::adam;
use super::keys::{BATCH_SIZE, BETA1, BETA2, EPSILON, LAST_BATCH, LEARNING_RATE, REPLACEMENT, WEIGHT_DECAY};
use super::method::Method;
use crate::parameter::{Fallback, Parameter};

pub const METHOD: Method = Method::new(
    "adamw",
    "AdamW: Adam with decoupled weight decay",
    &[
        LEARNING_RATE.default_elsewhere(1e-3, "torch"),
        BATCH_SIZE,
        BETA1,
        BETA2,
        EPSILON,
        DECAYED,
        REPLACEMENT,
        LAST_BATCH,
    ],
    include_str!("adamw.rs"),
    adam::METHOD.build,
);

pub const DECAYED: Parameter = Parameter { default: Fallback::Literal("0.01"), ..WEIGHT_DECAY };
