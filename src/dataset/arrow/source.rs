//! An Arrow IPC file (Feather version 2) or stream: numbers, booleans, dates, and categories where `one_hot` names them.
//!
//! Types, missing cells, levels and the index of pandas are read as in Parquet (`sweep list parquet`). Batches may be compressed with
//! LZ4 or Zstandard.

use std::path::Path;

use super::reading;
use crate::dataset::columnar::{ColumnarOptions, ROUND};
use crate::dataset::file::DataFile;
use crate::dataset::table::{self, FEATURES, IGNORE, MAX_LEVELS, MISSING_VALUES, MissingCells, ONE_HOT, PATH, TARGET};
use crate::dataset::{DataError, Dataset, DatasetSize, Source, SourceFunctions};
use crate::parameter::{Parameter, Values, read};

pub(in crate::dataset) const SOURCE: Source = Source::new(
    "arrow",
    "an Arrow IPC (Feather 2) file or stream of numbers, booleans, dates and text",
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
        .map_err(|error| DataError::Content(format!("options of an arrow source cannot be read: {error}")))?;
    let file = DataFile::open(folder, &options.table.path)?;
    file.unchanged(reading::parse(file.file(), file.size(), &options))
}

/// The size that the messages claim.
fn size(values: &Values, folder: &Path) -> Option<DatasetSize> {
    let options: ColumnarOptions = read(values).ok()?;
    // Nobody knows yet how many rows will be dropped, and dropped rows take no memory.
    if options.table.missing == MissingCells::Drop {
        return None;
    }
    let file = DataFile::open(folder, &options.table.path).ok()?;
    reading::size(file.file(), file.size(), &options).ok()
}
