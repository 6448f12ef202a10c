//! Parquet files; the source's page stands in `source`, and [`columnar`](super::columnar) makes numbers of typed values.
//!
//! Only the used columns are read, some rows of a row group at a time. The file is read by position; if it is cut off or written
//! to meanwhile, that is an error. The same numbers in a CSV file have the same fingerprint.

mod reading;
mod source;
#[cfg(test)]
mod tests;

pub(super) use source::SOURCE;
pub use source::read_parquet;
