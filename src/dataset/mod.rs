//! Where numbers come from: one file per source, and what is done to every source's rows (split, standardize).

mod csv;
mod file;
mod fingerprint;
mod parquet;
mod room;
mod split;
mod standardize;
mod synthetic;
mod table;

pub use csv::read_csv;
pub use fingerprint::fingerprint;
pub use split::{Chosen, Parts, by_seed as split_by_seed, sizes};
pub use standardize::Standardization;

use std::path::Path;

use crate::numeric::Matrix;
use crate::parameter::{Cell, Fallback, Interval, Kind, Parameter};
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
    /// How much it holds, as far as that is known without reading it.
    pub extent: fn(cell: &Cell, folder: &Path) -> Option<Extent>,
    /// Whether its numbers differ from seed to seed.
    pub by_seed: fn(cell: &Cell) -> bool,
}

/// How many numbers a data set is, a category counted as one and not by its levels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Extent {
    pub rows: usize,
    /// Features.
    pub columns: usize,
}

impl Extent {
    /// Bytes in memory, the target among them.
    #[must_use]
    pub const fn bytes(self) -> u64 {
        (self.rows as u64).saturating_mul(self.columns as u64 + 1).saturating_mul(8)
    }
}

/// Every source that exists.
pub static SOURCES: &[Source] = &[csv::SOURCE, parquet::SOURCE, synthetic::SOURCE];

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
    /// It does not fit in the memory that there is: exit code 3.
    #[error("{0}")]
    TooLarge(String),
    /// Its content cannot be used: exit code 2. Names file, row, line and column where there are any.
    #[error("{0}")]
    Content(String),
}

/// What planning and reporting keep of a data set, with the sizes of its parts under the split of `cell`.
///
/// # Errors
/// [`DataError::Content`] where a part of the split is empty.
pub fn facts(dataset: &Dataset, cell: &Cell) -> Result<DataFacts, DataError> {
    let (n_train, n_validation, n_test) = sizes(dataset.target.len(), cell)?;
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

#[cfg(test)]
mod tests {
    use super::*;

    /// A cell as planning hands it over: the source's and the common defaults filled in.
    pub(super) fn filled(source: &Source, options: &str) -> Cell {
        let mut cell: Cell = options.parse().unwrap();
        for parameter in source.parameters.iter().chain(COMMON) {
            if let Some(value) = parameter.default_value() {
                cell.entry(parameter.name).or_insert(value);
            }
        }
        cell
    }

    #[test]
    fn sources_are_found_by_name_and_no_key_stands_twice() {
        for row in SOURCES {
            assert!(std::ptr::eq(source(row.name).unwrap(), row));
            let mut names: Vec<&str> = row.parameters.iter().chain(COMMON).map(|parameter| parameter.name).collect();
            names.sort_unstable();
            names.dedup();
            assert_eq!(names.len(), row.parameters.len() + COMMON.len(), "{}", row.name);
        }
        assert!(source("excel").is_none());
    }

    #[test]
    fn facts_carry_sizes_and_notes() {
        let synthetic = source("synthetic").unwrap();
        let cell = filled(synthetic, "n_samples = 10\nn_features = 2\nsplit = { validation = 0.2, test = 0.3 }");
        let mut data = (synthetic.load)(&cell, Path::new("."), None).unwrap();
        data.notes.push("a note".to_owned());
        let facts = facts(&data, &cell).unwrap();
        assert_eq!((facts.n_samples, facts.n_features), (10, 2));
        assert_eq!((facts.n_train, facts.n_validation, facts.n_test), (5, 2, 3));
        assert_eq!(facts.notes, ["a note"]);
        assert_eq!(facts.feature_names, ["x1", "x2"]);
    }
}
