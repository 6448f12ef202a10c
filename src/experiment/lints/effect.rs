//! Lints of keys without an effect.

use toml::Value;

use super::settings::{optimizer, values};
use crate::experiment::registry::row_parameters;
use crate::plan::{Combination, Component};

/// The most settings that are examined one by one.
const MOST_EXAMINED: u64 = 100_000;

/// Keys that vary, or are set, beside a key of 0 without which they have no effect: such settings are trained twice.
pub fn without_effect(combination: &Combination, lints: &mut Vec<String>) {
    let is_off = |value: Option<&Value>| match value {
        Some(value) => value.as_float() == Some(0.0) || value.as_integer() == Some(0),
        None => true,
    };
    for parameter in row_parameters(Component::Optimizer, &combination.grid.base.optimizer.kind) {
        let Some(needed) = parameter.acts_on else { continue };
        // Where the other key is never on, loading has warned already.
        if values(combination, Component::Optimizer, needed).iter().all(|value| is_off(Some(value))) {
            continue;
        }
        let default = parameter.default_value();
        let is_set = |value: &&&Value| Some(**value) != default.as_ref();
        let Some(set) = values(combination, Component::Optimizer, parameter.name).iter().find(is_set).copied() else {
            continue;
        };
        let found = (0..combination.len().min(MOST_EXAMINED)).any(|index| {
            let values = combination.setting(index).optimizer.values;
            values.get(parameter.name).is_some_and(|value| Some(value) != default.as_ref())
                && is_off(values.get(needed))
        });
        if found {
            lints.push(format!(
                "{}: {} = {set} has no effect with {needed} = 0; move the two together in a [[link]]",
                optimizer(combination),
                parameter.name,
            ));
        }
    }
}
