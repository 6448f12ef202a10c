//! Rows in memory, whatever source they come from: how they are split and scaled, and what identifies their numbers.

mod fingerprint;
mod split;
mod standardize;

pub use fingerprint::fingerprint;
pub use split::{Chosen, Parts, by_seed as split_by_seed, sizes};
pub use standardize::Standardization;

use crate::numeric::Matrix;
use crate::parameter::{Fallback, Interval, Kind, Parameter, Values};
use crate::record::DataFacts;

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

/// The keys that every source takes.
pub const COMMON: &[Parameter] = &[
    Parameter::new(
        "standardize",
        Kind::Boolean,
        Fallback::Literal("false"),
        "scale each feature to mean 0 and standard deviation 1 over the training rows",
    ),
    Parameter::new(
        "split",
        Kind::Table(SPLIT),
        Fallback::Absent,
        "the fractions held out, by seed; with `seed = N` in it, one split for all seeds",
    ),
];

const SPLIT: &[Parameter] = &[
    Parameter::new(
        "validation",
        Kind::Float(Interval::FRACTION),
        Fallback::Literal("0.0"),
        "fraction of rows that settings are chosen on",
    ),
    Parameter::new(
        "test",
        Kind::Float(Interval::FRACTION),
        Fallback::Literal("0.0"),
        "fraction of rows that results are reported on",
    ),
    Parameter::new(
        "seed",
        Kind::Integer { at_least: 0, at_most: i64::MAX },
        Fallback::Absent,
        "holds one split for all seeds",
    ),
];

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

/// What planning and reporting keep of a data set, with the sizes of its parts under the split of `values`.
///
/// # Errors
/// [`DataError::Content`] where a part of the split is empty.
pub fn facts(dataset: &Dataset, values: &Values) -> Result<DataFacts, DataError> {
    let (n_train, n_validation, n_test) = sizes(dataset.target.len(), values)?;
    Ok(DataFacts {
        fingerprint: dataset.fingerprint.clone(),
        n_samples: dataset.target.len() as u64,
        n_features: dataset.features.columns as u64,
        feature_names: dataset.feature_names.clone(),
        target_name: dataset.target_name.clone(),
        n_train: n_train as u64,
        n_validation: n_validation as u64,
        n_test: n_test as u64,
        notes: dataset.notes.clone(),
    })
}
