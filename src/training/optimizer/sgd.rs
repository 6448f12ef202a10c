//! Stochastic gradient descent: each step takes a batch of training rows.
//!
//! θ ← θ − α_k·g, g the mean gradient over the batch, with momentum and Nesterov as documented in `momentum.rs`.
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
//! It also takes the keys of every method (`COMMON` in `keys.rs`).
//!
//! By default, and unlike with PyTorch's `DataLoader`, a shorter last batch contributes its sum divided by B, so that a
//! single remaining row does not get B times its weight. `last_batch = "keep"` does the same as PyTorch.
//!
//! Robbins and Monro, "A stochastic approximation method", Annals of Mathematical Statistics 22, 1951.

use serde::Deserialize;

use super::batching::BatchKeys;
use super::keys::{BATCH_SIZE, LAST_BATCH, LEARNING_RATE, MOMENTUM, NESTEROV, REPLACEMENT};
use super::method::Method;
use super::momentum::Momentum;
use crate::parameter::read;

pub const METHOD: Method = Method::new(
    "sgd",
    "stochastic gradient descent on batches of rows, with momentum or Nesterov",
    &[LEARNING_RATE, BATCH_SIZE, MOMENTUM, NESTEROV, REPLACEMENT, LAST_BATCH],
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
