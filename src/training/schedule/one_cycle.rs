//! One cycle over the whole trial: up to α, and down again far below the start.
//!
//! With K planned updates the rate goes from initial_fraction·α up to α at update p = rise_fraction·K − 1, and from there down to
//! final_fraction·α at the last update, K − 1. With `three_phase` it is back at initial_fraction·α at update 2p, and then goes down to
//! final_fraction·α. Each way is half a cosine, or a straight line (`anneal = "linear"`).
//! Where p ≤ 0 there is no rise.
//!
//! | key | symbol | default | range |
//! | --- | --- | --- | --- |
//! | `rise_fraction` | p ≈ rise_fraction·K | 0.3 | 0 ≤ x < 1; < 0.5 with `three_phase` |
//! | `initial_fraction` | rate at the start/α | 0.04 | 0 ≤ x < 1 |
//! | `final_fraction` | rate at the end/α | 4e-6 | 0 ≤ x < 1 |
//! | `anneal` | | `"cosine"` | `"cosine"`, `"linear"` |
//! | `three_phase` | | false | |
//!
//! PyTorch's `OneCycleLR` with `max_lr` = α, `total_steps` = K, `pct_start` = `rise_fraction`, `div_factor` = 1/initial_fraction,
//! `final_div_factor` = initial_fraction/final_fraction and `anneal_strategy` = `anneal`, stepped after each update. PyTorch also
//! cycles the momentum unless `cycle_momentum=False`: here it stays. optax's `cosine_onecycle_schedule` and
//! `linear_onecycle_schedule` peak at update ⌊rise_fraction·K⌋ and end at K, one later. K is the planned number of updates, less those
//! of a warm-up, whether or not a stopping rule ends the trial earlier: trials that differ in `epochs` take different steps.
//!
//! `schedule = { kind = "one_cycle", rise_fraction = 0.25 }`
//!
//! Smith and Topin, "Super-convergence: very fast training of neural networks using large learning rates", 2018. The paper has
//! `three_phase` and straight lines; PyTorch's defaults are those of fast.ai.

use serde::Deserialize;

use super::keys::{FINAL_FRACTION, between, cosine};
use super::schedule_kind::{Horizon, Schedule, ScheduleKind};
use crate::parameter::{Decides, Fallback, Interval, Kind, Parameter, read};

pub const ROW: ScheduleKind = ScheduleKind::new(
    "one_cycle",
    "up to α and far down again over the whole trial (Smith and Topin, 2018)",
    &[
        Parameter::new(
            "rise_fraction",
            Kind::Float(Interval::FRACTION),
            Fallback::Literal("0.3"),
            Decides::Update,
            "the part of the trial in which the rate rises",
        )
        .labelled("rise_fraction", "the part of one cycle in which the rate rises")
        .also_called(&["pct_start"]),
        Parameter::new(
            "initial_fraction",
            Kind::Float(Interval::FRACTION),
            Fallback::Literal("0.04"),
            Decides::Update,
            "the rate at the start, as a fraction of the learning rate (1/div_factor in PyTorch)",
        )
        .also_called(&["div_factor"]),
        Parameter {
            default: Fallback::Literal("4e-6"),
            synonyms: &["final_div_factor"],
            doc: "the rate at the end, as a fraction of the learning rate (1/(div_factor·final_div_factor) in PyTorch)",
            ..FINAL_FRACTION
        },
        Parameter::new(
            "anneal",
            Kind::Choice(&["cosine", "linear"]),
            Fallback::Literal("\"cosine\""),
            Decides::Update,
            "how the rate goes between two ends: half a cosine, or a straight line",
        )
        .also_called(&["anneal_strategy"]),
        Parameter::new(
            "three_phase",
            Kind::Boolean,
            Fallback::Literal("false"),
            Decides::Update,
            "fall to the initial rate as fast as it rose, and only then to the final one",
        ),
    ],
    include_str!("one_cycle.rs"),
    |values| Ok(Box::new(read::<OneCycle>(values)?)),
);

/// ```
/// use sweep_training::schedule::{Horizon, read};
///
/// let value: toml::Table = "kind = \"one_cycle\"\nrise_fraction = 0.5\ninitial_fraction = 0.5\nfinal_fraction = 0.0\n\
///                           anneal = \"linear\"\nthree_phase = false".parse()?;
/// let schedule = read(Some(&toml::Value::Table(value)))?;
/// let horizon = Horizon { steps: 10, steps_per_epoch: 10 };
/// assert_eq!([0, 2, 4, 9].map(|k| schedule.rate(0.8, k, horizon)), [0.4, 0.6000000000000001, 0.8, 0.0]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OneCycle {
    rise_fraction: f64,
    initial_fraction: f64,
    final_fraction: f64,
    anneal: Anneal,
    three_phase: bool,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Anneal {
    Cosine,
    Linear,
}

impl Schedule for OneCycle {
    fn rate(&self, learning_rate: f64, k: u64, horizon: Horizon) -> f64 {
        let last = horizon.steps.saturating_sub(1);
        let (k, last) = (k.min(last) as f64, last as f64);
        let (initial, end) = (self.initial_fraction * learning_rate, self.final_fraction * learning_rate);
        let peak = self.rise_fraction * horizon.steps as f64 - 1.0;
        // A rise of at most one update is none.
        if k <= peak && peak > 0.0 {
            return self.way(initial, learning_rate, k / peak);
        }
        let mut from = (peak, learning_rate);
        if self.three_phase {
            if k <= 2.0 * peak && peak > 0.0 {
                return self.way(learning_rate, initial, (k - peak) / peak);
            }
            from = (2.0 * peak, initial);
        }
        let length = last - from.0;
        self.way(from.1, end, if length > 0.0 { (k - from.0) / length } else { 1.0 })
    }

    fn knows_the_end(&self) -> bool {
        true
    }

    fn contradiction(&self) -> Option<(&'static str, &'static str)> {
        (self.three_phase && self.rise_fraction >= 0.5).then_some((
            "`three_phase` leaves nothing of the trial for the last phase, since rise and fall take `rise_fraction` each",
            "accepted with `three_phase`: a `rise_fraction` below 0.5",
        ))
    }
}

impl OneCycle {
    /// A share of the way from one rate to another.
    fn way(&self, from: f64, to: f64, share: f64) -> f64 {
        let left = match self.anneal {
            Anneal::Cosine => cosine(share),
            Anneal::Linear => 1.0 - share,
        };
        between(to, from, left)
    }
}
