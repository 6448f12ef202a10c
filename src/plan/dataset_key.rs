//! The key of a data set within one experiment, and what is known of data sets by that key.

use std::collections::BTreeMap;

use super::Setting;
use crate::record::DataFacts;

/// FactsByDataset about each data set that the plan names, by [`dataset_key`].
pub type FactsByDataset = BTreeMap<String, DataFacts>;

/// What names a data set within one experiment: its table and every option.
#[must_use]
pub fn dataset_key(setting: &Setting) -> String {
    let values = toml::Value::Table(setting.dataset.values.clone());
    format!("{} {} {values}", setting.dataset.table, setting.dataset.kind)
}

/// The table that a [`dataset_key`] begins with.
#[must_use]
pub fn table_of(key: &str) -> &str {
    key.split(' ').next().unwrap_or(key)
}
