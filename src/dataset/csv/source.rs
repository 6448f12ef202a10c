//! The row of CSV files in the registry of sources.

use std::io::Read;
use std::path::Path;

use super::options::{PARAMETERS, options};
use super::reading::parse;
use crate::dataset::file::DataFile;
use crate::dataset::{DataError, Dataset, Source, SourceFunctions};
use crate::parameter::Values;

pub(in crate::dataset) const SOURCE: Source = Source::new(
    "csv",
    "a file of comma-separated values with a header",
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

/// Bytes read at a time.
pub(super) const BLOCK: usize = 1 << 20;

pub(super) fn load(values: &Values, folder: &Path, _seed: Option<u64>) -> Result<Dataset, DataError> {
    let options = options(values)?;
    let file = DataFile::open(folder, &options.table.path)?;
    file.unchanged(parse(file.file(), file.size(), &options, BLOCK))
}

/// Reads delimited text of about `size` bytes, `block` bytes at a time. The text need not come from a file: messages call it by
/// the `path` of `values`.
///
/// # Errors
/// If the text cannot be read, or has mistakes.
pub fn read_csv(input: impl Read, size: u64, values: &Values, block: usize) -> Result<Dataset, DataError> {
    parse(input, size, &options(values)?, block.max(1))
}
