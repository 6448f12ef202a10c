//! NadamW: NAdam with decoupled weight decay.
//!
//! θ ← (1 − α_k·λ)·θ, then the step of `nadam`.
//!
//! | key | symbol | default | range |
//! | --- | --- | --- | --- |
//! | `learning_rate` | α | required | > 0 |
//! | `batch_size` | B | 1 | ≥ 1, or `"full"` |
//! | `beta1` | β₁ | 0.9 | 0 ≤ β₁ < 1 |
//! | `beta2` | β₂ | 0.999 | 0 ≤ β₂ < 1 |
//! | `epsilon` | ε | 1e-8 | > 0 |
//! | `momentum_decay` | ψ | 4e-3 | ≥ 0 |
//! | `weight_decay` | λ | 0.01 | ≥ 0 |
//! | `replacement` | | false | |
//! | `last_batch` | | `"scaled"` | `"scaled"`, `"keep"` |
//!
//! It is `nadam` with another default of `weight_decay`: the trials of both are the same where their keys are. The form is that of PyTorch's `NAdam` with
//! `decoupled_weight_decay=True`. The baseline of AlgoPerf and optax's `nadamw` keep the weight of the momentum at β₁.
//!
//! Dozat, "Incorporating Nesterov momentum into Adam", International Conference on Learning Representations, workshop track, 2016; Dahl et al., "Benchmarking
//! neural network training algorithms", arXiv 2306.07179, 2023.
//!
//! ```toml
//! [optimizers.nadamw]
//! method = "nadamw"
//! learning_rate = { from = 1e-4, to = 0.1, count = 7, scale = "log" }
//! batch_size = 32
//! weight_decay = [0.0, 0.01, 0.1]
//! ```

use super::adamw::DECAYED;
use super::keys::{BATCH_SIZE, BETA1, BETA2, EPSILON, LAST_BATCH, LEARNING_RATE, REPLACEMENT};
use super::method::Method;
use super::nadam::{self, MOMENTUM_DECAY};

pub const METHOD: Method = Method::new(
    "nadamw",
    "NadamW: NAdam with decoupled weight decay",
    &[
        LEARNING_RATE.default_elsewhere(2e-3, "torch"),
        BATCH_SIZE,
        BETA1,
        BETA2,
        EPSILON,
        MOMENTUM_DECAY,
        DECAYED,
        REPLACEMENT,
        LAST_BATCH,
    ],
    include_str!("nadamw.rs"),
    nadam::METHOD.build,
);
