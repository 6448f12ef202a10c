//! The key of a data set within one experiment, and the facts about data sets by that key.

use std::collections::BTreeMap;

use super::{Combination, Component, Grid, GridAxis, Setting};
use crate::record::DataFacts;

/// The facts about each data set of a plan, by [`dataset_key`].
pub type FactsByDataset = BTreeMap<String, DataFacts>;

/// Identifies a data set within one experiment: its table and every option.
#[must_use]
pub fn dataset_key(setting: &Setting) -> String {
    let values = toml::Value::Table(setting.dataset.values.clone());
    format!("{} {} {values}", setting.dataset.table, setting.dataset.kind)
}

/// A setting for each point of the axes of a combination's data set; the other axes stay at their base.
pub fn data_settings(combination: &Combination) -> impl Iterator<Item = Setting> {
    let of_data = |axis: &&GridAxis| axis.keys.iter().any(|(component, _)| *component == Component::Dataset);
    let axes = combination.grid.axes.iter().filter(of_data).cloned().collect();
    let grid = Grid { base: combination.grid.base.clone(), axes };
    (0..grid.len()).map(move |index| grid.setting(index))
}

/// The name of the table in a [`dataset_key`].
#[must_use]
pub fn table_of(key: &str) -> &str {
    key.split(' ').next().unwrap_or(key)
}
