//! Rows in memory, whatever source they come from: how they are split and scaled, and what identifies their numbers.

mod dataset;
mod facts;
mod fingerprint;
mod keys;
mod split;
mod standardize;

pub use dataset::{DataError, Dataset};
pub use facts::facts;
pub use fingerprint::fingerprint;
pub use keys::COMMON;
pub use split::{DataSplit, RowIndices, by_seed as split_by_seed, sizes};
pub use standardize::Standardization;
