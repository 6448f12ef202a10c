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
//! let step = Step { k: 0, rate: 0.5, previous_rate: 0.5, l1: 0.0, layout: &layout };
//! let (mut theta, mut state) = ([1.0, 2.0], MethodState::new(method.traits(0.0), 2));
//! method.update(&step, &mut theta, &mut state, 0.0, &mut [1.0, 0.0]);
//! assert_eq!(theta, [0.25, 1.5], "θ decays by α·λ, and then moves by α·g");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod adam;
mod batching;
mod gd;
mod keys;
mod lbfgs;
mod line_search;
mod method;
mod momentum;
mod parts;
mod sgd;
mod state;
mod traits;
mod update;

pub use batching::Batching;
pub use keys::{BATCH_SIZE, COMMON, LEARNING_RATE};
pub use method::{BuildMethod, Method, Optimizer};
pub use momentum::Momentum;
pub use parts::build;
pub use state::MethodState;
pub use traits::MethodTraits;
pub use update::{Progress, Step, Update};

use crate::registry::Registry;

/// All methods.
pub static METHODS: Registry<BuildMethod> = Registry {
    noun: "method",
    key: "method",
    common: COMMON,
    rows: &[gd::METHOD, sgd::METHOD, adam::METHOD, lbfgs::METHOD],
};
