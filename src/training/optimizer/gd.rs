//! Gradient descent: every step takes every training row. It gives the same bits as `sgd` with `batch_size = "full"`.
//!
//! θ ← θ − α_k·g, where g = ∇J(θ).
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
//! | `momentum` | β | 0 | 0 ≤ β < 1 |
//! | `nesterov` | | false | |
//!
//! Cauchy, "Méthode générale pour la résolution des systèmes d'équations simultanées", 1847.
//!
//! ```toml
//! [optimizers.gd]
//! method = "gd"
//! learning_rate = { from = 1e-3, to = 1.0, count = 7, scale = "log" }
//! momentum = [0.0, 0.9]
//! ```

use serde::Deserialize;

use super::batching::Batching;
use super::keys::{LEARNING_RATE, MOMENTUM, NESTEROV};
use super::method::Method;
use super::momentum::Momentum;
use crate::parameter::read;

pub const METHOD: Method = Method::new(
    "gd",
    "gradient descent on all training rows, with momentum or Nesterov",
    &[LEARNING_RATE.default_elsewhere(1e-3, "torch"), MOMENTUM, NESTEROV],
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
