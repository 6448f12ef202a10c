//! A Parquet file: numbers, booleans, and categories where `one_hot` names them.
//!
//! Read are integers and floats of 32 and 64 bits (an integer beyond 2⁵³ as the nearest f64, an f32 as the f64 of the same
//! value) and booleans as 0 and 1; in `one_hot` also text, dictionaries of text among it. A level is what the cell
//! says: `12`, `true`, `red`. Null and NaN are missing cells; an infinity is an error.
//!
//! Only the columns that are used are read, some rows of a row group at a time, and the file is read by position: one that
//! is cut off or written to meanwhile is an error. The same numbers in a CSV file have the same fingerprint.

mod columns;
mod damage;
mod excerpt;
mod pages;
mod reading;
#[cfg(test)]
mod tests;

use std::path::Path;

use reading::Portion;

use super::file::DataFile;
use super::table::{self, FEATURES, Missing, ONE_HOT, PATH, TARGET};
use super::{DataError, Dataset, Extent, Source};
use crate::parameter::{Parameter, Values, read};

pub(super) const SOURCE: Source = Source {
    name: "parquet",
    doc: "a Parquet file of numbers, booleans and text",
    parameters: PARAMETERS,
    generated: false,
    load,
    extent,
    by_seed: |_| false,
};

const PARAMETERS: &[Parameter] =
    &[PATH, TARGET, FEATURES, ONE_HOT, table::missing("what a missing cell (null, NaN) does: stop, or drop its row")];

fn load(values: &Values, folder: &Path, _seed: Option<u64>) -> Result<Dataset, DataError> {
    let options: table::Options = read(values)
        .map_err(|error| DataError::Content(format!("options of a parquet source cannot be read: {error}")))?;
    let file = DataFile::open(folder, &options.path)?;
    file.unchanged(reading::parse(file.file(), file.size(), &options, Portion::USUAL))
}

/// What the footer says.
fn extent(values: &Values, folder: &Path) -> Option<Extent> {
    let options: table::Options = read(values).ok()?;
    // Rows that are dropped take no room.
    if options.missing == Missing::Drop {
        return None;
    }
    let file = DataFile::open(folder, &options.path).ok()?;
    reading::extent(file.file(), file.size(), &options).ok()
}
