//! NumPy's files: one array of numbers (`.npy`), or several arrays of as many rows (`.npz`).
//!
//! The columns of a `.npy` file are `column_1`, `column_2`, … In a `.npz` file an array of one dimension is a column of its own name,
//! and the columns of `X` are `X_1`, `X_2`, …; `features = ["X"]` lists all of them. An array of more dimensions (images) is read as
//! `X.reshape(len(X), -1)`, in C order. Arrays that have not as many rows as the target are left out, and that is said.
//!
//! Integers, floats and booleans of all widths and byte orders are read; NaN is a missing cell. Texts (`<U`, `S` in UTF-8) are classes of
//! the target, and categories in `one_hot`. Arrays of Python objects are refused, as nothing is ever unpickled. Checksums of archives are
//! compared.

use super::reading::{NpyFormat, PORTION};
use crate::dataset::columnar::{self, ROUND};
use crate::dataset::table::{
    self, FEATURES, IGNORE, MAX_LEVELS, MISSING_VALUES, ONE_HOT, PATH, TARGET, TARGETS, TEST_PATH, WEIGHT,
};
use crate::dataset::{DataError, Dataset, Source, SourceFunctions};
use crate::parameter::{Parameter, Values};

pub(in crate::dataset) const SOURCE: Source = Source::new(
    "npy",
    "NumPy arrays of numbers and texts (.npy, .npz)",
    PARAMETERS,
    include_str!("source.rs"),
    SourceFunctions {
        generated: false,
        load: |values, folder, _| columnar::load(&FORMAT, values, folder),
        // What the headers claim.
        size: |values, folder| columnar::size(&FORMAT, values, folder),
        by_seed: |_| false,
    },
)
.also_called(&["npz", "numpy", "savez"]);

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
    table::missing("what a missing cell (NaN) does: stop, or drop its row"),
    MISSING_VALUES,
    ROUND,
];

const FORMAT: NpyFormat = NpyFormat { portion: PORTION };

/// Reads the bytes of a `.npy` or `.npz` file, about `portion` numbers at a time. Messages call it by the `path` of `values`.
///
/// # Errors
/// If the bytes cannot be read, or have mistakes.
pub fn read_npy(bytes: &[u8], values: &Values, portion: usize) -> Result<Dataset, DataError> {
    columnar::read_from(&NpyFormat { portion }, &bytes, bytes.len() as u64, values)
}
