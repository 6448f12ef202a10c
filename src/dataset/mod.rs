//! Where numbers come from: one file per source, and what is done to every source's rows (split, standardize).

mod csv;
mod split;
mod standardize;
mod synthetic;

pub use split::Parts;
pub use standardize::Standardization;

use std::path::Path;

use crate::numeric::Matrix;
use crate::parameter::{Cell, Fallback, Interval, Kind, Parameter};

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

/// One row of the registry of sources.
pub struct Source {
    /// The word after `source =`.
    pub name: &'static str,
    pub doc: &'static str,
    /// Its keys, without those of [`COMMON`].
    pub parameters: &'static [Parameter],
    /// Its numbers follow from its options alone, which then enter a trial's identity.
    pub generated: bool,
    /// Relative paths start from `folder`; `seed` is the trial's (only asked for where the source depends on it).
    pub load: fn(cell: &Cell, folder: &Path, seed: Option<u64>) -> Result<Dataset, DataError>,
    /// Whether its numbers differ from seed to seed.
    pub by_seed: fn(cell: &Cell) -> bool,
}

/// Every source that exists.
pub static SOURCES: &[Source] = &[csv::SOURCE, synthetic::SOURCE];

#[must_use]
pub fn source(name: &str) -> Option<&'static Source> {
    SOURCES.iter().find(|source| source.name == name)
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
    /// Its content cannot be used: exit code 2. Names file, row, line and column where there are any.
    #[error("{0}")]
    Content(String),
}
#[must_use]
pub fn by_seed(_cell: &Cell) -> bool {
    false
}
pub fn facts(_d: &Dataset, _cell: &Cell) -> Result<crate::record::DataFacts, DataError> {
    todo!()
}
