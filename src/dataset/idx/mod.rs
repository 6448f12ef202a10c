//! IDX files, the format of MNIST; the source's page stands in `source`.
//!
//! Rows are read some at a time, compressed or not.

mod content;
mod header;
mod labels;
mod reading;
mod source;
#[cfg(test)]
mod tests;

pub(super) use header::begins;
pub(super) use labels::labels_beside;
pub(super) use source::SOURCE;
pub use source::read_idx;
