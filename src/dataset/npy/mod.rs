//! NumPy's files: one array (`.npy`), or several arrays of as many rows (`.npz`).
//!
//! The columns of a two-dimensional array in a `.npy` file are `column_1`, `column_2`, … In a `.npz` file an array of one
//! dimension is a column of its own name, and the columns of `X` are `X_1`, `X_2`, …; `features = ["X"]` lists all of them.
//!
//! Rows are read some at a time. A compressed array is in memory as a whole while it is read. Nothing is ever unpickled.

mod archive;
mod array;
mod columns;
mod element;
mod header;
mod reading;
mod source;
#[cfg(test)]
mod tests;

pub(super) use source::SOURCE;
pub use source::read_npy;
