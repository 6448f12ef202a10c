//! Models: one file per family, and their registry.
//!
//! A model turns features into the rows that its parameters multiply. It gives loss and gradient for all trials of a
//! cohort at once, because trials that share a batch share its products.

mod family;
mod gradient;
mod init;
mod keys;
mod linear;
mod polynomial;
mod squared_error;

pub use family::{Family, Model, Penalty};
pub use gradient::{BLOCK, Batch, Gradient, Scratch};

/// All families.
pub static FAMILIES: &[Family] = &[linear::FAMILY, polynomial::FAMILY];

#[must_use]
pub fn family(name: &str) -> Option<&'static Family> {
    FAMILIES.iter().find(|family| family.name == name)
}
