//! Step decay: the rate is multiplied by a factor after each N epochs or steps.
//!
//! α_k = α·factor^⌊k/N⌋, k counting updates and N the updates of `every_epochs` epochs, or `every_steps`.
//!
//! | key | symbol | default | range |
//! | --- | --- | --- | --- |
//! | `every_epochs` | N, in epochs | this or `every_steps` | 1 to 10⁹ |
//! | `every_steps` | N, in updates | | 1 to 10¹² |
//! | `factor` | factor | 0.1 | 0 < factor < 1 |
//!
//! PyTorch's `StepLR` with `step_size` = N and `gamma` = `factor`, stepped after each epoch (`every_epochs`) or each update
//! (`every_steps`); optax's `exponential_decay` with `transition_steps` = N, `decay_rate` = `factor` and `staircase=True`. PyTorch
//! multiplies again and again, which differs in the last digits. With a full batch an epoch is one step. After a warm-up, epochs
//! count from its end.
//!
//! `schedule = { kind = "step", every_epochs = 30, factor = 0.1 }`
//!
//! He, Zhang, Ren and Sun, "Deep residual learning for image recognition", IEEE Conference on Computer Vision and Pattern
//! Recognition, 2016, divide the rate so by hand; Ge, Kakade, Kidambi and Netrapalli, "The step decay schedule: a near optimal,
//! geometrically decaying learning rate procedure for least squares", Neural Information Processing Systems, 2019.

use serde::Deserialize;

use super::keys::{FACTOR, given, updates};
use super::schedule_kind::{Horizon, Schedule, ScheduleKind};
use crate::parameter::{Decides, EPOCHS, Fallback, Parameter, STEPS, read};

pub const ROW: ScheduleKind = ScheduleKind::new(
    "step",
    "α·factor^⌊k/N⌋: the rate falls after each N epochs or steps (step decay)",
    &[
        Parameter::new(
            "every_epochs",
            EPOCHS,
            Fallback::Required,
            Decides::Update,
            "N: the epochs after each of which the rate falls",
        )
        .or("every_steps")
        .labelled("every_epochs", "the epochs after each of which step decay multiplies the rate")
        .also_called(&["step_size"]),
        Parameter::new(
            "every_steps",
            STEPS,
            Fallback::Absent,
            Decides::Update,
            "N counted in updates instead of epochs",
        )
        .labelled("every_steps", "the steps after each of which step decay multiplies the rate")
        .also_called(&["transition_steps", "decay_steps"]),
        FACTOR,
    ],
    include_str!("step.rs"),
    |values| Ok(Box::new(read::<StepDecay>(values)?)),
);

/// ```
/// use sweep_training::schedule::{Horizon, read};
///
/// let value: toml::Table = "kind = \"step\"\nevery_epochs = 2\nfactor = 0.5".parse()?;
/// let schedule = read(Some(&toml::Value::Table(value)))?;
/// let horizon = Horizon { steps: 60, steps_per_epoch: 10 };
/// assert_eq!([0, 19, 20, 40].map(|k| schedule.rate(0.8, k, horizon)), [0.8, 0.8, 0.4, 0.2]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct StepDecay {
    every_epochs: Option<u64>,
    every_steps: Option<u64>,
    factor: f64,
}

impl Schedule for StepDecay {
    fn rate(&self, learning_rate: f64, k: u64, horizon: Horizon) -> f64 {
        let falls = k / updates(self.every_epochs, self.every_steps, horizon);
        learning_rate * libm::pow(self.factor, falls as f64)
    }

    fn last_event(&self, horizon: Horizon) -> Option<(&'static str, u64)> {
        let key = given(self.every_epochs, ["every_epochs", "every_steps"]);
        Some((key, updates(self.every_epochs, self.every_steps, horizon)))
    }
}
