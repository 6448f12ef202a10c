//! Delimited text, in one file or several: numbers, and categories where `one_hot` names them.
//!
//! The text is UTF-8, and fields may stand in quotes ("12", their own quotes doubled). A byte order mark, CRLF, blank lines and spaces
//! around cells count for nothing, and neither do columns at the end without a name and without a cell. Files compressed with
//! gzip or zstd are read through, whatever they are called.
//!
//! `path` names a file, a folder, or a pattern with `*` and `?`. The files of a folder or pattern are one data set, in the byte order of
//! their names; each has the same header. Names that begin with `.` or `_` are passed over.
//!
//! A number is read as the nearest double. `true` and `false` are 1 and 0, as in Parquet. Groups of thousands are exact: under
//! `thousands = ","` 1,234 is a number, 12,34 and 0,123 are none. A delimiter may be the decimal or thousands character as well: a number
//! that holds it then stands in quotes.
//!
//! A header of nothing but numbers is an error, because it is most often a row of data. If the names are numbers: rename them, or leave
//! their line out with `header = false` and `skip_rows = 1`.

use std::fs;
use std::io::Read;
use std::path::Path;

use super::options::{PARAMETERS, options};
use super::reading::{CsvParts, parse};
use crate::dataset::parts;
use crate::dataset::text_input::TextInput;
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
pub(super) const BLOCK: usize = 1 << 22;

pub(super) fn load(values: &Values, folder: &Path, _seed: Option<u64>) -> Result<Dataset, DataError> {
    let options = options(values)?;
    let path = &options.table.path;
    let paths = parts::parts(folder, path)?;
    let size = paths.iter().filter_map(|path| fs::metadata(folder.join(path)).ok()).map(|found| found.len()).sum();
    let read = parse(&CsvParts { paths: &paths, size }, &options, BLOCK, |path| TextInput::open(folder, path));
    parts::unchanged(folder, path, &paths, read)
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
        TextInput::of(input.take().unwrap_or_else(|| Box::new(std::io::empty())), path)
    })
}
