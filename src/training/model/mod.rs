//! Models: one file per family, and their registry.
//!
//! A model gives outputs, loss and gradient for all trials of a cohort at once, because trials that share a batch share
//! its products. One that is linear in its parameters also gives the rows that they multiply.

mod family;
mod init;
mod keys;
mod linear;
mod linear_in_parameters;
mod passes;
mod polynomial;
mod workspace;

pub use family::{BuildModel, Family, LinearInParameters, Model, Penalty};
pub use passes::{BLOCK, Batch, Passes};
pub use workspace::Workspace;

use crate::registry::Registry;

/// All families.
pub static FAMILIES: Registry<BuildModel> =
    Registry { noun: "model", key: "kind", common: &[], rows: &[linear::FAMILY, polynomial::FAMILY] };
