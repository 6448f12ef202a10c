//! Where numbers come from: one file for each source. What happens to the rows of every source stands in [`crate::data`].
//!
//! ```
//! let source = sweep::dataset::source("synthetic").ok_or("no such source")?;
//! let values = "n_samples = 5\nn_features = 2\nnoise = 0.0\ncondition = 1.0\nseed = 1".parse()?;
//! let data = (source.build.load)(&values, std::path::Path::new("."), None)?;
//! assert_eq!((data.features.rows, data.features.columns, data.target.len()), (5, 2, 5));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod arrow;
mod columnar;
mod csv;
mod file;
mod memory_check;
mod parquet;
mod size;
mod source;
mod synthetic;
mod table;

pub use csv::read_csv;
pub use size::DatasetSize;
pub use source::{Source, SourceFunctions};

pub use crate::data::{
    COMMON, DataError, DataSplit, Dataset, HeldOut, RowIndices, Standardization, facts, fingerprint, held_out, sizes,
    split_by_seed, split_rule,
};

use crate::registry::Registry;

/// Every source that exists.
pub static SOURCES: Registry<SourceFunctions> = Registry {
    noun: "source",
    key: "source",
    common: COMMON,
    rows: &[csv::SOURCE, parquet::SOURCE, arrow::SOURCE, synthetic::SOURCE],
};

/// The source of this name.
#[must_use]
pub fn source(name: &str) -> Option<&'static Source> {
    SOURCES.row(name)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::parameter::Values;

    /// Values as the plan passes them on, with the defaults of the source and the common defaults filled in.
    pub(super) fn filled(source: &Source, options: &str) -> Values {
        let mut values: Values = options.parse().unwrap();
        for parameter in source.parameters.iter().chain(COMMON) {
            if let Some(value) = parameter.filled_in() {
                values.entry(parameter.name).or_insert(value);
            }
        }
        values
    }

    #[test]
    fn sources_are_found_by_name_and_no_key_stands_twice() {
        for row in SOURCES.rows {
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
        let mut data = (synthetic.build.load)(&values, Path::new("."), None).unwrap();
        data.notes.push("a note".to_owned());
        let facts = facts(&data, &values).unwrap();
        assert_eq!((facts.n_samples, facts.n_features), (10, 2));
        assert_eq!((facts.n_train, facts.n_validation, facts.n_test), (5, 2, 3));
        assert_eq!(facts.notes, ["a note"]);
        assert_eq!(facts.feature_names, ["x1", "x2"]);
    }
}
