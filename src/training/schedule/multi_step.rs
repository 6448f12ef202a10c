//! Multi-step decay: the rate is multiplied by a factor at each milestone.
//!
//! α_k = α·factor^n, n being the number of milestones at or before k updates (`milestone_steps`), or at or before the epochs that
//! they complete (`milestone_epochs`).
//!
//! | key | symbol | default | range |
//! | --- | --- | --- | --- |
//! | `milestone_epochs` | milestones, in epochs | this or `milestone_steps` | ascending, 1 to 10⁹ |
//! | `milestone_steps` | milestones, in updates | | ascending, 1 to 10¹² |
//! | `factor` | factor | 0.1 | 0 < factor < 1 |
//!
//! PyTorch's `MultiStepLR` with `milestones` and `gamma` = `factor`, stepped after each epoch or each update; optax's
//! `piecewise_constant_schedule` with the same factor at each boundary. A list is one value: several of them are
//! `{ values = [[30, 60], [40, 80]] }`. After a warm-up, milestones count from its end.
//!
//! `schedule = { kind = "multi_step", milestone_epochs = [30, 60, 80], factor = 0.2 }`
//!
//! He, Zhang, Ren and Sun, "Deep residual learning for image recognition", IEEE Conference on Computer Vision and Pattern
//! Recognition, 2016, § 4.2; the factor 0.2: Zagoruyko and Komodakis, "Wide residual networks", British Machine Vision Conference,
//! 2016.

use serde::Deserialize;

use super::keys::{FACTOR, given, updates};
use super::schedule_kind::{Horizon, Schedule, ScheduleKind};
use crate::parameter::{Decides, Fallback, Kind, MOST_EPOCHS, MOST_STEPS, Parameter, read};

pub const ROW: ScheduleKind = ScheduleKind::new(
    "multi_step",
    "α·factor^n after n milestones, in epochs or steps",
    &[
        Parameter::new(
            "milestone_epochs",
            Kind::Ascending { at_least: 1, at_most: MOST_EPOCHS },
            Fallback::Required,
            Decides::Update,
            "the epochs after which the rate falls: [30, 60, 80]",
        )
        .or("milestone_steps")
        .labelled("milestone_epochs", "the epochs after which multi-step decay multiplies the rate")
        .also_called(&["milestones", "boundaries"]),
        Parameter::new(
            "milestone_steps",
            Kind::Ascending { at_least: 1, at_most: MOST_STEPS },
            Fallback::Absent,
            Decides::Update,
            "milestones counted in updates instead of epochs",
        )
        .labelled("milestone_steps", "the steps after which multi-step decay multiplies the rate"),
        FACTOR,
    ],
    include_str!("multi_step.rs"),
    |values| Ok(Box::new(read::<MultiStepDecay>(values)?)),
);

/// ```
/// use sweep_training::schedule::{Horizon, read};
///
/// let value: toml::Table = "kind = \"multi_step\"\nmilestone_epochs = [2, 3]\nfactor = 0.5".parse()?;
/// let schedule = read(Some(&toml::Value::Table(value)))?;
/// let horizon = Horizon { steps: 60, steps_per_epoch: 10 };
/// assert_eq!([0, 19, 20, 30, 59].map(|k| schedule.rate(0.8, k, horizon)), [0.8, 0.8, 0.4, 0.2, 0.2]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MultiStepDecay {
    milestone_epochs: Option<Vec<u64>>,
    milestone_steps: Option<Vec<u64>>,
    factor: f64,
}

impl MultiStepDecay {
    /// The updates after which the rate falls, ascending.
    fn milestones(&self, horizon: Horizon) -> impl Iterator<Item = u64> {
        let in_epochs = self.milestone_epochs.iter().flatten().map(move |&epoch| updates(Some(epoch), None, horizon));
        in_epochs.chain(self.milestone_steps.iter().flatten().copied())
    }
}

impl Schedule for MultiStepDecay {
    fn rate(&self, learning_rate: f64, k: u64, horizon: Horizon) -> f64 {
        let falls = self.milestones(horizon).take_while(|milestone| *milestone <= k).count();
        learning_rate * libm::pow(self.factor, falls as f64)
    }

    fn last_event(&self, horizon: Horizon) -> Option<(&'static str, u64)> {
        let key = given(self.milestone_epochs.as_ref().map(|_| 0), ["milestone_epochs", "milestone_steps"]);
        Some((key, self.milestones(horizon).last()?))
    }
}
