//! What sources of named columns share: which columns are used and how, what a missing cell does, and how rows become a
//! data set.

mod assembly;
mod choice;
mod mistakes;

pub(super) use assembly::{Assembly, At, Cell, quoted};
pub(super) use choice::{Choice, Header};
pub(super) use mistakes::Mistakes;

use crate::parameter::{Fallback, Kind, Parameter};

pub(super) const PATH: Parameter =
    Parameter::new("path", Kind::Text, Fallback::Required, "the file, relative to the experiment file that names it");
pub(super) const TARGET: Parameter = Parameter::new("target", Kind::Text, Fallback::Required, "the column to predict");
pub(super) const FEATURES: Parameter =
    Parameter::new("features", Kind::Texts, Fallback::Absent, "the columns to predict from; default: every other one");
pub(super) const ONE_HOT: Parameter =
    Parameter::new("one_hot", Kind::Texts, Fallback::Absent, "features to expand into one 0/1 column for each level");

/// The key `missing`; a source says what a missing cell is in its `doc`.
pub(super) const fn missing(doc: &'static str) -> Parameter {
    Parameter::new("missing", Kind::Choice(&["error", "drop"]), Fallback::Literal("\"error\""), doc)
}

/// The values of these keys.
#[derive(serde::Deserialize)]
pub(super) struct Options {
    pub path: String,
    pub target: String,
    pub features: Option<Vec<String>>,
    #[serde(default)]
    pub one_hot: Vec<String>,
    pub missing: Missing,
}

#[derive(Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Missing {
    Error,
    Drop,
}
