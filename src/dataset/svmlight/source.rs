//! SVMlight (LIBSVM) text: `label index:value …` on each line, with `#` before a comment.
//!
//! The features are `x1`, `x2`, … and the target is `label`. A feature that a line leaves out is 0, and rows are dense in
//! memory. The first feature has the index 0 where the file has such an index, else 1; `zero_based` decides it instead. Query
//! ids are left out.

use std::io::{Seek as _, SeekFrom};
use std::path::Path;

use super::options::{PARAMETERS, options};
use super::reading::parse;
use crate::dataset::file::DataFile;
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

fn load(values: &Values, folder: &Path, _seed: Option<u64>) -> Result<Dataset, DataError> {
    let options = options(values)?;
    let file = DataFile::open(folder, &options.table.path)?;
    let open = || {
        let mut input = file.file();
        input.seek(SeekFrom::Start(0))?;
        Ok(input)
    };
    file.unchanged(parse(open, &options))
}

/// Reads SVMlight text. Messages call it by the `path` of `values`.
///
/// # Errors
/// If the text cannot be read, or has mistakes.
pub fn read_svmlight(bytes: &[u8], values: &Values) -> Result<Dataset, DataError> {
    parse(|| Ok(bytes), &options(values)?)
}
