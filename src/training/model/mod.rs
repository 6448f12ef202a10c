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

pub use family::{BuildModel, Family, LeastSquares, Model, Penalty};
pub use passes::{BLOCK, Batch, Passes};
pub use squared_error::half_squared_error;
pub use workspace::Workspace;

use crate::registry::Registry;

/// All families.
pub static FAMILIES: Registry<BuildModel> =
    Registry { noun: "model", key: "kind", common: &[], rows: &[linear::FAMILY, polynomial::FAMILY] };
