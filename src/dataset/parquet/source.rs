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

use std::path::Path;

use super::reading::{self, DecodePortion};
use crate::dataset::columnar::{ColumnarOptions, ROUND};
use crate::dataset::file::DataFile;
use crate::dataset::table::{
    self, FEATURES, IGNORE, MAX_LEVELS, MISSING_VALUES, MissingCells, ONE_HOT, PATH, TARGET, TableOptions,
};
use crate::dataset::{DataError, Dataset, DatasetSize, Source, SourceFunctions};
use crate::parameter::{Parameter, Values, read};

pub(in crate::dataset) const SOURCE: Source = Source::new(
    "parquet",
    "a Parquet file of numbers, booleans, dates and text",
    PARAMETERS,
    include_str!("source.rs"),
    SourceFunctions { generated: false, load, size, by_seed: |_| false },
);

const PARAMETERS: &[Parameter] = &[
    PATH,
    TARGET,
    FEATURES,
    IGNORE,
    ONE_HOT,
    MAX_LEVELS,
    table::missing("what a missing cell (null, NaN) does: stop, or drop its row"),
    MISSING_VALUES,
    ROUND,
];

fn load(values: &Values, folder: &Path, _seed: Option<u64>) -> Result<Dataset, DataError> {
    let options: ColumnarOptions = read(values)
        .map_err(|error| DataError::Content(format!("options of a parquet source cannot be read: {error}")))?;
    let file = DataFile::open(folder, &options.table.path)?;
    file.unchanged(reading::parse(file.file(), file.size(), &options, DecodePortion::USUAL))
}

/// The size that the footer claims.
fn size(values: &Values, folder: &Path) -> Option<DatasetSize> {
    let options: TableOptions = read(values).ok()?;
    // Nobody knows yet how many rows will be dropped, and dropped rows take no memory.
    if options.missing == MissingCells::Drop {
        return None;
    }
    let file = DataFile::open(folder, &options.path).ok()?;
    reading::size(file.file(), file.size(), &options).ok()
}
