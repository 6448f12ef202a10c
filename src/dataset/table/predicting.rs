//! Reading rows to predict: a table of the features that a model was trained on. It needs no target, and has no other levels than those.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::assembly::Assembly;
use super::cells::{RowPlace, in_quotes, quoted};
use crate::parameter::Values;

/// The key of a source's options that holds a [`Predicting`]. No experiment can set it: no registry has it.
const KEY: &str = "predicting";

/// What is known of the features before the rows are read.
#[derive(Clone, Default, Deserialize)]
pub(in crate::dataset) struct Predicting {
    /// The levels of each category, by the column's name.
    levels: BTreeMap<String, Vec<String>>,
    /// Whether the target is read too, of those rows that have one.
    #[serde(default)]
    with_targets: bool,
}

impl Predicting {
    /// Whether features are read and nothing else.
    pub(super) const fn reads_no_target(&self) -> bool {
        !self.with_targets
    }
}

/// The options of a source that reads these features, with the levels of those that are categories, and neither target nor weight.
#[must_use]
pub fn predicting(mut values: Values, path: &str, features: &[(String, Option<Vec<String>>)]) -> Values {
    for key in
        ["targets", "weight", "ignore", "split", "standardize", "divide_by", "labels", "test_path", "test_labels"]
    {
        values.remove(key);
    }
    let texts = |names: Vec<&String>| toml::Value::from(names.into_iter().cloned().collect::<Vec<_>>());
    let categories: Vec<_> = features.iter().filter_map(|(name, levels)| Some((name, levels.as_ref()?))).collect();
    let levels: toml::Table =
        categories.iter().map(|(name, levels)| ((*name).clone(), texts(levels.iter().collect()))).collect();
    values.insert("path".to_owned(), path.into());
    values.insert("target".to_owned(), "".into());
    values.insert("features".to_owned(), texts(features.iter().map(|(name, _)| name).collect()));
    values.insert("one_hot".to_owned(), texts(categories.iter().map(|(name, _)| *name).collect()));
    values.insert("missing".to_owned(), "error".into());
    values.insert(KEY.to_owned(), toml::Table::from_iter([("levels".to_owned(), levels.into())]).into());
    values
}

/// The same features with the target as the experiment reads it, of those rows that have one.
#[must_use]
pub fn predicting_with_targets(own: &Values, path: &str, features: &[(String, Option<Vec<String>>)]) -> Values {
    let mut values = predicting(own.clone(), path, features);
    for key in ["target", "targets"] {
        if let Some(value) = own.get(key) {
            values.insert(key.to_owned(), value.clone());
        }
    }
    values.insert("missing".to_owned(), "drop".into());
    if let Some(table) = values.get_mut(KEY).and_then(toml::Value::as_table_mut) {
        table.insert("with_targets".to_owned(), true.into());
    }
    values
}

/// Whether rows are read to predict.
#[must_use]
pub fn is_predicting(values: &Values) -> bool {
    values.contains_key(KEY)
}

impl Assembly<'_> {
    /// Adds a mistake for a cell without a value.
    pub(super) fn add_no_value(&mut self, column: usize, what: &str, place: &str) {
        let name = &self.header.names[column];
        self.mistakes.add(self.rows, column, || format!("{place}, column {}: {what}", in_quotes(name)));
    }

    /// Adds a mistake for a text in a column of numbers.
    pub(super) fn add_no_number(&mut self, column: usize, text: &str, place: &str) {
        let name = &self.header.names[column];
        let message = || format!("{place}, column {}: {} is not a number", in_quotes(name), quoted(text));
        self.mistakes.add(self.rows, column, message);
    }

    /// Adds a mistake where a text is no level that the model knows.
    pub(super) fn check_level(&mut self, number: usize, text: &str, at: &RowPlace) {
        let Some(predicting) = &self.options.predicting else { return };
        let column = self.slots[number].column;
        let name = &self.header.names[column];
        let Some(levels) = predicting.levels.get(name) else { return };
        // Levels are sorted, as columns of a data set are.
        if levels.binary_search_by(|level| level.as_str().cmp(text)).is_ok() {
            return;
        }
        const LISTED: usize = 12;
        let known: Vec<String> = levels.iter().take(LISTED).map(|level| quoted(level)).collect();
        let more = if levels.len() > LISTED { format!(" and {} more", levels.len() - LISTED) } else { String::new() };
        let place = (at.place)(column);
        self.mistakes.add(self.rows, column, || {
            format!(
                "{place}, column {}: {} is no level that the model was trained on; it knows {}{more}",
                in_quotes(name),
                quoted(text),
                known.join(", ")
            )
        });
    }
}
