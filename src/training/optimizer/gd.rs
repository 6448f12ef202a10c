//! Gradient descent: every step takes every training row. It gives the same bits as [`super::sgd`] with `batch_size =
//! "full"`.
//!
//! θ ← θ − α_k·∇J(θ), with momentum and Nesterov as documented in `momentum.rs`.
//!
//! | key | symbol | default | range |
//! | --- | --- | --- | --- |
//! | `learning_rate` | α | required | > 0 |
//! | `momentum` | β | 0 | 0 ≤ β < 1 |
//! | `nesterov` | | false | |
//!
//! It also takes the keys of every method (`COMMON` in `keys.rs`).
//!
//! Cauchy, "Méthode générale pour la résolution des systèmes d'équations simultanées", 1847.

use serde::Deserialize;

use super::batching::Batching;
use super::keys::{LEARNING_RATE, MOMENTUM, NESTEROV};
use super::method::Method;
use super::momentum::Momentum;
use crate::parameter::read;

pub const METHOD: Method = Method::new(
    "gd",
    "gradient descent on all training rows, with momentum or Nesterov",
    &[LEARNING_RATE, MOMENTUM, NESTEROV],
    include_str!("gd.rs"),
    |values| {
        let gd: Gd = read(values)?;
        Ok(Box::new(Momentum { momentum: gd.momentum, nesterov: gd.nesterov, batching: Batching::Full }))
    },
);

#[derive(Deserialize)]
struct Gd {
    momentum: f64,
    nesterov: bool,
}
