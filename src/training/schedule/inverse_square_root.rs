//! Inverse square root: α_k = α/√(1 + k/T), k counting updates and T the timescale.
//!
//! | key | symbol | default | range |
//! | --- | --- | --- | --- |
//! | `timescale_steps` | T, in updates | this or `timescale_epochs` | 1 to 10¹² |
//! | `timescale_epochs` | T, in epochs | | 1 to 10⁹ |
//!
//! After T updates the rate is α/√2, after 3T half of α. T = 1 is α/√(k + 1), the rate of stochastic approximation for convex losses.
//! With a warm-up of W = T steps before it, the rate after k ≥ W updates of the trial is α·√(W/k), as in the paper below and in
//! fairseq's `inverse_sqrt`; the same as `get_inverse_sqrt_schedule` of transformers for any T (its `timescale`). The paper scales
//! by the width of its model too, and its warm-up begins at 0 (`warmup_start_factor = 0.0`). Neither PyTorch nor optax has it.
//!
//! `schedule = { kind = "inverse_square_root", timescale_steps = 4000, warmup_steps = 4000, warmup_start_factor = 0.0 }`
//!
//! Vaswani and others, "Attention is all you need", Neural Information Processing Systems, 2017, equation 3; α/√k: Nemirovski,
//! Juditsky, Lan and Shapiro, "Robust stochastic approximation approach to stochastic programming", SIAM Journal on Optimization
//! 19, 2009.

use serde::Deserialize;

use super::keys::updates;
use super::schedule_kind::{Horizon, Schedule, ScheduleKind};
use crate::parameter::{Decides, EPOCHS, Fallback, Parameter, STEPS, read};

pub const ROW: ScheduleKind = ScheduleKind::new(
    "inverse_square_root",
    "α/√(1 + k/T) after k updates, T being the timescale (Vaswani and others, 2017)",
    &[
        Parameter::new(
            "timescale_steps",
            STEPS,
            Fallback::Required,
            Decides::Update,
            "T: the updates after which the rate is α/√2; 1 for α/√(k + 1)",
        )
        .or("timescale_epochs")
        .labelled("timescale_steps", "the steps after which the inverse square root has the rate α/√2")
        .also_called(&["timescale"]),
        Parameter::new(
            "timescale_epochs",
            EPOCHS,
            Fallback::Absent,
            Decides::Update,
            "T counted in epochs instead of updates",
        )
        .labelled("timescale_epochs", "the epochs after which the inverse square root has the rate α/√2"),
    ],
    include_str!("inverse_square_root.rs"),
    |values| Ok(Box::new(read::<InverseSquareRoot>(values)?)),
);

/// ```
/// use sweep_training::schedule::{Horizon, read};
///
/// let value: toml::Table = "kind = \"inverse_square_root\"\ntimescale_steps = 4".parse()?;
/// let schedule = read(Some(&toml::Value::Table(value)))?;
/// let horizon = Horizon { steps: 60, steps_per_epoch: 10 };
/// assert_eq!([0, 12, 60].map(|k| schedule.rate(0.8, k, horizon)), [0.8, 0.4, 0.2]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct InverseSquareRoot {
    timescale_steps: Option<u64>,
    timescale_epochs: Option<u64>,
}

impl Schedule for InverseSquareRoot {
    fn rate(&self, learning_rate: f64, k: u64, horizon: Horizon) -> f64 {
        let timescale = updates(self.timescale_epochs, self.timescale_steps, horizon) as f64;
        learning_rate / libm::sqrt(1.0 + k as f64 / timescale)
    }
}
