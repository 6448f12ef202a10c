//! An Arrow IPC file (Feather version 2) or stream: numbers, booleans, dates, and categories where `one_hot` names them.
//!
//! Types, missing cells, levels and the index of pandas are read as in Parquet (`sweep list parquet`). Batches may be compressed with
//! LZ4 or Zstandard.

use super::reading::ArrowFormat;
use crate::dataset::columnar::{self, ROUND};
use crate::dataset::table::{
    self, FEATURES, IGNORE, MAX_LEVELS, MISSING_VALUES, ONE_HOT, PATH, TARGET, TARGETS, TEST_PATH, WEIGHT,
};
use crate::dataset::{DataError, Dataset, Source, SourceFunctions};
use crate::parameter::{Parameter, Values};

pub(in crate::dataset) const SOURCE: Source = Source::new(
    "arrow",
    "Arrow IPC (Feather 2) files or streams of numbers, booleans, dates and text",
    PARAMETERS,
    include_str!("source.rs"),
    SourceFunctions {
        generated: false,
        load: |values, folder, _| columnar::load(&ArrowFormat, values, folder),
        // What the messages claim.
        size: |values, folder| columnar::size(&ArrowFormat, values, folder),
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

/// Reads the bytes of an Arrow file. Messages call it by the `path` of `values`.
///
/// # Errors
/// If the bytes cannot be read, or have mistakes.
pub fn read_arrow(bytes: &[u8], values: &Values) -> Result<Dataset, DataError> {
    columnar::read_from(&ArrowFormat, &bytes, bytes.len() as u64, values)
}
