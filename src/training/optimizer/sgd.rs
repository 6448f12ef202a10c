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
//! | `schedule` | α_k | constant | |
//!
//! Unlike PyTorch's `DataLoader`, a shorter last batch by default contributes its sum divided by B, so that one
//! stray row does not get B times its weight; `last_batch = "keep"` is PyTorch's way.
//!
//! Robbins and Monro, "A stochastic approximation method", Annals of Mathematical Statistics 22, 1951.

use serde::Deserialize;

use super::momentum::Momentum;
use super::{BATCH_SIZE, Batching, LAST_BATCH, LEARNING_RATE, MOMENTUM, Method, NESTEROV, REPLACEMENT, SCHEDULE};
use crate::parameter::read;

pub const METHOD: Method = Method {
    name: "sgd",
    doc: "stochastic gradient descent on batches of rows, with momentum or Nesterov",
    parameters: &[LEARNING_RATE, BATCH_SIZE, MOMENTUM, NESTEROV, REPLACEMENT, LAST_BATCH, SCHEDULE],
    build: |values| {
        let sgd: Sgd = read(values)?;
        let batching = match sgd.batch_size {
            Size::Rows(size) => {
                Batching::Rows { size, replacement: sgd.replacement, keep: matches!(sgd.last_batch, LastBatch::Keep) }
            }
            Size::Word(Word::Full) => Batching::Full,
        };
        Ok(Box::new(Momentum { momentum: sgd.momentum, nesterov: sgd.nesterov, batching }))
    },
};

#[derive(Deserialize)]
struct Sgd {
    batch_size: Size,
    momentum: f64,
    nesterov: bool,
    replacement: bool,
    last_batch: LastBatch,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Size {
    Rows(u64),
    Word(Word),
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Word {
    Full,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum LastBatch {
    Scaled,
    Keep,
}
