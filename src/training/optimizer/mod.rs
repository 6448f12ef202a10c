//! How parameters move: one file per method.
//!
//! An optimizer does not know that it is trained in a cohort. It names the point at which it wants the gradient and
//! updates one trial's parameters, a contiguous slice, from it.

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

/// Every method that exists.
pub static METHODS: &[Method] = &[gd::METHOD, sgd::METHOD];

#[must_use]
pub fn method(name: &str) -> Option<&'static Method> {
    METHODS.iter().find(|method| method.name == name)
}
