//! Short labels that tell the settings of a combination apart.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt::Write as _;

use crate::record::{KeyLabel, StudyAxis, StudyCombination};

/// The key of the learning rate, which has a column of its own.
pub const LEARNING_RATE: &str = "optimizer.learning_rate";

/// The keys that vary within a combination, sorted by name, without the learning rate.
#[must_use]
pub fn varying_keys(combination: &StudyCombination) -> Vec<String> {
    let mut keys = BTreeSet::new();
    for (index, axis) in combination.axes.iter().enumerate() {
        // Exclusions may leave only a part of an axis.
        let mut used = vec![false; axis.points];
        for setting in &combination.settings {
            used[combination.digit(setting, index)] = true;
        }
        for (key, _) in &axis.columns {
            let mut values = (0..axis.points).filter(|point| used[*point]).map(|point| axis.get(key, point));
            let first = values.next();
            if values.any(|value| Some(value) != first) {
                keys.insert(key.clone());
            }
        }
    }
    keys.remove(LEARNING_RATE);
    keys.into_iter().collect()
}

/// For each axis, the class of each of its points. Points that agree in all of `keys` share a class.
#[must_use]
pub fn classes(combination: &StudyCombination, keys: &[&String]) -> Vec<Vec<usize>> {
    let numbered = |axis: &StudyAxis| {
        let keys: Vec<&String> =
            keys.iter().copied().filter(|key| axis.columns.iter().any(|(column, _)| column == *key)).collect();
        if keys.is_empty() {
            return vec![0; axis.points];
        }
        let mut known: HashMap<String, usize> = HashMap::new();
        let number = |point: usize| {
            let next = known.len();
            *known.entry(group_key(&|key| axis.get(key, point), &keys)).or_insert(next)
        };
        (0..axis.points).map(number).collect()
    };
    combination.axes.iter().map(numbered).collect()
}

/// The keys that change together with the learning rate (a `[[link]]`). They do not make another series.
#[must_use]
pub fn linked_to_rate(combination: &StudyCombination) -> BTreeSet<&str> {
    let linked = combination.axes.iter().filter(|axis| axis.keys.iter().any(|key| key == LEARNING_RATE));
    linked.flat_map(|axis| axis.keys.iter().map(String::as_str)).collect()
}

/// The values of some keys, without absent ones: `batch 16, mom 0.9`.
#[must_use]
pub fn label(values: &toml::Table, keys: &[String], labels: &BTreeMap<String, KeyLabel>) -> String {
    let mut parts = Vec::new();
    for key in keys {
        let Some(value) = values.get(key) else { continue };
        let known = labels.get(key);
        if let Some(name) =
            known.filter(|known| !known.names.is_empty()).and_then(|known| known.names.get(&written(value)))
        {
            parts.push(name.clone());
            continue;
        }
        let name = known.map_or_else(|| bare(key), |known| known.label);
        // A key without a label follows from another one.
        if name.is_empty() {
            continue;
        }
        parts.push(match value {
            toml::Value::Boolean(true) => name.to_owned(),
            toml::Value::Boolean(false) => format!("no {name}"),
            other => format!("{name} {}", written(other)),
        });
    }
    parts.join(", ")
}

/// The values of some keys as an unambiguous text, which all settings of a series share.
fn group_key<'a>(value: &dyn Fn(&str) -> Option<&'a toml::Value>, keys: &[&String]) -> String {
    let mut text = String::new();
    for key in keys {
        if let Some(value) = value(key) {
            text.push_str(key);
            text.push('=');
            // The length prefix keeps a text with line breaks from looking like two values.
            let value = written(value);
            let _ = write!(text, "{}:{value}", value.len());
        }
        text.push('\n');
    }
    text
}

/// A value without quotes. Most values are numbers, and those skip TOML's slow serialiser.
fn written(value: &toml::Value) -> String {
    match value {
        toml::Value::String(text) => text.clone(),
        toml::Value::Integer(number) => number.to_string(),
        toml::Value::Float(value) => crate::text::number(*value),
        other => crate::text::toml_value(other),
    }
}

/// The key of a user's own hyperparameter, without the table that it stands in.
fn bare(key: &str) -> &str {
    key.rsplit_once('.').map_or(key, |(_, name)| name)
}

/// The number in an integer or float value.
#[must_use]
pub fn number(value: &toml::Value) -> Option<f64> {
    match value {
        toml::Value::Float(value) => Some(*value),
        toml::Value::Integer(value) => Some(*value as f64),
        _ => None,
    }
}
