//! `[[link]]`: hyperparameters of one table that move together.

use std::collections::{BTreeMap, HashMap};

use super::axis::expand;
use super::declared::{DeclaredTable, find};
use super::mistake::{Mistake, Mistakes};
use super::names::plain_list;
use super::points::{SpannedValue, written};
use super::registry::{registry_of, row_key};
use super::source_text::Span;
use super::tree::{Node, NodeEntry, NodeTable, NodeValue};
use super::unknown_key::unknown_key;
use crate::plan::{Component, GridAxis, GridPoint};

/// One link.
#[derive(Debug)]
pub struct Link {
    pub component: Component,
    /// The table whose hyperparameters it moves.
    pub table: String,
    /// Its keys and their places.
    pub keys: BTreeMap<String, Span>,
    /// `None` if there was a mistake.
    pub axis: Option<GridAxis>,
}

impl Link {
    /// Whether the link moves keys of this table.
    pub fn moves(&self, table: &DeclaredTable) -> bool {
        self.component == table.component && self.table == table.name
    }
}

/// Reads every `[[link]]`.
pub fn read(root: &NodeTable, declared: &[DeclaredTable], mistakes: &mut Mistakes) -> Vec<Link> {
    let Some(entry) = root.get("link") else { return Vec::new() };
    let mut links: Vec<Link> = Vec::new();
    for (node, table) in tables("link", entry, mistakes) {
        if let Some(link) = link(node, table, declared, mistakes) {
            conflicts(&link, &links, declared, mistakes);
            links.push(link);
        }
    }
    links
}

/// The most `[[link]]` or `[[exclude]]` tables: each is compared with every other, or applied to every grid.
const MOST_TABLES: usize = 1_000;

/// The tables of `[[link]]` or `[[exclude]]`.
pub fn tables<'a>(name: &str, entry: &'a NodeEntry, mistakes: &mut Mistakes) -> Vec<(&'a Node, &'a NodeTable)> {
    let wrong = |node: &Node| {
        Mistake::error(format!("`{name}` must be written as [[{name}]]; found {}", node.found()))
            .at(entry.key, "two brackets: each is one of a list")
    };
    match &entry.node.value {
        NodeValue::List(items) if items.len() > MOST_TABLES => {
            mistakes.push(
                Mistake::error(format!("{} tables [[{name}]] are too many", items.len()))
                    .at(items[MOST_TABLES].span, format!("at most {MOST_TABLES} are read")),
            );
            Vec::new()
        }
        NodeValue::List(items) => items
            .iter()
            .filter_map(|item| {
                let table = item.as_table();
                if table.is_none() {
                    mistakes.push(wrong(item));
                }
                table.map(|table| (item, table))
            })
            .collect(),
        _ => {
            mistakes.push(wrong(&entry.node));
            Vec::new()
        }
    }
}

fn link(node: &Node, table: &NodeTable, declared: &[DeclaredTable], mistakes: &mut Mistakes) -> Option<Link> {
    let before = mistakes.found();
    let owners: Vec<(Component, &NodeEntry)> = [Component::Dataset, Component::Model, Component::Optimizer]
        .into_iter()
        .filter_map(|component| table.get(component.word()).map(|entry| (component, entry)))
        .collect();
    let [(component, owner)] = owners[..] else {
        mistakes.push(
            Mistake::error("a link names one table: whose hyperparameters move together")
                .at(node.span, "add one of `dataset = \"…\"`, `model = \"…\"`, `optimizer = \"…\"`"),
        );
        return None;
    };
    let Some(name) = owner.node.as_text() else {
        mistakes.push(
            Mistake::error(format!(
                "`{}` must be the name of one table; found {}",
                component.word(),
                owner.node.found()
            ))
            .at(owner.node.span, "accepted: a name in quotes; write one link for each table"),
        );
        return None;
    };
    let moved = find(component, name, owner.node.span, declared, mistakes)?;
    let mut moving: Vec<(&str, &NodeEntry, Vec<SpannedValue>)> = Vec::new();
    let mut keys = BTreeMap::new();
    for (key, entry) in table {
        if key == component.word() {
            continue;
        }
        let Some(parameter) = moved.parameter(key) else {
            let accepted: Vec<&str> = moved.parameters.iter().map(|parameter| parameter.name).collect();
            mistakes.push(if key == row_key(component) {
                Mistake::error(format!("a link cannot move `{key}`"))
                    .at(entry.key, "write one table for each, with its own hyperparameters")
            } else {
                let row = registry_of(component).map(|registry| (registry, moved.row));
                unknown_key(&moved.owner(), key, entry.key, &accepted, row)
            });
            continue;
        };
        keys.insert(key.clone(), entry.key);
        if let Some(values) = members(parameter, entry, mistakes) {
            moving.push((key, entry, values));
        }
    }
    let axis = (mistakes.found() == before).then(|| axis(component, node, &moving, mistakes)).flatten();
    Some(Link { component, table: name.to_owned(), keys, axis })
}

/// The values of a key, in order. They may repeat: `[0.0, 0.9, 0.9]` beside `[false, false, true]`.
fn members(
    parameter: &crate::parameter::Parameter,
    entry: &NodeEntry,
    mistakes: &mut Mistakes,
) -> Option<Vec<SpannedValue>> {
    let items = match &entry.node.value {
        NodeValue::List(items) => items,
        NodeValue::Table(table) => match table.get("values").map(|entry| &entry.node.value) {
            Some(NodeValue::List(items)) => items,
            _ => return expand(parameter, &entry.node, mistakes),
        },
        _ => {
            mistakes.push(
                Mistake::error(format!("`{}` of a link must be a list; found {}", parameter.name, entry.node.found()))
                    .at(entry.node.span, "a single value belongs in the table itself"),
            );
            return None;
        }
    };
    let mut values = Vec::with_capacity(items.len());
    for item in items {
        values.extend(expand(parameter, item, mistakes)?);
    }
    Some(values)
}

fn axis(
    component: Component,
    node: &Node,
    moving: &[(&str, &NodeEntry, Vec<SpannedValue>)],
    mistakes: &mut Mistakes,
) -> Option<GridAxis> {
    let [(first, first_entry, first_values), others @ ..] = moving else {
        mistakes.push(
            Mistake::error("a link without hyperparameters").at(node.span, "add at least two lists of equal length"),
        );
        return None;
    };
    if others.is_empty() {
        mistakes.push(
            Mistake::error(format!("a link of `{first}` alone"))
                .at(first_entry.key, "a link moves two or more hyperparameters together")
                .help("an axis of one hyperparameter stands in its table"),
        );
        return None;
    }
    if first_values.is_empty() {
        mistakes.push(
            Mistake::error(format!("`{first}` is an empty list"))
                .at(first_entry.node.span, "an empty axis would leave no settings"),
        );
        return None;
    }
    for (key, entry, values) in others {
        if values.len() != first_values.len() {
            mistakes.push(
                Mistake::error("the lists of a link must have equal lengths")
                    .at(entry.node.span, format!("`{key}` has {}", count(values.len())))
                    .at(first_entry.node.span, format!("`{first}` has {}", count(first_values.len()))),
            );
            return None;
        }
    }
    let points: Vec<GridPoint> = (0..first_values.len())
        .map(|index| {
            let values = moving.iter().map(|(key, _, values)| (component, (*key).to_owned(), values[index].0.clone()));
            values.collect()
        })
        .collect();
    if let Some((earlier, index)) = repeated(&points) {
        let keys = plain_list(moving.iter().map(|(key, ..)| *key));
        mistakes.push(
            Mistake::error("a link has the same point twice")
                .at(first_values[index].1, format!("{keys} are here what they are {} places before", index - earlier)),
        );
        return None;
    }
    let keys = moving.iter().map(|(key, ..)| (component, (*key).to_owned())).collect();
    Some(GridAxis { keys, points })
}

/// The first point that repeats an earlier one: the position of the earlier one, and its own.
fn repeated(points: &[GridPoint]) -> Option<(usize, usize)> {
    let mut first: HashMap<Vec<String>, usize> = HashMap::with_capacity(points.len());
    for (index, point) in points.iter().enumerate() {
        let values = point.iter().map(|(.., value)| match value {
            // Both zeros are the same value.
            toml::Value::Float(number) if *number == 0.0 => "0.0".to_owned(),
            value => written(value),
        });
        if let Some(earlier) = first.insert(values.collect(), index) {
            return Some((earlier, index));
        }
    }
    None
}

fn count(values: usize) -> String {
    if values == 1 { "1 value".to_owned() } else { format!("{values} values") }
}

/// Reports keys of a link that are also set in the table or in another link.
fn conflicts(link: &Link, earlier: &[Link], declared: &[DeclaredTable], mistakes: &mut Mistakes) {
    let table = declared.iter().find(|table| table.component == link.component && table.name == link.table);
    for (key, span) in &link.keys {
        let in_table = table.and_then(|table| table.keys.get(key)).map(|entry| entry.key);
        let in_link = earlier
            .iter()
            .filter(|other| other.component == link.component && other.table == link.table)
            .find_map(|other| other.keys.get(key).copied());
        if let Some(other) = in_table.or(in_link) {
            mistakes.push(
                Mistake::error(format!("`{key}` of {} \"{}\" is set in two places", link.component.word(), link.table))
                    .at(*span, "by this link")
                    .at(other, if in_table.is_some() { "and in its table" } else { "and by another link" })
                    .help("leave one of them out"),
            );
        }
    }
}
