//! Models: one file per family, and their registry.
//!
//! A model gives outputs, loss and gradient for all trials of a cohort at once, because trials that share a batch share
//! its products. One that is linear least squares also gives the rows that its parameters multiply.

mod family;
mod init;
mod keys;
mod linear;
mod passes;
mod polynomial;
mod squared_error;
mod workspace;

pub use family::{Family, LeastSquares, Model, Penalty};
pub use passes::{BLOCK, Batch, Passes};
pub use squared_error::half_squared_error;
pub use workspace::Workspace;

/// All families.
pub static FAMILIES: &[Family] = &[linear::FAMILY, polynomial::FAMILY];

#[must_use]
pub fn family(name: &str) -> Option<&'static Family> {
    FAMILIES.iter().find(|family| family.name == name)
}
