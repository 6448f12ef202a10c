//! The keys that all sources with named columns have, and their values.

use crate::parameter::{Decides, Fallback, Kind, Parameter};

pub(in crate::dataset) const PATH: Parameter = Parameter::new(
    "path",
    Kind::Text,
    Fallback::Required,
    Decides::RowsOrTargets,
    "the file, relative to the experiment file that names it",
)
.also_called(&["file"]);
pub(in crate::dataset) const TARGET: Parameter =
    Parameter::new("target", Kind::Text, Fallback::Required, Decides::RowsOrTargets, "the column to predict")
        .also_called(&["label", "y"]);
pub(in crate::dataset) const FEATURES: Parameter = Parameter::new(
    "features",
    Kind::Texts,
    Fallback::Absent,
    Decides::Features,
    "the columns to predict from; default: every other one",
);
pub(in crate::dataset) const ONE_HOT: Parameter = Parameter::new(
    "one_hot",
    Kind::Texts,
    Fallback::Absent,
    Decides::Features,
    "features to expand into one 0/1 column for each level",
);

/// The key `missing`. Each source says in `doc` what a missing cell is.
pub(in crate::dataset) const fn missing(doc: &'static str) -> Parameter {
    Parameter::new(
        "missing",
        Kind::Choice(&["error", "drop"]),
        Fallback::Literal("\"error\""),
        Decides::RowsOrTargets,
        doc,
    )
}

/// The values of these keys.
#[derive(Clone, serde::Deserialize)]
pub(in crate::dataset) struct TableOptions {
    pub path: String,
    pub target: String,
    pub features: Option<Vec<String>>,
    #[serde(default)]
    pub one_hot: Vec<String>,
    pub missing: MissingCells,
}

/// What a missing cell does: stop with an error, or drop its row.
#[derive(Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub(in crate::dataset) enum MissingCells {
    Error,
    Drop,
}
