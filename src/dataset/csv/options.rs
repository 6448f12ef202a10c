//! The keys of a CSV source, and their values.

use crate::dataset::DataError;
use crate::dataset::table::{
    self, FEATURES, IGNORE, MAX_LEVELS, MISSING_VALUES, ONE_HOT, PATH, TARGET, TARGETS, TEST_PATH, TableOptions, WEIGHT,
};
use crate::parameter::{Decides, Fallback, Kind, Parameter, Values};

pub(super) const PARAMETERS: &[Parameter] = &[
    PATH,
    TEST_PATH,
    TARGET,
    TARGETS,
    WEIGHT,
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
        "the character between fields, or \"whitespace\" for runs of blanks and tabs",
    )
    .also_called(&["sep", "separator"]),
    Parameter::new(
        "header",
        Kind::Boolean,
        Fallback::Off("true"),
        Decides::RowsOrTargets,
        "whether the first row has the names; without one they are column_1, column_2, …",
    ),
    Parameter::new(
        "decimal",
        Kind::Choice(&[".", ","]),
        Fallback::Off("\".\""),
        Decides::RowsOrTargets,
        "the character before the decimals of a number",
    ),
    Parameter::new(
        "thousands",
        Kind::Choice(&[",", ".", " ", "'", "_"]),
        Fallback::Absent,
        Decides::RowsOrTargets,
        "the character between groups of three digits; \" \" is every kind of space",
    ),
    Parameter::new(
        "comment",
        Kind::Text,
        Fallback::Absent,
        Decides::RowsOrTargets,
        "lines that begin with this text are left out",
    ),
    Parameter::new(
        "skip_rows",
        Kind::Integer { at_least: 0, at_most: i64::MAX },
        Fallback::Off("0"),
        Decides::RowsOrTargets,
        "the number of lines to leave out at the beginning of each file",
    )
    .also_called(&["skiprows", "skip"]),
];

/// The values of these keys.
#[derive(serde::Deserialize)]
pub(super) struct CsvOptions {
    #[serde(flatten)]
    pub table: TableOptions,
    pub delimiter: String,
    #[serde(default = "present")]
    pub header: bool,
    pub decimal: Option<String>,
    pub thousands: Option<String>,
    pub comment: Option<String>,
    #[serde(default)]
    pub skip_rows: u64,
}

const fn present() -> bool {
    true
}

/// # Errors
/// If a value has the wrong type.
pub(super) fn options(values: &Values) -> Result<CsvOptions, DataError> {
    table::read_keys(values)
        .map_err(|error| DataError::Content(format!("options of a csv source cannot be read: {}", error.message())))
}
