//! A data set in memory, and the errors of loading one.

use super::found_columns::FoundColumns;
use crate::numeric::Matrix;
use crate::record::Reading;
use crate::shape::NamedClasses;

/// A data set in memory.
#[derive(Debug, Clone)]
pub struct Dataset {
    /// `[n_samples, n_features]`
    pub features: Matrix,
    /// `[n_targets, n_samples]`. Of classes these are the codes.
    pub target: Vec<f64>,
    /// The classes that the file names. `None` for numbers, even for whole ones that a model takes as classes.
    pub classes: Option<NamedClasses>,
    /// `None` if every row counts the same.
    pub weights: Option<RowWeights>,
    pub feature_names: Vec<String>,
    pub target_name: String,
    /// The names of the targets after the first, if there are several.
    pub other_targets: Vec<String>,
    /// How many rows, the last ones, a file of their own gives for testing; 0 where a split draws them.
    pub given_test: usize,
    /// The BLAKE3 hash of the numbers (weights too) and the shape, not of names (nor those of classes) or of a file's bytes; `"generated"` if options
    /// determine the numbers.
    pub fingerprint: String,
    /// What a reader should know about loading, such as rows dropped by `missing = "drop"`.
    pub notes: Vec<String>,
    /// What was read of a file; nothing if the data comes from none.
    pub reading: Reading,
}

/// How much each row of a data set counts.
#[derive(Debug, Clone, PartialEq)]
pub struct RowWeights {
    /// The name of their column.
    pub name: String,
    /// `[n_samples]`, finite and not negative.
    pub values: Vec<f64>,
}

/// Why a data set could not be loaded.
#[derive(Debug, thiserror::Error)]
pub enum DataError {
    /// The file could not be opened or read: exit code 3.
    #[error("{0}")]
    Unreadable(String),
    /// It does not fit in the available memory: exit code 3.
    #[error("{0}")]
    TooLarge(String),
    /// Its content cannot be used: exit code 2. The message names the file, row, line and column, if there are any.
    #[error("{0}")]
    Content(String),
    /// The same, and what columns are to blame for: other options could read the file.
    #[error("{message}")]
    Columns { message: String, found: Box<FoundColumns> },
}

impl DataError {
    /// Whether the file could be opened and read, and what it holds cannot be used.
    #[must_use]
    pub const fn is_content(&self) -> bool {
        matches!(self, Self::Content(_) | Self::Columns { .. })
    }
}
