//! Stochastic gradient descent: each step takes a batch of training rows.
//!
//! θ ← θ − α_k·g, where g is the mean gradient over the batch.
//!
//! With momentum: v ← β·v + g, θ ← θ − α_k·v. With Nesterov too: v ← β·v + g, θ ← θ − α_k·(g + β·v). These are the forms of
//! PyTorch's `SGD` with dampening 0.
//!
//! Under l1 each step is proximal, so that zeros are exact: p = θ + β·(α_k/α_{k−1})·(θ − θ_last), then θ ← soft(p − α_k·g, α_k·l1),
//! with g at θ, or at p with Nesterov. Heavy ball is then the method above as l1 goes to 0; Nesterov's is another form, whose path
//! differs a little (its first step has no momentum).
//!
//! | key | symbol | default | range |
//! | --- | --- | --- | --- |
//! | `learning_rate` | α | required | > 0 |
//! | `batch_size` | B | 1 | ≥ 1, or `"full"` |
//! | `momentum` | β | 0 | 0 ≤ β < 1 |
//! | `nesterov` | | false | |
//! | `replacement` | | false | |
//! | `last_batch` | | `"scaled"` | `"scaled"`, `"keep"` |
//!
//! By default, and unlike with PyTorch's `DataLoader`, a shorter last batch contributes its sum divided by B, so that a
//! single remaining row does not get B times its weight. `last_batch = "keep"` does the same as PyTorch.
//!
//! Robbins and Monro, "A stochastic approximation method", Annals of Mathematical Statistics 22, 1951.
//!
//! ```toml
//! [optimizers.sgd]
//! method = "sgd"
//! learning_rate = { from = 1e-4, to = 0.1, count = 7, scale = "log" }
//! batch_size = [8, 32]
//! ```

use serde::Deserialize;

use super::batching::BatchKeys;
use super::keys::{BATCH_SIZE, LAST_BATCH, LEARNING_RATE, MOMENTUM, NESTEROV, REPLACEMENT};
use super::method::Method;
use super::momentum::Momentum;
use crate::parameter::read;

pub const METHOD: Method = Method::new(
    "sgd",
    "stochastic gradient descent on batches of rows, with momentum or Nesterov",
    &[LEARNING_RATE.default_elsewhere(1e-3, "torch"), BATCH_SIZE, MOMENTUM, NESTEROV, REPLACEMENT, LAST_BATCH],
    include_str!("sgd.rs"),
    |values| {
        let Sgd { momentum, nesterov, batches } = read(values)?;
        Ok(Box::new(Momentum { momentum, nesterov, batching: batches.batching() }))
    },
);

#[derive(Deserialize)]
struct Sgd {
    momentum: f64,
    nesterov: bool,
    #[serde(flatten)]
    batches: BatchKeys,
}
