//! What labels call the hyperparameters of a plan.

use std::collections::{BTreeMap, BTreeSet};

use super::list_names::list_names;
use super::point_classes::written;
use super::setting::flat_key;
use super::{Component, Grid};
use crate::parameter::{AboutRow, AnyRegistry, Values};
use crate::parameter::{Kind, Parameter};
use crate::record::KeyLabel;
use crate::{dataset, model, optimizer, text, train};

/// The labels of the hyperparameters that vary in a grid, by qualified key.
pub fn key_labels(grid: &Grid, labels: &mut BTreeMap<String, KeyLabel>) {
    for (component, key) in grid.axes.iter().flat_map(|axis| &axis.keys) {
        let Some(parameter) = parameters(grid, *component).into_iter().find(|parameter| parameter.name == key) else {
            continue;
        };
        let qualified = format!("{}.{key}", component.word());
        add(&qualified, parameter, labels);
        if let Some(label) = labels.get_mut(&qualified) {
            label.names.extend(value_names(grid, *component, parameter));
        }
    }
}

/// What stands for the values of a key that are lists of tables, by their text in TOML; empty for other keys.
pub(super) fn value_names(grid: &Grid, component: Component, parameter: &Parameter) -> BTreeMap<String, String> {
    let Kind::Rows(registry) = parameter.kind else { return BTreeMap::new() };
    let points = grid.axes.iter().flat_map(|axis| axis.points.iter().flatten());
    let own = points.filter(|(at, key, _)| *at == component && key == parameter.name);
    list_names(registry, &own.map(|(_, _, value)| value).collect::<Vec<_>>())
}

/// Names values of many digits by four of them, as far as these tell the values of a key apart: `gain 1.414`. `grids` are all that the labels
/// are of.
pub fn name_long_numbers<'g>(grids: impl Iterator<Item = &'g Grid>, labels: &mut BTreeMap<String, KeyLabel>) {
    let mut numbers: BTreeMap<String, BTreeMap<String, String>> = BTreeMap::new();
    for grid in grids {
        let mut flat = Values::new();
        for (component, key, value) in grid.axes.iter().flat_map(|axis| axis.points.iter().flatten()) {
            flat_key(*component, key, value, &mut flat);
            for (key, value) in std::mem::take(&mut flat) {
                if let toml::Value::Float(number) = value {
                    let short = text::number(text::four_digits(number));
                    numbers.entry(key).or_default().insert(written(&value), short);
                }
            }
        }
    }
    for (key, of_key) in numbers {
        let Some(label) = labels.get_mut(&key) else { continue };
        let distinct: BTreeSet<&String> = of_key.values().collect();
        if distinct.len() == of_key.len() {
            let long = of_key.into_iter().filter(|(text, short)| short != text);
            label.names.extend(long.map(|(text, short)| (text, format!("{} {short}", label.label))));
        }
    }
}

/// The keys of a component's table.
pub(super) fn parameters(grid: &Grid, component: Component) -> Vec<&'static Parameter> {
    let (registry, row): (&dyn AnyRegistry, &str) = match component {
        Component::Dataset => (&dataset::SOURCES, &grid.base.dataset.kind),
        Component::Model => (&model::FAMILIES, &grid.base.model.kind),
        Component::Optimizer => (&optimizer::METHODS, &grid.base.optimizer.kind),
        Component::Train => return train::PARAMETERS.iter().collect(),
    };
    registry.about(row).iter().flat_map(AboutRow::keys).collect()
}

/// Adds the label of a key, and of the keys of its table.
fn add(key: &str, parameter: &Parameter, labels: &mut BTreeMap<String, KeyLabel>) {
    let label = |parameter: &Parameter| KeyLabel {
        label: parameter.label,
        explanation: parameter.explanation,
        names: BTreeMap::new(),
    };
    // Other grids may have named values of the same key.
    labels.entry(key.to_owned()).or_insert_with(|| label(parameter));
    match parameter.kind {
        Kind::Table(inner) => inner.iter().for_each(|inner| add(&format!("{key}.{}", inner.name), inner, labels)),
        Kind::Row(registry) => {
            // The row's name stands for the whole.
            labels.insert(format!("{key}.{}", registry.key()), label(parameter));
            for inner in registry.about_all().iter().flat_map(AboutRow::keys) {
                add(&format!("{key}.{}", inner.name), inner, labels);
            }
        }
        _ => {}
    }
}
