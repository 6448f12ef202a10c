//! A data set in memory, and why there may be none.

use crate::numeric::Matrix;

/// A data set in memory.
#[derive(Debug, Clone)]
pub struct Dataset {
    /// `[n_samples, n_features]`
    pub features: Matrix,
    /// `[n_samples]`
    pub target: Vec<f64>,
    pub feature_names: Vec<String>,
    pub target_name: String,
    /// BLAKE3 of the numbers and the shape (not of names or of a file's bytes); `"generated"` where they follow from options.
    pub fingerprint: String,
    /// What a reader should know of loading: rows dropped by `missing = "drop"`, say.
    pub notes: Vec<String>,
}

/// Why a data set could not be had.
#[derive(Debug, thiserror::Error)]
pub enum DataError {
    /// The file could not be opened or read: exit code 3.
    #[error("{0}")]
    Unreadable(String),
    /// It does not fit in the memory that there is: exit code 3.
    #[error("{0}")]
    TooLarge(String),
    /// Its content cannot be used: exit code 2. Names file, row, line and column where there are any.
    #[error("{0}")]
    Content(String),
}
