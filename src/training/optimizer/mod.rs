//! Optimizers: one file per method, and their registry.
//!
//! An optimizer does not know that its trial belongs to a cohort. It names the point at which it needs the gradient,
//! and updates one trial's parameters, a contiguous slice, with it.
//!
//! ```
//! use sweep_training::optimizer::{METHODS, MethodState, Optimizer, Step, build};
//! use sweep_training::shape::{Layout, ParameterBlock, Role};
//!
//! let values = "learning_rate = 0.5\nmomentum = 0.0\nnesterov = false\nweight_decay = 0.5".parse()?;
//! let method = build(METHODS.row("gd").ok_or("no such method")?, &values)?;
//! let layout = Layout::new(vec![ParameterBlock::new("weights", [2], Role::Weight)]);
//! let step = Step { k: 0, learning_rate: 0.5, rate: 0.5, previous_rate: 0.5, l1: 0.0, layout: &layout };
//! let (mut theta, mut state) = ([1.0, 2.0], MethodState::new(method.traits(0.0), 2));
//! method.update(&step, &mut theta, &mut state, 0.0, &mut [1.0, 0.0]);
//! assert_eq!(theta, [0.25, 1.5], "θ decays by α·λ, and then moves by α·g");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod adabelief;
mod adadelta;
mod adagrad;
mod adam;
mod adamax;
mod adamw;
mod adan;
mod ademamix;
mod adopt;
mod amsgrad;
mod asgd;
mod average;
mod batching;
mod by_component;
mod dog;
mod gd;
mod keys;
mod lamb;
mod lars;
mod lbfgs;
mod line_search;
mod lion;
mod method;
mod momentum;
mod muon;
mod nadam;
mod nadamw;
mod parts;
mod polyak;
mod preconditioner;
mod prodigy;
mod radam;
mod rest;
mod rmsprop;
mod rprop;
mod running_mean;
mod schedule_free;
mod schedule_free_adamw;
mod schedule_free_sgd;
mod sgd;
mod signum;
mod state;
mod traits;
mod trust_ratio;
mod update;
mod yogi;

pub use average::AVERAGES;
pub use batching::Batching;
pub use keys::{BATCH_SIZE, COMMON, LEARNING_RATE, ROW_KEYS};
pub use method::{BuildMethod, Method, Optimizer};
pub use momentum::Momentum;
pub use parts::build;
pub use preconditioner::Preconditioner;
pub use state::MethodState;
pub use traits::MethodTraits;
pub use update::{Progress, Step, Update};

use crate::registry::Registry;

/// Methods that are another one with other defaults, and are called as people call them: their trials are trials of that one.
const ALIASES: [(&str, &str); 2] = [("adamw", "adam"), ("nadamw", "nadam")];

/// The method that another one stands for, which takes the same keys.
#[must_use]
pub fn alias(method: &str) -> Option<&'static str> {
    ALIASES.iter().find(|(name, _)| *name == method).map(|(_, method)| *method)
}

/// All methods.
pub static METHODS: Registry<BuildMethod> = Registry {
    noun: "method",
    key: "method",
    common: COMMON,
    rows: &[
        gd::METHOD,
        sgd::METHOD,
        asgd::METHOD,
        adagrad::METHOD,
        adadelta::METHOD,
        rmsprop::METHOD,
        adam::METHOD,
        adamw::METHOD,
        amsgrad::METHOD,
        nadam::METHOD,
        nadamw::METHOD,
        adamax::METHOD,
        radam::METHOD,
        lion::METHOD,
        rprop::METHOD,
        lbfgs::METHOD,
        schedule_free_sgd::METHOD,
        schedule_free_adamw::METHOD,
        muon::METHOD,
        adabelief::METHOD,
        adan::METHOD,
        ademamix::METHOD,
        lamb::METHOD,
        lars::METHOD,
        yogi::METHOD,
        adopt::METHOD,
        signum::METHOD,
        prodigy::METHOD,
        dog::METHOD,
        polyak::METHOD,
    ],
};
