//! Lints of the weights of classes.

use super::settings::values;
use crate::model::CLASS_WEIGHT;
use crate::plan::{Combination, Component};

/// Classes whose rows do not count at all.
pub fn classes_without_weight(combination: &Combination, lints: &mut Vec<String>) {
    let key = CLASS_WEIGHT.name;
    let tables = values(combination, Component::Model, key).into_iter().filter_map(toml::Value::as_table);
    let mut names: Vec<&String> = tables
        .flat_map(|table| table.iter().filter(|(_, weight)| weight.as_float() == Some(0.0)).map(|(name, _)| name))
        .collect();
    names.sort_unstable();
    names.dedup();
    if names.is_empty() {
        return;
    }
    let listed: Vec<String> = names.iter().map(|name| format!("{name:?}")).collect();
    lints.push(format!(
        "models.{}: {key} is 0 for {}, so that such rows do not count in J, and metrics count them all the same; give them a small weight, \
         or leave the rows out of the data",
        combination.grid.base.model.table,
        listed.join(", ")
    ));
}
