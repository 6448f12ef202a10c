//! Lookups in the registries: the key that names a table's row, the names of the rows, and their parameters.

use crate::parameter::{AboutRow, AnyRegistry};
use crate::parameter::{Kind, Parameter};
use crate::plan::Component;
use crate::{dataset, model, optimizer, train};

/// The registry whose rows the tables of a component name; `None` for `[train]`, which has one set of keys.
pub fn registry_of(component: Component) -> Option<&'static dyn AnyRegistry> {
    match component {
        Component::Dataset => Some(&dataset::SOURCES),
        Component::Model => Some(&model::FAMILIES),
        Component::Optimizer => Some(&optimizer::METHODS),
        Component::Train => None,
    }
}

/// The key of a table that names its registry row.
pub fn row_key(component: Component) -> &'static str {
    registry_of(component).map_or("train", AnyRegistry::key)
}

/// The names of a registry's rows.
pub fn row_names(component: Component) -> Vec<&'static str> {
    registry_of(component).map_or_else(Vec::new, AnyRegistry::names)
}

/// The line of documentation of a registry's row.
pub fn row_doc(component: Component, row: &str) -> Option<&'static str> {
    Some(registry_of(component)?.about(row)?.doc)
}

/// The parameters of a registry's row.
pub fn row_parameters(component: Component, row: &str) -> Vec<&'static Parameter> {
    match registry_of(component) {
        Some(registry) => registry.about(row).iter().flat_map(AboutRow::keys).collect(),
        None => train::PARAMETERS.iter().collect(),
    }
}

/// Every row that a file can name; some stand more than once.
pub fn all_rows() -> Vec<AboutRow> {
    let nested = all_parameters().into_iter().filter_map(|key| match key.kind {
        Kind::Row(registry) | Kind::Rows(registry) => Some(registry),
        _ => None,
    });
    let registries = Component::ALL.into_iter().filter_map(registry_of).chain(nested);
    registries.flat_map(AnyRegistry::about_all).collect()
}

/// Every key that a table of any component may have, with the keys of nested tables; some stand more than once.
pub fn all_parameters() -> Vec<&'static Parameter> {
    fn with_inner(parameter: &'static Parameter, all: &mut Vec<&'static Parameter>) {
        all.push(parameter);
        match parameter.kind {
            Kind::Table(inner) => inner.iter().for_each(|inner| with_inner(inner, all)),
            Kind::Row(registry) | Kind::Rows(registry) => {
                registry.about_all().iter().flat_map(AboutRow::keys).for_each(|inner| with_inner(inner, all));
            }
            _ => {}
        }
    }
    let mut all = Vec::new();
    for component in Component::ALL {
        let rows = row_names(component);
        let rows = if rows.is_empty() { vec![""] } else { rows };
        rows.into_iter().flat_map(|row| row_parameters(component, row)).for_each(|key| with_inner(key, &mut all));
    }
    all
}
