//! A file of delimited text with a header: numbers, and categories where `one_hot` names them.
//!
//! Expected is UTF-8 (a byte order mark and CRLF are read past) with fields quoted as in RFC 4180; blank lines are
//! skipped. The file is read once, in blocks, and is never in memory as a whole. Every mistake of the file is found in
//! that one reading, with its data row (from 1) and its line in the file.

mod blocks;
mod cells;
mod reading;
#[cfg(test)]
mod tests;
mod walk;

use std::io::Read;
use std::path::Path;

use reading::parse;

use super::file::DataFile;
use super::table::{self, FEATURES, ONE_HOT, PATH, TARGET};
use super::{DataError, Dataset, Source};
use crate::parameter::{Fallback, Kind, Parameter, Values, read};

pub(super) const SOURCE: Source = Source {
    name: "csv",
    doc: "a file of comma-separated values with a header",
    parameters: PARAMETERS,
    generated: false,
    load,
    // Its lines are counted as they are read.
    extent: |_, _| None,
    by_seed: |_| false,
};

const PARAMETERS: &[Parameter] = &[
    PATH,
    TARGET,
    FEATURES,
    ONE_HOT,
    table::missing("what a missing cell (empty, NA, NaN) does: stop, or drop its row"),
    Parameter::new("delimiter", Kind::Text, Fallback::Literal("\",\""), "the character between fields"),
];

#[derive(serde::Deserialize)]
struct Options {
    #[serde(flatten)]
    table: table::Options,
    delimiter: String,
}

/// Bytes read at a time.
const BLOCK: usize = 1 << 20;

fn load(values: &Values, folder: &Path, _seed: Option<u64>) -> Result<Dataset, DataError> {
    let options = options(values)?;
    let file = DataFile::open(folder, &options.table.path)?;
    file.unchanged(parse(file.file(), file.size(), &options, BLOCK))
}

/// Reads delimited text of about `size` bytes that need be no file, `block` bytes at a time; `path` of `values` is what
/// messages call it.
///
/// # Errors
/// As for a file.
pub fn read_csv(input: impl Read, size: u64, values: &Values, block: usize) -> Result<Dataset, DataError> {
    parse(input, size, &options(values)?, block.max(1))
}

fn options(values: &Values) -> Result<Options, DataError> {
    read(values).map_err(|error| DataError::Content(format!("options of a csv source cannot be read: {error}")))
}
