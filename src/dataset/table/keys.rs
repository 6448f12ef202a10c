//! The keys that all sources with named columns have, and their values.

use std::collections::BTreeMap;

use serde::de::{DeserializeOwned, Error as _};
use serde::{Deserialize, Deserializer};

use super::predicting::Predicting;
use crate::parameter::{Decides, Fallback, Kind, Parameter, Values, read};
use crate::text::composed;

pub(in crate::dataset) const PATH: Parameter = Parameter::new(
    "path",
    Kind::Text,
    Fallback::Required,
    Decides::RowsOrTargets,
    "the file, a folder of parts, or a pattern (parts/*), relative to the experiment file that names it",
)
.also_called(&["file"]);
pub(in crate::dataset) const TARGET: Parameter =
    Parameter::new("target", Kind::Text, Fallback::Required, Decides::RowsOrTargets, "the column to predict")
        .also_called(&["label", "y"])
        .or("targets");
pub(in crate::dataset) const TARGETS: Parameter = Parameter::new(
    "targets",
    Kind::Texts,
    Fallback::Absent,
    Decides::RowsOrTargets,
    "instead of `target`: several columns of numbers to predict together",
)
.also_called(&["labels", "multi_target", "multioutput"]);
pub(in crate::dataset) const WEIGHT: Parameter = Parameter::new(
    "weight",
    Kind::Text,
    Fallback::Absent,
    Decides::RowsOrTargets,
    "the column that says how much each row counts, in J and in metrics: numbers ≥ 0",
)
.also_called(&["weights", "sample_weight", "sample_weights"]);
pub(in crate::dataset) const FEATURES: Parameter = Parameter::new(
    "features",
    Kind::Texts,
    Fallback::Absent,
    Decides::Features,
    "the columns to predict from; default: every other one",
);
pub(in crate::dataset) const IGNORE: Parameter = Parameter::new(
    "ignore",
    Kind::Texts,
    Fallback::Absent,
    Decides::Features,
    "columns to leave out: names, or patterns such as \"url_*\"; \"\" is a column without a name",
)
.also_called(&["exclude_columns", "drop_columns", "drop", "skip_columns", "usecols"]);
pub(in crate::dataset) const ONE_HOT: Parameter = Parameter::new(
    "one_hot",
    Kind::WordOrTexts(&["text"]),
    Fallback::Absent,
    Decides::Features,
    "features to expand into one 0/1 column for each level; \"text\": all that hold text",
)
.also_called(&["categorical", "categories", "get_dummies"]);
pub(in crate::dataset) const MAX_LEVELS: Parameter = Parameter::new(
    "max_levels",
    Kind::Integer { at_least: 2, at_most: 1_000_000 },
    Fallback::Off("1000"),
    Decides::Features,
    "the most levels of a one_hot column; more are probably an identifier",
);
pub(in crate::dataset) const MISSING_VALUES: Parameter = Parameter::new(
    "missing_values",
    Kind::Markers,
    Fallback::Absent,
    Decides::RowsOrTargets,
    "what also stands for a missing cell: [\"?\", -200], or by column { hp = [\"?\"] }",
)
.also_called(&["na_values", "null_values", "nulls"]);

pub(in crate::dataset) const TEST_PATH: Parameter = Parameter::new(
    crate::data::TEST_PATH,
    Kind::Text,
    Fallback::Absent,
    Decides::RowsOrTargets,
    "a file (a folder, a pattern) of the rows to report on, with the same columns; `split` then divides the others alone",
)
.also_called(&["test_file", "test_data", "test_images"]);

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

/// The values of these keys. Names of columns are in NFC, as those of every header are: one name has one spelling.
#[derive(Clone, Deserialize)]
pub(in crate::dataset) struct TableOptions {
    pub path: String,
    /// The first of several.
    #[serde(deserialize_with = "one_name")]
    pub target: String,
    /// All of several targets; empty if there is one.
    #[serde(default, deserialize_with = "names")]
    pub targets: Vec<String>,
    #[serde(default, deserialize_with = "one_name_if_any")]
    pub weight: Option<String>,
    #[serde(default, deserialize_with = "names_if_any")]
    pub features: Option<Vec<String>>,
    #[serde(default, deserialize_with = "names")]
    pub ignore: Vec<String>,
    #[serde(default)]
    pub one_hot: OneHot,
    #[serde(default = "usual_max_levels")]
    pub max_levels: usize,
    pub missing: MissingCells,
    #[serde(default)]
    pub missing_values: MissingValues,
    /// Of rows to predict: no target is read.
    #[serde(default)]
    pub predicting: Option<Predicting>,
}

impl TableOptions {
    /// Of a source whose columns are all numbers.
    pub(in crate::dataset) fn of_numbers(
        path: String,
        target: String,
        features: Option<Vec<String>>,
        missing: MissingCells,
    ) -> Self {
        let missing_values = MissingValues::default();
        let (ignore, one_hot, max_levels) = (Vec::new(), OneHot::default(), usual_max_levels());
        let targets = Vec::new();
        let (weight, predicting) = (None, None);
        Self {
            path,
            target,
            targets,
            weight,
            features,
            ignore,
            one_hot,
            max_levels,
            missing,
            missing_values,
            predicting,
        }
    }

    /// Whether rows are read to predict, and their target is none.
    pub(in crate::dataset) fn reads_no_target(&self) -> bool {
        self.predicting.as_ref().is_some_and(Predicting::reads_no_target)
    }

    /// The targets after the first.
    pub(in crate::dataset) fn other_targets(&self) -> &[String] {
        self.targets.get(1..).unwrap_or_default()
    }

    /// Whether a column of this name is a target.
    pub(in crate::dataset) fn is_target(&self, name: &str) -> bool {
        self.target == name || self.other_targets().iter().any(|target| target == name)
    }

    /// Whether a column of this name is the one of the weights.
    pub(in crate::dataset) fn is_weight(&self, name: &str) -> bool {
        self.weight.as_deref() == Some(name)
    }

    /// Whether the columns without a name are among those that the experiment ignores.
    pub(in crate::dataset) fn ignores_nameless(&self) -> bool {
        self.ignore.iter().any(String::is_empty)
    }
}

/// Reads the keys of a source, of which [`TableOptions`] are a part: the first of several targets is its `target`.
///
/// # Errors
/// If a value has the wrong type, or `targets` lists no column.
pub(in crate::dataset) fn read_keys<T: DeserializeOwned>(values: &Values) -> Result<T, toml::de::Error> {
    let Some(targets) = values.get(TARGETS.name).and_then(toml::Value::as_array) else { return read(values) };
    let first = targets.first().ok_or_else(|| toml::de::Error::custom("`targets` lists no column"))?;
    let mut values = values.clone();
    values.insert(TARGET.name.to_owned(), first.clone());
    read(&values)
}

/// Names of columns in NFC.
pub(in crate::dataset) fn in_nfc(names: impl IntoIterator<Item = String>) -> Vec<String> {
    names.into_iter().map(|name| composed(&name).into_owned()).collect()
}

fn one_name<'de, D: Deserializer<'de>>(from: D) -> Result<String, D::Error> {
    String::deserialize(from).map(|name| composed(&name).into_owned())
}

fn one_name_if_any<'de, D: Deserializer<'de>>(from: D) -> Result<Option<String>, D::Error> {
    one_name(from).map(Some)
}

fn names<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<String>, D::Error> {
    Vec::<String>::deserialize(from).map(in_nfc)
}

fn names_if_any<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Vec<String>>, D::Error> {
    Option::deserialize(from).map(|names: Option<Vec<String>>| names.map(in_nfc))
}

fn markers_by_name<'de, D: Deserializer<'de>>(from: D) -> Result<BTreeMap<String, Vec<Marker>>, D::Error> {
    let lists = BTreeMap::<String, Vec<Marker>>::deserialize(from)?;
    Ok(lists.into_iter().map(|(name, markers)| (composed(&name).into_owned(), markers)).collect())
}

const fn usual_max_levels() -> usize {
    1000
}

/// The features that are categories.
#[derive(Clone, Deserialize)]
#[serde(untagged)]
pub(in crate::dataset) enum OneHot {
    /// Each that holds text.
    Text(TextWord),
    Listed(#[serde(deserialize_with = "names")] Vec<String>),
}

/// The word `"text"`.
#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(in crate::dataset) enum TextWord {
    Text,
}

impl Default for OneHot {
    fn default() -> Self {
        Self::Listed(Vec::new())
    }
}

/// What stands for a missing cell, beside what the source itself takes for one.
#[derive(Clone, Deserialize)]
#[serde(untagged)]
pub(in crate::dataset) enum MissingValues {
    InAll(Vec<Marker>),
    ByColumn(#[serde(deserialize_with = "markers_by_name")] BTreeMap<String, Vec<Marker>>),
}

/// A text that a cell holds, or a number that it is.
#[derive(Clone, PartialEq, Deserialize)]
#[serde(untagged)]
pub(in crate::dataset) enum Marker {
    Text(String),
    Number(f64),
}

impl Default for MissingValues {
    fn default() -> Self {
        Self::InAll(Vec::new())
    }
}

/// What a missing cell does: stop with an error, or drop its row.
#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(in crate::dataset) enum MissingCells {
    Error,
    Drop,
}
