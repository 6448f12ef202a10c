//! `extends = "base.toml"`: tables merge key by key, and everything else replaces the base's value.

use std::path::PathBuf;

use super::axis::is_axis;
use super::dotted_path::segments;
use super::mistake::{Mistake, Mistakes};
use super::open::OpenedFile;
use super::registry::row_key;
use super::source_text::SourceText;
use super::tree::{Node, NodeEntry, NodeTable, NodeValue};
use super::tree_edit::remove;
use super::{open, parse};
use crate::plan::Component;
use crate::text::{located, reason};

/// The key that names what is not inherited.
const REMOVE: &str = "remove";

/// Merges a file over the one that it extends. The base's `name` and `title` are not inherited, because they belong to another
/// experiment's results. Returns whether the base could not be opened.
pub fn apply(root: &mut NodeTable, sources: &mut Vec<SourceText>, mistakes: &mut Mistakes) -> bool {
    let removed = root.remove(REMOVE);
    let Some(entry) = root.remove("extends") else {
        if let Some(removed) = removed {
            mistakes.push(
                Mistake::error("`remove` without `extends` has nothing to take out")
                    .at(removed.key, "it names tables and keys of the file that this one extends")
                    .help("leave out of this file what it should not have"),
            );
        }
        return false;
    };
    let Some(name) = entry.node.as_text() else {
        mistakes.push(
            Mistake::error(format!("`extends` must be one file's name in quotes; found {}", entry.node.found()))
                .at(entry.node.span, "accepted: the path of an experiment file, relative to this one"),
        );
        return false;
    };
    let folder = sources.get(entry.node.span.source).map_or_else(PathBuf::new, |source| source.folder.clone());
    let opened = match located(&folder, name) {
        Ok(path) => open::open(&folder.join(&*path), sources.len()),
        Err(reason) => {
            mistakes.push(Mistake::error(reason).at(entry.node.span, "the base is looked for by it"));
            return true;
        }
    };
    let OpenedFile { mut source, mistake, unreadable } = opened;
    // As written: results name this file, and the value of a variable belongs to one machine.
    source.label = folder.join(name).display().to_string();
    let index = sources.len();
    if let Some(error) = unreadable {
        mistakes.push(
            Mistake::error(format!("the base {} cannot be opened: {}", source.label, reason(&error)))
                .at(entry.node.span, "relative to the folder of this file"),
        );
        return true;
    }
    sources.push(source);
    if let Some(mistake) = mistake {
        mistakes.push(mistake.at(entry.node.span, "extended here"));
        return false;
    }
    let base = parse::parse(&sources[index], index, mistakes);
    let NodeValue::Table(mut base) = base.value else { return false };
    if let Some(second) = base.get("extends") {
        if sources[index].text == sources[0].text {
            mistakes.push(Mistake::error("the file extends itself").at(entry.node.span, "accepted: another file"));
            return false;
        }
        mistakes.push(
            Mistake::error("the base extends another file itself")
                .at(second.key, "one level only")
                .at(entry.node.span, "extended here")
                .help("extend that file directly, or merge the two"),
        );
        return false;
    }
    base.remove("name");
    base.remove("title");
    remember(&base, root, &sources[index].label, mistakes);
    if let Some(removed) = removed {
        take_out(&mut base, &removed.node, sources, mistakes);
    }
    merge(&mut base, std::mem::take(root), 0);
    *root = base;
    false
}

/// Remembers of each table that names another row than its base which keys come from there: the new row may not take them.
fn remember(base: &NodeTable, top: &NodeTable, label: &str, mistakes: &mut Mistakes) {
    for component in [Component::Dataset, Component::Model, Component::Optimizer] {
        let (group, row) = (format!("{}s", component.word()), row_key(component));
        let tables =
            |root: &'_ NodeTable| root.get(&group).and_then(|entry| entry.node.as_table().cloned()).unwrap_or_default();
        let own = tables(top);
        for (name, entry) in tables(base) {
            let named = |entry: Option<&NodeEntry>| Some(entry?.node.as_table()?.get(row)?.node.as_text()?.to_owned());
            let (Some(before), Some(now)) = (named(Some(&entry)), named(own.get(&name))) else { continue };
            if before == now {
                continue;
            }
            for (key, entry) in entry.node.as_table().into_iter().flatten() {
                let whence = format!("inherited from {label}, where {row} = \"{before}\"");
                mistakes.inherits(entry.key, whence, format!("{group}.{}.{key}", shown(&name)));
            }
        }
    }
}

/// A name as a part of a dotted path.
fn shown(name: &str) -> String {
    if name.contains('.') { format!("'{name}'") } else { name.to_owned() }
}

/// Takes what `remove` lists out of the base.
fn take_out(base: &mut NodeTable, node: &Node, sources: &[SourceText], mistakes: &mut Mistakes) {
    let NodeValue::List(items) = &node.value else {
        mistakes.push(
            Mistake::error(format!("`remove` must be a list of texts; found {}", node.found()))
                .at(node.span, "for example `remove = [\"optimizers.gd\"]`"),
        );
        return;
    };
    for item in items {
        let Some(path) = item.as_text() else {
            mistakes.push(
                Mistake::error(format!("`remove` must be a list of texts; found {} in it", item.found()))
                    .at(item.span, "for example \"optimizers.gd\""),
            );
            continue;
        };
        // Where the text has escapes, its parts are not where they are in the file.
        let source = sources.get(item.span.source).map_or("", |source| &source.text);
        let plain = source.get(item.span.start + 1..item.span.end.saturating_sub(1)) == Some(path);
        let found =
            segments(path, item.span.source, item.span.start + 1).and_then(|path| remove(base, &path, item.span));
        if let Err(mut mistake) = found {
            if !plain {
                mistake.marks.iter_mut().for_each(|mark| mark.0 = item.span);
            }
            mistakes.push(mistake.help("`remove` names tables and keys of the base"));
        }
    }
}

/// Depth 0 is the top level, 1 the names of tables, 2 the keys of tables.
fn merge(base: &mut NodeTable, top: NodeTable, depth: usize) {
    for (key, mut entry) in top {
        if let (Some(below), NodeValue::Table(inner)) = (base.get_mut(&key), &mut entry.node.value)
            && let NodeValue::Table(table) = &mut below.node.value
            && merges(table, inner, depth)
        {
            merge(table, std::mem::take(inner), depth + 1);
            below.key = entry.key;
            below.node.span = entry.node.span;
            continue;
        }
        base.insert(key, entry);
    }
}

/// An axis replaces the base's value. So does a schedule of another kind, because its keys are different.
fn merges(base: &NodeTable, top: &NodeTable, depth: usize) -> bool {
    fn kind(table: &NodeTable) -> Option<&str> {
        table.get("kind").and_then(|entry| entry.node.as_text())
    }
    let other_kind = kind(top).is_some() && kind(base) != kind(top);
    depth < 1 || !(is_axis(base) || is_axis(top)) && (depth < 2 || !other_kind)
}
