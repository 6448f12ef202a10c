//! NumPy's files; the source's page stands in `source`.
//!
//! Rows are read some at a time. A compressed array is in memory as a whole while it is read. Nothing is ever unpickled.

mod archive;
mod array;
mod columns;
mod header;
mod reading;
mod source;
#[cfg(test)]
mod tests;

pub(super) use source::SOURCE;
pub use source::read_npy;
