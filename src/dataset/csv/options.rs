//! The keys of a CSV source, and their values.

use crate::dataset::DataError;
use crate::dataset::table::{self, FEATURES, IGNORE, MAX_LEVELS, MISSING_VALUES, ONE_HOT, PATH, TARGET, TableOptions};
use crate::parameter::{Decides, Fallback, Kind, Parameter, Values, read};

pub(super) const PARAMETERS: &[Parameter] = &[
    PATH,
    TARGET,
    FEATURES,
    IGNORE,
    ONE_HOT,
    MAX_LEVELS,
    table::missing("what a missing cell (empty, NA, NaN) does: stop, or drop its row"),
    MISSING_VALUES,
    Parameter::new(
        "delimiter",
        Kind::Text,
        Fallback::Literal("\",\""),
        Decides::RowsOrTargets,
        "the character between fields",
    ),
];

#[derive(serde::Deserialize)]
pub(super) struct CsvOptions {
    #[serde(flatten)]
    pub table: TableOptions,
    pub delimiter: String,
}

/// # Errors
/// If a value has the wrong type.
pub(super) fn options(values: &Values) -> Result<CsvOptions, DataError> {
    read(values).map_err(|error| DataError::Content(format!("options of a csv source cannot be read: {error}")))
}
