//! IDX files, as MNIST and its relatives come: one file of images, or of other rows, and one of their labels.
//!
//! ```toml
//! source = "idx"
//! path = "train-images-idx3-ubyte.gz"
//! labels = "train-labels-idx1-ubyte.gz"
//! ```
//!
//! Each is read as it is or compressed (gzip, zstd), whatever its name. A row is one entry of the first dimension, flattened: the features
//! of images are `pixel_0_0`, `pixel_0_1`, … (row and column), those of other rows `x1`, `x2`, … The target is `label`.
//!
//! The test rows that such data come with are those of two more files:
//!
//! ```toml
//! test_path = "t10k-images-idx3-ubyte.gz"
//! test_labels = "t10k-labels-idx1-ubyte.gz"
//! split = { validation = 0.1, seed = 1 }    # divides the rows of path
//! ```
//!
//! All types of the format are read (integers of 8 to 32 bits, floats of 32 and 64); NaN is a missing cell.

use std::path::Path;

use super::labels::LabelFiles;
use super::reading::{IdxFormat, PORTION};
use crate::dataset::columnar;
use crate::dataset::table::{self, FEATURES, IGNORE, PATH, TARGET, TEST_PATH, is_predicting};
use crate::dataset::{DataError, Dataset, DatasetSize, Source, SourceFunctions};
use crate::parameter::{Decides, Fallback, Kind, Parameter, Values};

pub(in crate::dataset) const SOURCE: Source = Source::new(
    "idx",
    "IDX files of images and their labels (MNIST)",
    PARAMETERS,
    include_str!("source.rs"),
    SourceFunctions {
        generated: false,
        load,
        // What the header claims.
        size,
        by_seed: |_| false,
    },
)
.also_called(&["mnist", "ubyte", "fashion_mnist"]);

const PARAMETERS: &[Parameter] = &[
    PATH.also_called(&["file", "images", "train_images"]),
    Parameter::new(
        "labels",
        Kind::Text,
        Fallback::Required,
        Decides::RowsOrTargets,
        "the file of the labels, one for each row; with several files of rows as many, in the same order",
    )
    .also_called(&["labels_path", "label_path"]),
    TEST_PATH,
    Parameter::new(
        "test_labels",
        Kind::Text,
        Fallback::Absent,
        Decides::RowsOrTargets,
        "the file of the labels of `test_path`",
    ),
    FEATURES,
    IGNORE,
    table::missing("what a missing cell (NaN) does: stop, or drop its row"),
];

/// The name of the target.
pub(super) const LABEL: &str = "label";

fn load(values: &Values, folder: &Path, _seed: Option<u64>) -> Result<Dataset, DataError> {
    columnar::load(&format(values, folder)?, &with_target(values), folder)
}

fn size(values: &Values, folder: &Path) -> Option<DatasetSize> {
    columnar::size(&format(values, folder).ok()?, &with_target(values), folder)
}

fn format<'a>(values: &Values, folder: &'a Path) -> Result<IdxFormat<'a>, DataError> {
    let text = |key: &str| values.get(key).and_then(toml::Value::as_str);
    let missing = || DataError::Content("options of a source \"idx\" cannot be read: a file is missing".to_owned());
    let path = text(PATH.name).ok_or_else(missing)?;
    let labels = match text("labels") {
        Some(labels) => LabelFiles::of(folder, path, labels)?,
        // An experiment must name them.
        None if is_predicting(values) => LabelFiles::None,
        None => return Err(missing()),
    };
    Ok(IdxFormat { portion: PORTION, labels })
}

/// The options of a table whose target is the label.
fn with_target(values: &Values) -> Values {
    let mut values = values.clone();
    values.insert(TARGET.name.to_owned(), LABEL.into());
    values
}

/// Reads the bytes of an IDX file and of its labels, about `portion` numbers at a time. Messages call the rows by the `path` of `values`,
/// and the labels `labels`.
///
/// # Errors
/// If the bytes cannot be read, or have mistakes.
pub fn read_idx(bytes: &[u8], labels: &[u8], values: &Values, portion: usize) -> Result<Dataset, DataError> {
    let format = IdxFormat { portion, labels: LabelFiles::Bytes(labels) };
    columnar::read_from(&format, &bytes, bytes.len() as u64, &with_target(values))
}
