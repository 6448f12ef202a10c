//! Arrow's own file format (Arrow IPC, Feather version 2) and its streaming format, compressed by lz4 or zstd or not at all.
//!
//! A date is its days since 1970-01-01, a timestamp the seconds since then in UTC, with their fraction, with and without a
//! zone; a time of day the seconds since midnight. A decimal is the f64 that the same digits are in a CSV file. An integer,
//! decimal or timestamp with more digits than f64 holds is an error, unless `round = true`.
//!
//! In `one_hot` a level is named by the text of its cell: `12`, `true`, `red`, `2020-02-29`. The index of a pandas table is
//! left out, unless `features` lists it.

use std::path::Path;

use super::reading;
use crate::dataset::columnar::{ColumnarOptions, ROUND};
use crate::dataset::file::DataFile;
use crate::dataset::table::{self, FEATURES, MissingCells, ONE_HOT, PATH, TARGET};
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
    ONE_HOT,
    table::missing("what a missing cell (null, NaN) does: stop, or drop its row"),
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
