//! Optimizers: one file per method, and their registry.
//!
//! An optimizer does not know that its trial belongs to a cohort. It names the point at which it needs the gradient,
//! and updates one trial's parameters, a contiguous slice, with it.

mod adam;
mod batching;
mod gd;
mod keys;
mod lbfgs;
mod method;
mod momentum;
mod parts;
mod sgd;
mod state;
mod update;

pub use batching::Batching;
pub use keys::COMMON;
pub use method::{BuildMethod, Method, MethodTraits, Optimizer};
pub use momentum::Momentum;
pub use parts::build;
pub use state::MethodState;
pub use update::{Progress, Step, Update};

use crate::registry::Registry;

/// All methods.
pub static METHODS: Registry<BuildMethod> = Registry {
    noun: "method",
    key: "method",
    common: COMMON,
    rows: &[gd::METHOD, sgd::METHOD, adam::METHOD, lbfgs::METHOD],
};
