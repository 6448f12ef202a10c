//! `extends = "base.toml"`: tables merge key by key, and everything else replaces the base's value.

use std::path::PathBuf;

use super::axis::is_axis;
use super::mistake::{Mistake, Mistakes};
use super::open::OpenedFile;
use super::source_text::SourceText;
use super::tree::{NodeTable, NodeValue};
use super::{open, parse};
use crate::text::reason;

/// Merges a file over the one that it extends. The base's `name` and `title` are not inherited, because they belong to another
/// experiment's results. Returns whether the base could not be opened.
pub fn apply(root: &mut NodeTable, sources: &mut Vec<SourceText>, mistakes: &mut Mistakes) -> bool {
    let Some(entry) = root.remove("extends") else { return false };
    let Some(name) = entry.node.as_text() else {
        mistakes.push(
            Mistake::error(format!("`extends` must be one file's name in quotes; found {}", entry.node.found()))
                .at(entry.node.span, "accepted: the path of an experiment file, relative to this one"),
        );
        return false;
    };
    let folder = sources.get(entry.node.span.source).map_or_else(PathBuf::new, |source| source.folder.clone());
    let OpenedFile { source, mistake, unreadable } = open::open(&folder.join(name), sources.len());
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
    merge(&mut base, std::mem::take(root), 0);
    *root = base;
    false
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
