//! Where numbers come from: one file per source. What is done to every source's rows stands in [`crate::data`].

mod csv;
mod file;
mod parquet;
mod room;
mod synthetic;
mod table;

pub use csv::read_csv;

pub use crate::data::{
    COMMON, DataError, DataSplit, Dataset, RowIndices, Standardization, facts, fingerprint, sizes, split_by_seed,
};

use std::path::Path;

use crate::parameter::{Parameter, Values};

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
    pub load: fn(values: &Values, folder: &Path, seed: Option<u64>) -> Result<Dataset, DataError>,
    /// How much it holds, as far as that is known without reading it.
    pub extent: fn(values: &Values, folder: &Path) -> Option<Extent>,
    /// Whether its numbers differ from seed to seed.
    pub by_seed: fn(values: &Values) -> bool,
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

#[cfg(test)]
mod tests {
    use super::*;

    /// Values as planning hands them over: the source's and the common defaults filled in.
    pub(super) fn filled(source: &Source, options: &str) -> Values {
        let mut values: Values = options.parse().unwrap();
        for parameter in source.parameters.iter().chain(COMMON) {
            if let Some(value) = parameter.default_value() {
                values.entry(parameter.name).or_insert(value);
            }
        }
        values
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
        let values = filled(synthetic, "n_samples = 10\nn_features = 2\nsplit = { validation = 0.2, test = 0.3 }");
        let mut data = (synthetic.load)(&values, Path::new("."), None).unwrap();
        data.notes.push("a note".to_owned());
        let facts = facts(&data, &values).unwrap();
        assert_eq!((facts.n_samples, facts.n_features), (10, 2));
        assert_eq!((facts.n_train, facts.n_validation, facts.n_test), (5, 2, 3));
        assert_eq!(facts.notes, ["a note"]);
        assert_eq!(facts.feature_names, ["x1", "x2"]);
    }
}
