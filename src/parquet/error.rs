//! Why a Parquet table could not be encoded or decoded.

use polars::prelude::PolarsError;

use crate::text::reason;

/// A table could not be encoded or decoded.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct ParquetError(String);

impl ParquetError {
    pub(super) const fn new(reason: String) -> Self {
        Self(reason)
    }

    /// A column is missing, or has a type or value that this program never writes.
    pub(super) fn malformed() -> Self {
        Self("a column is missing or holds what is never written".to_owned())
    }
}

impl From<PolarsError> for ParquetError {
    fn from(error: PolarsError) -> Self {
        Self(match &error {
            PolarsError::IO { error, .. } => reason(error),
            other => other.to_string(),
        })
    }
}
