//! The row of CSV files in the registry of sources.

use std::fs;
use std::io::Read;
use std::path::Path;

use super::input::CsvInput;
use super::options::{PARAMETERS, options};
use super::reading::{CsvParts, parse};
use crate::dataset::parts::parts;
use crate::dataset::{DataError, Dataset, Source, SourceFunctions};
use crate::parameter::Values;

pub(in crate::dataset) const SOURCE: Source = Source::new(
    "csv",
    "delimited text: one file or several, plain or compressed with gzip or zstd",
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
    let paths = parts(folder, &options.table.path)?;
    let size = paths.iter().filter_map(|path| fs::metadata(folder.join(path)).ok()).map(|found| found.len()).sum();
    parse(&CsvParts { paths: &paths, size }, &options, BLOCK, |path| CsvInput::open(folder, path))
}

/// Reads delimited text of about `size` bytes, `block` bytes at a time. The text need not come from a file: messages call it by
/// the `path` of `values`.
///
/// # Errors
/// If the text cannot be read, or has mistakes.
pub fn read_csv(input: impl Read, size: u64, values: &Values, block: usize) -> Result<Dataset, DataError> {
    let options = options(values)?;
    let mut input: Option<Box<dyn Read + '_>> = Some(Box::new(input));
    let paths = [options.table.path.clone()];
    parse(&CsvParts { paths: &paths, size }, &options, block.max(1), |path| {
        CsvInput::of(input.take().unwrap_or_else(|| Box::new(std::io::empty())), path)
    })
}
