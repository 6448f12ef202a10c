//! The row of Parquet files in the registry of sources.

use super::reading::{DecodePortion, ParquetFormat};
use crate::dataset::columnar::{self, ColumnarInput, ROUND};
use crate::dataset::table::{self, FEATURES, IGNORE, MAX_LEVELS, MISSING_VALUES, ONE_HOT, PATH, TARGET};
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
    TARGET,
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
    let options = columnar::options::<ParquetFormat>(values)?;
    let paths = [options.table.path.clone()];
    columnar::parse(&FORMAT, &paths, &options, |path| Ok(ColumnarInput::of(&bytes, bytes.len() as u64, path)))
}
