//! A Parquet file: numbers, booleans, dates, and categories where `one_hot` names them.
//!
//! Integers and floats of all widths, decimals of at most 38 digits, and booleans as 0 and 1. A date is its days since 1970-01-01, a
//! timestamp the seconds since then in UTC, a time the seconds since midnight. A value with more digits than f64 holds is an error,
//! unless `round = true` takes the nearest. Null and NaN are missing cells; an infinity is an error.
//!
//! In `one_hot` text and dictionaries of text are read too. A level is named by the text of its cell: `12`, `true`, `red`, `2020-02-29`.
//!
//! The index that pandas writes beside the columns of its table is left out, and that is said; listing it in `features` uses it. The
//! same numbers from CSV, Parquet and Arrow are the same trials.

use super::reading::{DecodePortion, ParquetFormat};
use crate::dataset::columnar::{self, ROUND};
use crate::dataset::table::{
    self, FEATURES, IGNORE, MAX_LEVELS, MISSING_VALUES, ONE_HOT, PATH, TARGET, TARGETS, TEST_PATH, WEIGHT,
};
use crate::dataset::{DataError, Dataset, Source, SourceFunctions};
use crate::parameter::{Parameter, Values};

pub(in crate::dataset) const SOURCE: Source = Source::new(
    "parquet",
    "Parquet files of numbers, booleans, dates and text",
    PARAMETERS,
    include_str!("source.rs"),
    SourceFunctions {
        generated: false,
        load: |values, folder, _| columnar::load(&FORMAT, values, folder),
        // What the footers claim.
        size: |values, folder| columnar::size(&FORMAT, values, folder),
        by_seed: |_| false,
    },
);

const PARAMETERS: &[Parameter] = &[
    PATH,
    TEST_PATH,
    TARGET,
    TARGETS,
    WEIGHT,
    FEATURES,
    IGNORE,
    ONE_HOT,
    MAX_LEVELS,
    table::missing("what a missing cell (null, NaN) does: stop, or drop its row"),
    MISSING_VALUES,
    ROUND,
];

const FORMAT: ParquetFormat = ParquetFormat { portion: DecodePortion::USUAL };

/// Reads the bytes of a Parquet file. Messages call it by the `path` of `values`.
///
/// # Errors
/// If the bytes cannot be read, or have mistakes.
pub fn read_parquet(bytes: &[u8], values: &Values) -> Result<Dataset, DataError> {
    columnar::read_from(&FORMAT, &bytes, bytes.len() as u64, values)
}
