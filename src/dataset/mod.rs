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
mod decompression;
mod file;
mod given_test;
mod guess;
mod idx;
mod magic;
mod memory_check;
mod npy;
mod number_format;
mod parquet;
mod parts;
mod size;
mod source;
mod svmlight;
mod synthetic;
mod table;
mod text_input;
mod wildcards;

pub use arrow::read_arrow;
pub use csv::read_csv;
pub use given_test::load;
pub use guess::{Guess, GuessedKey, LeftOut, guess, is_called_classes, source_of_file};
pub use idx::read_idx;
pub use npy::read_npy;
pub use parquet::read_parquet;
pub use size::DatasetSize;
pub use source::{Source, SourceFunctions};
pub use svmlight::read_svmlight;
pub use table::{predicting, predicting_with_targets};

pub use crate::data::{
    COMMON, DIVIDE_BY, DataError, DataSplit, Dataset, FoundColumns, HeldOut, RowIndices, RowWeights, Standardization,
    TEST_PATH, TargetClasses, check_training_classes, check_weights, facts, fingerprint, held_out, sizes,
    split_by_seed, split_rule,
};

use crate::registry::Registry;

/// Every source that exists.
pub static SOURCES: Registry<SourceFunctions> = Registry {
    noun: "source",
    key: "source",
    common: COMMON,
    rows: &[csv::SOURCE, parquet::SOURCE, arrow::SOURCE, npy::SOURCE, idx::SOURCE, svmlight::SOURCE, synthetic::SOURCE],
};

/// The keys of sources that name files.
pub const FILE_KEYS: [&str; 4] = ["path", "labels", TEST_PATH, "test_labels"];

/// What every feature is divided by, if it is.
#[must_use]
pub fn divisor(values: &crate::parameter::Values) -> Option<f64> {
    let value = values.get(DIVIDE_BY)?;
    value.as_float().or_else(|| value.as_integer().map(|whole| whole as f64))
}

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

    /// What fuzzing found once, and what it starts from: nothing panics, and no size is believed that only a damaged byte claims.
    #[test]
    fn what_fuzzing_starts_from_is_no_crash() {
        let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fuzz/corpus");
        let options = ["target = \"y\"", "target = \"y\"\nmissing = \"drop\"", "target = \"y\"\none_hot = \"text\""];
        type Reader = fn(&[u8], &Values) -> Result<Dataset, DataError>;
        let readers: [(&str, &Source, Reader); 5] = [
            ("parquet", &parquet::SOURCE, read_parquet),
            ("arrow", &arrow::SOURCE, read_arrow),
            ("npy", &npy::SOURCE, |bytes, values| read_npy(bytes, values, 1 << 10)),
            ("idx", &idx::SOURCE, |bytes, values| {
                let (labels, rows) = bytes[1..].split_at(bytes[0].into());
                read_idx(rows, labels, values, 1 << 10)
            }),
            ("csv", &csv::SOURCE, |bytes, values| read_csv(bytes, bytes.len() as u64, values, 64)),
        ];
        for (name, source, read) in readers {
            let files: Vec<_> =
                std::fs::read_dir(corpus.join(name)).unwrap().map(|file| file.unwrap().path()).collect();
            assert!(files.len() > 1, "{name}");
            for file in files {
                let bytes = std::fs::read(&file).unwrap();
                for options in options {
                    let values = filled(source, &format!("path = \"d\"\n{options}"));
                    // The first byte is the fuzz target's own choice.
                    if let Ok(data) = read(&bytes[1..], &values) {
                        assert!(data.features.values.iter().all(|value| value.is_finite()), "{}", file.display());
                    }
                }
            }
        }
    }

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

    /// A file that pyarrow, pandas, polars or NumPy wrote (`tests/fixtures/formats/write.py`).
    pub(super) fn format_fixture(name: &str) -> Vec<u8> {
        std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/formats").join(name)).unwrap()
    }

    /// The values of each column of `exact.parquet`, and of the same table in other formats, as numbers.
    pub(super) const EXACT: &[(&str, [f64; 3])] = &[
        ("i8", [-1.0, 0.0, 127.0]),
        ("i16", [-1.0, 0.0, 32767.0]),
        ("u8", [1.0, 0.0, 255.0]),
        ("u16", [1.0, 0.0, 65535.0]),
        ("u32", [1.0, 0.0, 4_294_967_295.0]),
        ("u64", [1.0, 0.0, 9_223_372_036_854_775_808.0]),
        ("f16", [1.5, -2.0, 65504.0]),
        ("boolean", [1.0, 0.0, 1.0]),
        ("decimal", [0.1, -12.34, 99_999_999.99]),
        ("wide_decimal", [0.1, -2.5, 3.000_000_000_1]),
        ("date", [0.0, 18321.0, -1.0]),
        ("s", [0.0, 1.0, -1.0]),
        ("ms", [0.0, 1.5, -0.25]),
        ("us", [1_582_979_405.25, 1_583_065_805.25, 1_582_979_405.25]),
        ("ns", [0.0, 1.5, 1_600_000_000.0]),
        ("time", [3600.0, 0.5, 86399.0]),
    ];

    /// The same columns and the text ones as categories: the level of each row.
    pub(super) const LEVELS: &[(&str, [&str; 3])] = &[
        ("i8", ["-1", "0", "127"]),
        ("u64", ["1", "0", "9223372036854775808"]),
        ("f16", ["1.5", "-2", "65504"]),
        ("boolean", ["true", "false", "true"]),
        ("decimal", ["0.10", "-12.34", "99999999.99"]),
        ("date", ["1970-01-01", "2020-02-29", "1969-12-31"]),
        ("ms", ["1970-01-01 00:00:00", "1970-01-01 00:00:01.500", "1969-12-31 23:59:59.750"]),
        ("time", ["01:00:00", "00:00:00.500000", "23:59:59"]),
        ("text", ["red", "blue", "red"]),
        ("category", ["red", "blue", "red"]),
    ];

    /// Checks the columns of [`EXACT`] and [`LEVELS`] as `load` reads them with some options.
    pub(super) fn check_exact(load: impl Fn(&str) -> Dataset) {
        for (name, values) in EXACT {
            assert_eq!(load(&format!("features = [\"{name}\"]")).features.values, values, "{name}");
            assert_eq!(load(&format!("features = [\"y\"]\ntarget = \"{name}\"")).target, values, "target {name}");
        }
        for (name, levels) in LEVELS {
            let data = load(&format!("features = [\"{name}\"]\none_hot = [\"{name}\"]"));
            for (row, level) in levels.iter().enumerate() {
                let column = data.feature_names.iter().position(|column| *column == format!("{name}={level}"));
                assert_eq!(data.features.row(row)[column.unwrap()], 1.0, "{name}, row {row}: {:?}", data.feature_names);
            }
        }
        let data = load("features = [\"with_null\"]\nmissing = \"drop\"");
        assert_eq!((data.features.values, data.target), (vec![1.0, 3.0], vec![1.0, 3.0]));
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
        let facts = facts(&data, &values, false).unwrap();
        assert_eq!((facts.n_samples, facts.n_features), (10, 2));
        assert_eq!((facts.n_train, facts.n_validation, facts.n_test), (5, 2, 3));
        assert_eq!(facts.notes, ["a note"]);
        assert_eq!(facts.feature_names, ["x1", "x2"]);
    }
}
