//! NumPy's files: one array (`.npy`), or several arrays of as many rows (`.npz`), of integers, floats and booleans.
//!
//! The columns of a `.npy` array are `column_1`, `column_2`, …; `target` names one of them. In a `.npz` file an array of one
//! dimension is a column of its own name, and the columns of a two-dimensional `X` are `X_1`, `X_2`, …: `target = "y"`,
//! `features = ["X"]`. Without `features` every other array of as many rows is used. Nothing is ever unpickled: an array of
//! objects is refused.

use std::path::Path;

use super::reading::{self, PORTION};
use crate::dataset::columnar::{ColumnarOptions, ROUND};
use crate::dataset::file::DataFile;
use crate::dataset::table::{self, FEATURES, MissingCells, ONE_HOT, PATH, TARGET, TableOptions};
use crate::dataset::{DataError, Dataset, DatasetSize, Source, SourceFunctions};
use crate::parameter::{Parameter, Values, read};

pub(in crate::dataset) const SOURCE: Source = Source::new(
    "npy",
    "NumPy arrays of numbers (.npy, .npz)",
    PARAMETERS,
    include_str!("source.rs"),
    SourceFunctions { generated: false, load, size, by_seed: |_| false },
);

const PARAMETERS: &[Parameter] =
    &[PATH, TARGET, FEATURES, ONE_HOT, table::missing("what a missing cell (NaN) does: stop, or drop its row"), ROUND];

fn options(values: &Values) -> Result<ColumnarOptions, DataError> {
    read(values).map_err(|error| DataError::Content(format!("options of a npy source cannot be read: {error}")))
}

fn load(values: &Values, folder: &Path, _seed: Option<u64>) -> Result<Dataset, DataError> {
    let options = options(values)?;
    let file = DataFile::open(folder, &options.table.path)?;
    file.unchanged(reading::parse(file.file(), file.size(), &options, PORTION))
}

/// The size that the headers claim.
fn size(values: &Values, folder: &Path) -> Option<DatasetSize> {
    let options: TableOptions = read(values).ok()?;
    // Nobody knows yet how many rows will be dropped, and dropped rows take no memory.
    if options.missing == MissingCells::Drop {
        return None;
    }
    let file = DataFile::open(folder, &options.path).ok()?;
    reading::size(file.file(), file.size(), &options).ok()
}

/// Reads the bytes of a `.npy` or `.npz` file, about `portion` numbers at a time. Messages call it by the `path` of `values`.
///
/// # Errors
/// If the bytes cannot be read, or have mistakes.
pub fn read_npy(bytes: &[u8], values: &Values, portion: usize) -> Result<Dataset, DataError> {
    reading::parse(bytes, bytes.len() as u64, &options(values)?, portion)
}
