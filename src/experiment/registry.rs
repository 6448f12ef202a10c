//! Lookups in the registries: the key that names a table's row, the names of the rows, and their parameters.

use super::mistake::{Mistake, Mistakes};
use super::names::{instead, nearest, quoted_list, with_article};
use super::source_text::Span;
use super::tree::{NodeTable, NodeValue};
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

/// Every key that a table of any component may have, with the keys of nested tables; some stand more than once.
pub fn all_parameters() -> Vec<&'static Parameter> {
    fn with_inner(parameter: &'static Parameter, all: &mut Vec<&'static Parameter>) {
        all.push(parameter);
        match parameter.kind {
            Kind::Table(inner) => inner.iter().for_each(|inner| with_inner(inner, all)),
            Kind::Row(registry) => {
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

/// Reads the key of a table that names its registry row: `method = "sgd"`.
pub fn row_name<'a>(
    what: &str,
    key: &str,
    table: &NodeTable,
    span: Span,
    rows: &[&'a str],
    mistakes: &mut Mistakes,
) -> Option<&'a str> {
    let Some(entry) = table.get(key) else {
        let list = quoted_list(rows.iter().copied());
        let meant = table.iter().find(|(other, _)| nearest(other, [key]).is_some());
        if let Some((other, entry)) = meant {
            let mistake = Mistake::error(format!("{} has no key `{}`", with_article(what), other.escape_debug()));
            mistakes.push(mistake.at(entry.key, format!("did you mean `{key}`?")));
            return None;
        }
        mistakes.push(
            Mistake::error(format!("this {what} has no `{key}`"))
                .at(span, format!("add `{key} = …`; accepted: {list}"))
                .absence(),
        );
        return None;
    };
    match entry.node.as_text() {
        Some(word) => {
            let row = rows.iter().find(|row| **row == word).copied();
            if row.is_none() {
                mistakes.push(
                    Mistake::error(format!("unknown {what} {key} {}", entry.node.found()))
                        .at(entry.node.span, instead(word, rows)),
                );
            }
            row
        }
        None => {
            let mistake = Mistake::error(format!("`{key}` must be one name in quotes; found {}", entry.node.found()))
                .at(entry.node.span, format!("accepted: {}", quoted_list(rows.iter().copied())));
            let list = matches!(entry.node.value, NodeValue::List(_)) && what != "schedule";
            mistakes.push(if list { mistake.help(format!("write one table for each {key}")) } else { mistake });
            None
        }
    }
}
