//! Exponential decay: the rate falls by a factor in each N epochs or steps, a little at every update.
//!
//! α_k = α·factor^(k/N), k counting updates and N the updates of `every_epochs` epochs, or `every_steps`.
//!
//! | key | symbol | default | range |
//! | --- | --- | --- | --- |
//! | `factor` | factor | required | 0 < factor < 1 |
//! | `every_epochs` | N, in epochs | this or `every_steps` | 1 to 10⁹ |
//! | `every_steps` | N, in updates | | 1 to 10¹² |
//!
//! optax's `exponential_decay` with `decay_rate` = `factor` and `transition_steps` = N. PyTorch's `ExponentialLR` with `gamma` =
//! `factor` is `every_steps = 1` if it is stepped after each update. Stepped after each epoch, its rate stays within an epoch: that is
//! the schedule `step` with `every_epochs = 1`; with `every_epochs = 1` here the two agree where an epoch begins.
//!
//! `schedule = { kind = "exponential", factor = 0.95, every_epochs = 1 }`
//!
//! Li and Arora, "An exponential learning rate schedule for deep learning", International Conference on Learning Representations,
//! 2020; for subgradients Goffin, "On convergence rates of subgradient optimization methods", Mathematical Programming 13, 1977.

use serde::Deserialize;

use super::keys::{FACTOR, updates};
use super::schedule_kind::{Horizon, Schedule, ScheduleKind};
use crate::parameter::{Decides, EPOCHS, Fallback, Parameter, STEPS, read};

pub const ROW: ScheduleKind = ScheduleKind::new(
    "exponential",
    "α·factor^(k/N): the rate falls by a factor in each N epochs or steps, smoothly",
    &[
        Parameter { default: Fallback::Required, doc: "what the rate is multiplied by in N epochs or steps", ..FACTOR },
        Parameter::new(
            "every_epochs",
            EPOCHS,
            Fallback::Required,
            Decides::Update,
            "N: the epochs in which the rate falls by the factor",
        )
        .or("every_steps")
        .labelled("every_epochs", "the epochs in which exponential decay multiplies the rate"),
        Parameter::new(
            "every_steps",
            STEPS,
            Fallback::Absent,
            Decides::Update,
            "N counted in updates instead of epochs",
        )
        .labelled("every_steps", "the steps in which exponential decay multiplies the rate")
        .also_called(&["transition_steps", "decay_steps"]),
    ],
    include_str!("exponential.rs"),
    |values| Ok(Box::new(read::<Exponential>(values)?)),
);

/// ```
/// use sweep_training::schedule::{Horizon, read};
///
/// let value: toml::Table = "kind = \"exponential\"\nfactor = 0.25\nevery_epochs = 1".parse()?;
/// let schedule = read(Some(&toml::Value::Table(value)))?;
/// let horizon = Horizon { steps: 60, steps_per_epoch: 10 };
/// assert_eq!([0, 5, 10].map(|k| schedule.rate(0.8, k, horizon)), [0.8, 0.4, 0.2]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Exponential {
    factor: f64,
    every_epochs: Option<u64>,
    every_steps: Option<u64>,
}

impl Schedule for Exponential {
    fn rate(&self, learning_rate: f64, k: u64, horizon: Horizon) -> f64 {
        let falls = k as f64 / updates(self.every_epochs, self.every_steps, horizon) as f64;
        learning_rate * libm::pow(self.factor, falls)
    }
}
