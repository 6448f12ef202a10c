//! What is fitted: one file per family.
//!
//! A model turns features into the rows that its parameters multiply, and gives loss and gradient for every trial of a
//! cohort at once, since trials that share a batch share its products.

mod family;
mod gradient;
mod init;
mod keys;
mod linear;
mod polynomial;
mod squared_error;

pub use family::{Family, Model, Penalty};
pub use gradient::{BLOCK, Batch, Gradient, Scratch};

/// Every family that exists.
pub static FAMILIES: &[Family] = &[linear::FAMILY, polynomial::FAMILY];

#[must_use]
pub fn family(name: &str) -> Option<&'static Family> {
    FAMILIES.iter().find(|family| family.name == name)
}
