//! Optimizers: one file per method, and their registry.
//!
//! An optimizer does not know that its trial belongs to a cohort. It names the point at which it needs the gradient,
//! and updates one trial's parameters, a contiguous slice, with it.

mod batching;
mod gd;
mod keys;
mod method;
mod momentum;
mod sgd;
mod update;

pub use batching::Batching;
pub use method::{Method, Optimizer};
pub use momentum::Momentum;
pub use update::{Step, Update};

/// All methods.
pub static METHODS: &[Method] = &[gd::METHOD, sgd::METHOD];

#[must_use]
pub fn method(name: &str) -> Option<&'static Method> {
    METHODS.iter().find(|method| method.name == name)
}
