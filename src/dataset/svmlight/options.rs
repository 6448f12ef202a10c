//! The keys of an SVMlight source, and their values.

use crate::dataset::DataError;
use crate::dataset::table::{self, FEATURES, IGNORE, MissingCells, PATH, TEST_PATH, TableOptions};
use crate::parameter::{Decides, Fallback, Kind, Parameter, Values, read};

pub(super) const PARAMETERS: &[Parameter] = &[
    PATH,
    TEST_PATH,
    FEATURES,
    IGNORE,
    table::missing("what a missing cell (NaN) does: stop, or drop its row"),
    Parameter::new(
        "n_features",
        Kind::Integer { at_least: 1, at_most: MOST_FEATURES as i64 },
        Fallback::Absent,
        Decides::Features,
        "the number of features; default: up to the largest index in the file",
    ),
    Parameter::new(
        "zero_based",
        Kind::Boolean,
        Fallback::Absent,
        Decides::Features,
        "whether the first feature has the index 0, and not 1; default: where the file has an index 0",
    ),
];

/// No file has more: each of its rows would take 128 MB.
pub(super) const MOST_FEATURES: usize = 1 << 24;

/// The name of the target.
pub(super) const LABEL: &str = "label";

#[derive(serde::Deserialize)]
struct Keys {
    path: String,
    features: Option<Vec<String>>,
    #[serde(default)]
    ignore: Vec<String>,
    missing: MissingCells,
    n_features: Option<usize>,
    zero_based: Option<bool>,
}

pub(super) struct SvmlightOptions {
    pub table: TableOptions,
    pub n_features: Option<usize>,
    pub zero_based: Option<bool>,
}

/// # Errors
/// If a value has the wrong type.
pub(super) fn options(values: &Values) -> Result<SvmlightOptions, DataError> {
    let Keys { path, features, ignore, missing, n_features, zero_based } = read(values)
        .map_err(|error| DataError::Content(format!("options of an svmlight source cannot be read: {error}")))?;
    let table = TableOptions { ignore, ..TableOptions::of_numbers(path, LABEL.to_owned(), features, missing) };
    Ok(SvmlightOptions { table, n_features, zero_based })
}
