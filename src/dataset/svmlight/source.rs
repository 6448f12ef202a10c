//! SVMlight (LIBSVM) text: a label and the features that are not zero, on each line.
//!
//! ```text
//! 1 1:0.5 3:2   # row 1
//! -1 qid:7 2:1.25
//! ```
//!
//! Features are `x1`, `x2`, …; one that a line leaves out is 0, and rows take memory for all of them. The label is the target. Query
//! ids and comments are left out.

use std::path::Path;

use super::options::{PARAMETERS, options};
use super::reading::parse;
use crate::dataset::parts;
use crate::dataset::text_input::TextInput;
use crate::dataset::{DataError, Dataset, Source, SourceFunctions};
use crate::parameter::Values;

pub(in crate::dataset) const SOURCE: Source = Source::new(
    "svmlight",
    "SVMlight (LIBSVM) text: a label and index:value on each line",
    PARAMETERS,
    include_str!("source.rs"),
    SourceFunctions {
        generated: false,
        load,
        // Nobody knows the number of lines before they are read.
        size: |_, _| None,
        by_seed: |_| false,
    },
);

pub(super) fn load(values: &Values, folder: &Path, _seed: Option<u64>) -> Result<Dataset, DataError> {
    let options = options(values)?;
    let path = &options.table.path;
    let paths = parts::parts(folder, path)?;
    let read = parse(&paths, |path| TextInput::open(folder, path), &options);
    parts::unchanged(folder, path, &paths, read)
}

/// Reads SVMlight text. Messages call it by the `path` of `values`.
///
/// # Errors
/// If the text cannot be read, or has mistakes.
pub fn read_svmlight(bytes: &[u8], values: &Values) -> Result<Dataset, DataError> {
    let options = options(values)?;
    let paths = [options.table.path.clone()];
    parse(&paths, |path| TextInput::of(Box::new(bytes), path), &options)
}
