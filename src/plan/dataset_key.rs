//! The key of a data set within one experiment, and the facts about data sets by that key.

use std::collections::BTreeMap;

use super::Setting;
use crate::record::DataFacts;

/// The facts about each data set of a plan, by [`dataset_key`].
pub type FactsByDataset = BTreeMap<String, DataFacts>;

/// Identifies a data set within one experiment: its table and every option.
#[must_use]
pub fn dataset_key(setting: &Setting) -> String {
    let values = toml::Value::Table(setting.dataset.values.clone());
    format!("{} {} {values}", setting.dataset.table, setting.dataset.kind)
}

/// The name of the table in a [`dataset_key`].
#[must_use]
pub fn table_of(key: &str) -> &str {
    key.split(' ').next().unwrap_or(key)
}
