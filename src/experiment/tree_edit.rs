//! Changes a tree of values at a dotted path: sets a key, adds a table, removes either.

use super::axis::is_axis;
use super::dotted_path::PathSegment;
use super::header;
use super::mistake::Mistake;
use super::names::{nearest, plain_list};
use super::registry::{row_key, row_parameters};
use super::source_text::Span;
use super::tree::{Node, NodeEntry, NodeTable, NodeValue};
use crate::plan::Component;

/// The component whose tables a key of the top level holds.
pub const fn group(name: &str) -> Option<Component> {
    match name.as_bytes() {
        b"datasets" => Some(Component::Dataset),
        b"models" => Some(Component::Model),
        b"optimizers" => Some(Component::Optimizer),
        _ => None,
    }
}

/// Sets the key at a path. `adds` lets the table that it belongs to be new.
///
/// # Errors
/// A path that leads nowhere.
pub fn set(root: &mut NodeTable, path: &[PathSegment], node: Node, adds: bool) -> Result<(), Mistake> {
    let Some((first, rest)) = path.split_first() else { return Ok(()) };
    if first.name == "extends" {
        return Err(Mistake::error("`extends` cannot be set here")
            .at(first.span, "arguments are applied after `extends`")
            .help("write it in the file"));
    }
    if !header::KEYS.contains(&first.name.as_str()) {
        return Err(unknown(first, header::KEYS));
    }
    if let (Some(_), [], Some(names)) = (group(&first.name), rest, names(&node)) {
        return keep(root, first, &names);
    }
    let (Some(component), [name, keys @ ..]) = (group(&first.name), rest) else {
        return descend(root, path, node);
    };
    if keys.is_empty() {
        if name.name == "*" {
            return Err(Mistake::error("`*` stands for every table, so a key must follow")
                .at(name.span, format!("for example `{}.*.KEY=…`", first.name)));
        }
        return descend(root, path, node);
    }
    let is_new = |tables: &NodeTable| name.name != "*" && !tables.contains_key(&name.name);
    if adds && root.get(&first.name).is_none_or(|entry| entry.node.as_table().is_some_and(is_new)) {
        return descend(root, path, node);
    }
    let Some(NodeValue::Table(tables)) = root.get_mut(&first.name).map(|entry| &mut entry.node.value) else {
        return Err(Mistake::error(format!("the experiment has no `{}`", first.name)).at(first.span, "nothing to set"));
    };
    if name.name != "*" {
        return match tables.get_mut(&name.name) {
            Some(NodeEntry { node: Node { value: NodeValue::Table(table), .. }, .. }) => descend(table, keys, node),
            _ => {
                let row = row_key(component);
                let add = format!("`+{}.{}.{row}=…` adds a table", first.name, name.name);
                Err(unknown(name, tables.keys().map(String::as_str)).help(add))
            }
        };
    }
    let key = &keys[0];
    let mut matched = false;
    for entry in tables.values_mut() {
        if let NodeValue::Table(table) = &mut entry.node.value
            && takes(component, table, &key.name)
        {
            matched = true;
            descend(table, keys, node.clone())?;
        }
    }
    if matched {
        Ok(())
    } else {
        Err(Mistake::error(format!("no {} of this experiment takes `{}`", component.word(), key.name.escape_debug()))
            .at(key.span, known(component, tables, &key.name)))
    }
}

/// The names that a value lists: one text, or several.
fn names(node: &Node) -> Option<Vec<PathSegment>> {
    let name = |node: &Node| node.as_text().map(|name| PathSegment { name: name.to_owned(), span: node.span });
    match &node.value {
        NodeValue::List(items) => items.iter().map(name).collect(),
        _ => Some(vec![name(node)?]),
    }
}

/// Keeps the tables of these names alone, as Hydra selects from a group: `optimizers=adam,sgd`.
fn keep(root: &mut NodeTable, group: &PathSegment, names: &[PathSegment]) -> Result<(), Mistake> {
    let Some(NodeValue::Table(tables)) = root.get_mut(&group.name).map(|entry| &mut entry.node.value) else {
        return Err(Mistake::error(format!("the experiment has no `{}`", group.name)).at(group.span, "nothing to keep"));
    };
    if let Some(name) = names.iter().find(|name| !tables.contains_key(&name.name)) {
        return Err(unknown(name, tables.keys().map(String::as_str)));
    }
    tables.retain(|known, _| names.iter().any(|name| name.name == *known));
    Ok(())
}

/// Whether a table's registry row has a key. A table with an unknown row has it not; its own error is reported later.
fn takes(component: Component, table: &NodeTable, key: &str) -> bool {
    let row = table.get(row_key(component)).and_then(|entry| entry.node.as_text()).unwrap_or_default();
    key == row_key(component) || row_parameters(component, row).iter().any(|parameter| parameter.name == key)
}

fn known(component: Component, tables: &NodeTable, key: &str) -> String {
    let mut names: Vec<&str> = tables
        .values()
        .filter_map(|entry| entry.node.as_table()?.get(row_key(component))?.node.as_text())
        .flat_map(|row| row_parameters(component, row))
        .map(|parameter| parameter.name)
        .collect();
    names.sort_unstable();
    names.dedup();
    match nearest(key, names.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("accepted: {}", plain_list(names)),
    }
}

/// Sets a key below `table`. Missing tables on the way are created.
fn descend(table: &mut NodeTable, path: &[PathSegment], node: Node) -> Result<(), Mistake> {
    let Some((first, rest)) = path.split_first() else { return Ok(()) };
    if first.name == "*" {
        return Err(Mistake::error("`*` cannot stand here")
            .at(first.span, "it stands for the names of datasets, models or optimizers"));
    }
    if rest.is_empty() {
        table.insert(first.name.clone(), NodeEntry { key: first.span, node });
        return Ok(());
    }
    let empty =
        || NodeEntry { key: first.span, node: Node { span: first.span, value: NodeValue::Table(NodeTable::new()) } };
    let entry = table.entry(first.name.clone()).or_insert_with(empty);
    match &mut entry.node.value {
        NodeValue::Table(inner) if !is_axis(inner) => descend(inner, rest, node),
        // One key of a range, which is then given here and in the file.
        NodeValue::Table(range) if matches!(rest, [key] if is_of_range(range, &key.name)) => {
            entry.node.span = first.span;
            entry.key = first.span;
            descend(range, rest, node)
        }
        NodeValue::List(items) => match place(items.len(), &rest[0]) {
            Ok(number) => match rest {
                [_] => {
                    items[number] = node;
                    Ok(())
                }
                [_, keys @ ..] => match &mut items[number].value {
                    NodeValue::Table(item) => descend(item, keys, node),
                    _ => Err(without_keys(&rest[0], &items[number].found())),
                },
                [] => Ok(()),
            },
            Err(mistake) => Err(mistake),
        },
        NodeValue::Table(range) if range.contains_key("from") => match rest {
            [key] => Err(no_key_of_range(key)),
            _ => Err(without_keys(first, &entry.node.found())),
        },
        _ => Err(without_keys(first, &entry.node.found())),
    }
}

/// A key that ranges do not have.
fn no_key_of_range(key: &PathSegment) -> Mistake {
    const KEYS: [&str; 4] = ["from", "to", "count", "scale"];
    let label = match nearest(&key.name, KEYS) {
        Some(near) => format!("did you mean \"{near}\"? a range has from, to, count and scale"),
        None => "a range has from, to, count and scale".to_owned(),
    };
    Mistake::error(format!("a range has no key `{}`", key.name.escape_debug())).at(key.span, label)
}

/// Whether a key is one of a range: it stands there, or is the one that may be left out.
fn is_of_range(range: &NodeTable, key: &str) -> bool {
    range.contains_key(key) && key != "values" || range.contains_key("from") && key == "scale"
}

fn without_keys(segment: &PathSegment, found: &str) -> Mistake {
    Mistake::error(format!("`{}` has no keys to set", segment.name.escape_debug()))
        .at(segment.span, format!("it is {found}"))
        .help("set it as a whole")
}

/// The item of a list that a part of a path names, counted from 0 as in Hydra.
fn place(length: usize, segment: &PathSegment) -> Result<usize, Mistake> {
    segment.name.parse().ok().filter(|number| *number < length).ok_or_else(|| {
        let accepted = match length {
            0 => "the list is empty".to_owned(),
            1 => "accepted: 0, the one item of the list".to_owned(),
            _ => format!("accepted: the number of an item, 0 to {}", length - 1),
        };
        Mistake::error(format!("there is no item `{}`", segment.name.escape_debug())).at(segment.span, accepted)
    })
}

/// Removes what stands at a path; `*` stands for every table.
///
/// # Errors
/// If nothing does.
pub fn remove(root: &mut NodeTable, path: &[PathSegment], whole: Span) -> Result<(), Mistake> {
    let Some((first, rest)) = path.split_first() else { return Ok(()) };
    if first.name == "*" {
        let tables: Vec<String> = root.keys().cloned().collect();
        let mut matched = rest.is_empty() && !root.is_empty();
        for name in tables {
            if rest.is_empty() {
                root.remove(&name);
            } else if let Some(NodeValue::Table(inner)) = root.get_mut(&name).map(|entry| &mut entry.node.value) {
                matched |= remove(inner, rest, whole).is_ok();
            }
        }
        return if matched {
            Ok(())
        } else {
            Err(Mistake::error("nothing to remove").at(whole, "no table has this key"))
        };
    }
    if rest.is_empty() {
        return match root.remove(&first.name) {
            Some(_) => Ok(()),
            None => Err(nothing(first, root)),
        };
    }
    match root.get_mut(&first.name).map(|entry| &mut entry.node.value) {
        Some(NodeValue::Table(inner)) => remove(inner, rest, whole),
        Some(NodeValue::List(items)) => match (place(items.len(), &rest[0])?, rest) {
            (number, [_]) => {
                items.remove(number);
                Ok(())
            }
            (number, [_, keys @ ..]) => match &mut items[number].value {
                NodeValue::Table(item) => remove(item, keys, whole),
                _ => Err(without_keys(&rest[0], &items[number].found())),
            },
            (_, []) => Ok(()),
        },
        _ => Err(nothing(first, root)),
    }
}

fn nothing(segment: &PathSegment, table: &NodeTable) -> Mistake {
    let mistake = unknown(segment, table.keys().map(String::as_str));
    Mistake { message: format!("nothing to remove: {}", mistake.message), ..mistake }
}

/// The mistake of a name that does not exist; `accepted` do.
fn unknown<'a>(segment: &PathSegment, accepted: impl IntoIterator<Item = &'a str>) -> Mistake {
    let accepted: Vec<&str> = accepted.into_iter().collect();
    let label = match nearest(&segment.name, accepted.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None if accepted.is_empty() => "there is nothing here".to_owned(),
        None => format!("accepted: {}", plain_list(accepted)),
    };
    Mistake::error(format!("there is no `{}`", segment.name.escape_debug())).at(segment.span, label)
}
