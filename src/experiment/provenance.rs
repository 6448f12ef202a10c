//! The origin of each value of an experiment.

use std::collections::BTreeMap;

use super::assemble::{ExpandedTable, ExpandedTables};
use super::axis::is_axis;
use super::link::Link;
use super::names::nearest;
use super::report_keys::REPORT_KEYS;
use super::source_text::{SourceText, Span};
use super::tree::{Node, NodeTable, NodeValue};
use crate::parameter::Fallback;

const SET_AT: &str = "set at ";
const FROM_ARGUMENTS: &str = "from the command line: ";

/// All values with their origins.
#[derive(Debug, Clone, Default)]
pub struct Provenance {
    entries: Vec<ValueOrigin>,
    /// The keys that no file sets and that have no default, by path, with a sentence on each.
    unset: BTreeMap<String, String>,
    /// The file and line of each table and key, by path.
    places: BTreeMap<String, (String, usize)>,
}

#[derive(Debug, Clone)]
struct ValueOrigin {
    /// `optimizers.sgd.learning_rate`, `datasets.made.split.test`
    path: String,
    /// The number of path parts up to the table's key: `datasets.made.split` has 3.
    key: usize,
    /// Whether it is inside an item of a list. If the key is asked for, the list is shown whole instead.
    in_list: bool,
    value: String,
    /// `set at experiments/x.toml:21`
    from: String,
}

impl Provenance {
    /// Lines such as `optimizers.sgd.learning_rate = 0.1  set at experiments/x.toml:21` for every value whose path is `key`,
    /// ends in it, or starts with it, and `train.metrics is not set; default: none; …` for a key without a value that ends in it;
    /// `*` stands for any name. A table such as `split` is listed key by key, because each key may come from elsewhere. Empty if
    /// there is no such value.
    #[must_use]
    pub fn explain(&self, key: &str) -> Vec<String> {
        let wanted: Vec<&str> = key.trim().split('.').collect();
        let found: Vec<&ValueOrigin> = self.entries.iter().filter(|origin| origin.is_meant(&wanted)).collect();
        let unset = self.unset.iter().filter(|(path, _)| ends_in(&path.split('.').collect::<Vec<_>>(), &wanted));
        let used = |origin: &ValueOrigin| origin.path.chars().count() + origin.value.chars().count();
        let width = found.iter().map(|origin| used(origin)).max().unwrap_or(0);
        let line = |origin: &&ValueOrigin| {
            let padding = " ".repeat(width - used(origin));
            format!("{} = {}{padding}  {}", origin.path, origin.value, origin.from)
        };
        let unset = unset.map(|(path, text)| format!("{path} is not set; {text}"));
        found.iter().map(line).chain(unset).collect()
    }

    /// The existing key most similar to one that [`Self::explain`] does not find.
    #[must_use]
    pub fn closest(&self, key: &str) -> Option<&str> {
        let wanted = key.trim().rsplit('.').next().unwrap_or_default();
        let paths = self.entries.iter().map(|origin| &origin.path).chain(self.unset.keys());
        nearest(wanted, paths.filter_map(|path| path.rsplit('.').next()))
    }

    /// The file and line that declare a table (`optimizers.sgd`) or a key (`train.epochs`); `None` if no file does.
    #[must_use]
    pub fn declared(&self, path: &str) -> Option<(&str, usize)> {
        self.places.get(path).map(|(file, line)| (file.as_str(), *line))
    }

    /// Where a key was set (`experiments/x.toml:12`, or `command line`) and its value as written; `None` if it was not.
    #[must_use]
    pub fn set_at(&self, path: &str) -> Option<(&str, &str)> {
        let origin = self.entries.iter().find(|origin| origin.path == path)?;
        let place = match origin.from.strip_prefix(SET_AT) {
            Some(place) => place,
            None if origin.from.starts_with(FROM_ARGUMENTS) => super::overrides::LABEL,
            None => return None,
        };
        Some((place, &origin.value))
    }

    /// Collects the origins of all values, both those written in `root` and the defaults.
    pub fn new(root: &NodeTable, tables: &ExpandedTables, links: &[Link], sources: &[SourceText]) -> Self {
        let mut provenance = Self::default();
        for (key, entry) in root {
            if matches!(key.as_str(), "name" | "title" | "seeds") {
                provenance.push(key.clone(), &entry.node, entry.key, None, sources);
            }
        }
        if let Some(report) = root.get("report").and_then(|entry| entry.node.as_table()) {
            for (key, entry) in report {
                provenance.push(format!("report.{key}"), &entry.node, entry.key, None, sources);
            }
        }
        for (key, text) in [
            ("name", "default: the name of the file"),
            ("title", "default: the name"),
            ("seeds", "default: one seed, 1"),
        ] {
            if !root.contains_key(key) {
                provenance.unset.insert(key.to_owned(), text.to_owned());
            }
        }
        let report = root.get("report").and_then(|entry| entry.node.as_table());
        for key in REPORT_KEYS.iter().filter(|key| report.is_none_or(|report| !report.contains_key(key.name))) {
            if let Some(value) = key.default_value() {
                provenance.filled_in(format!("report.{}", key.name), 2, &value, "`[report]`");
            }
        }
        for table in tables.all() {
            provenance.add_table(table, links, sources);
        }
        provenance
    }

    /// Adds a key of a table. `filled` is its value with the defaults of its own keys.
    fn push(&mut self, path: String, node: &Node, key: Span, filled: Option<&toml::Value>, sources: &[SourceText]) {
        self.place(&path, key, sources);
        let parts = path.split('.').count();
        self.leaves(path, parts, node, key, filled, sources);
    }

    fn leaves(
        &mut self,
        path: String,
        parts: usize,
        node: &Node,
        key: Span,
        filled: Option<&toml::Value>,
        sources: &[SourceText],
    ) {
        let filled = filled.and_then(toml::Value::as_table);
        if let NodeValue::Table(table) = &node.value
            && !table.is_empty()
            && !is_axis(table)
        {
            for (name, entry) in table {
                let filled = filled.and_then(|filled| filled.get(name));
                self.leaves(format!("{path}.{name}"), parts, &entry.node, entry.key, filled, sources);
            }
            let own = |name: &str| table.contains_key(name);
            for (name, value) in filled.into_iter().flatten().filter(|(name, _)| !own(name)) {
                let of = path.rsplit('.').next().unwrap_or(&path);
                self.filled_in(format!("{path}.{name}"), parts, value, &format!("`{of}`"));
            }
            return;
        }
        for item in items(node) {
            for (name, entry) in item.as_table().into_iter().flatten() {
                let (value, from) = (written(&entry.node, sources), origin(entry.key, sources));
                self.entries.push(ValueOrigin {
                    path: format!("{path}.{name}"),
                    key: parts,
                    in_list: true,
                    value,
                    from,
                });
            }
        }
        let (value, from) = (written(node, sources), origin(key, sources));
        self.entries.push(ValueOrigin { path, key: parts, in_list: false, value, from });
    }

    /// Adds a default value.
    fn filled_in(&mut self, path: String, parts: usize, value: &toml::Value, owner: &str) {
        match value {
            toml::Value::Table(table) if !table.is_empty() => {
                for (name, value) in table {
                    self.filled_in(format!("{path}.{name}"), parts, value, owner);
                }
            }
            value => {
                let (value, from) = (short(&value.to_string()), format!("default of {owner}"));
                self.entries.push(ValueOrigin { path, key: parts, in_list: false, value, from });
            }
        }
    }

    fn place(&mut self, path: &str, span: Span, sources: &[SourceText]) {
        if let Some(source) = sources.get(span.source).filter(|source| source.label != super::overrides::LABEL) {
            let line = source.position(span.start).0;
            self.places.insert(path.to_owned(), (source.label.clone(), line));
        }
    }

    fn add_table(&mut self, table: &ExpandedTable, links: &[Link], sources: &[SourceText]) {
        let path = table.declared.path();
        self.place(&path, table.declared.span, sources);
        for (key, entry) in &table.declared.keys {
            self.push(format!("{path}.{key}"), &entry.node, entry.key, table.base.get(key), sources);
        }
        for link in links.iter().filter(|link| link.moves(&table.declared)) {
            let Some(axis) = &link.axis else { continue };
            for (key, span) in &link.keys {
                let values: Vec<String> = axis
                    .points
                    .iter()
                    .flatten()
                    .filter(|(_, name, _)| name == key)
                    .map(|(_, _, value)| value.to_string())
                    .collect();
                let value = short(&format!("[{}]", values.join(", ")));
                let from = format!("{} (a link)", origin(*span, sources));
                let path = format!("{path}.{key}");
                self.place(&path, *span, sources);
                self.entries.push(ValueOrigin { key: path.split('.').count(), path, in_list: false, value, from });
            }
        }
        for (key, value) in table.base.iter().filter(|(key, _)| !table.declared.keys.contains_key(*key)) {
            let path = format!("{path}.{key}");
            self.filled_in(path.clone(), path.split('.').count(), value, &table.declared.owner());
        }
        self.entries.sort_by(|one, other| one.path.cmp(&other.path));
        for parameter in &table.declared.parameters {
            let path = format!("{path}.{}", parameter.name);
            // A table is listed by its keys.
            let below = format!("{path}.");
            let is_set = |origin: &ValueOrigin| origin.path == path || origin.path.starts_with(&below);
            if self.entries.iter().any(is_set) {
                continue;
            }
            let text = match parameter.default {
                Fallback::Off(value) => format!("default: the same as {value} ({})", parameter.doc),
                _ => format!("default: none ({})", parameter.doc),
            };
            self.unset.insert(path, text);
        }
    }
}

/// `set at experiments/x.toml:21`, or the argument that set it.
fn origin(span: Span, sources: &[SourceText]) -> String {
    let Some(source) = sources.get(span.source) else { return String::new() };
    if span.source > 0 && source.label == super::overrides::LABEL {
        let line = source.position(span.start).0;
        let argument = source.text.lines().nth(line - 1).unwrap_or_default();
        return format!("{FROM_ARGUMENTS}{}", short(argument));
    }
    format!("{SET_AT}{}", super::source_text::location(span, sources))
}

/// The value as written, on one line.
fn written(node: &Node, sources: &[SourceText]) -> String {
    let text = sources.get(node.span.source).and_then(|source| source.text.get(node.span.start..node.span.end));
    match (&node.value, text) {
        (NodeValue::Text(_), _) | (_, None) => short(&node.to_toml().to_string()),
        // The span of a table with its own header (`[optimizers.sgd.learning_rate]`) covers only the header.
        (NodeValue::Table(_), Some(text)) if !text.starts_with('{') => short(&node.to_toml().to_string()),
        (_, Some(text)) => short(text),
    }
}

fn short(text: &str) -> String {
    const LONGEST: usize = 100;
    let words: Vec<&str> = text.split_whitespace().collect();
    let line = crate::text::visible(&words.join(" ")).into_owned();
    if line.chars().count() <= LONGEST {
        return line;
    }
    let mut start: String = line.chars().take(LONGEST).collect();
    start.push('…');
    start
}

impl ValueOrigin {
    /// Whether a dotted name refers to it: as the start of its path, or as an end of the path at its key or deeper.
    fn is_meant(&self, wanted: &[&str]) -> bool {
        let path: Vec<&str> = self.path.split('.').collect();
        if self.in_list {
            return ends_in(&path, wanted);
        }
        let starts = path.get(..wanted.len()).is_some_and(|start| ends_in(start, wanted));
        starts || (self.key..=path.len()).any(|end| ends_in(&path[..end], wanted))
    }
}

/// Whether a path ends in a dotted name.
fn ends_in(path: &[&str], wanted: &[&str]) -> bool {
    let end = path.len().checked_sub(wanted.len()).map(|start| &path[start..]);
    end.is_some_and(|end| end.iter().zip(wanted).all(|(one, other)| *other == "*" || one == other))
}

/// The items of a list, or of an axis that lists its values.
fn items(node: &Node) -> &[Node] {
    let values = match &node.value {
        NodeValue::Table(table) => table.get("values").map(|entry| &entry.node.value),
        value => Some(value),
    };
    match values {
        Some(NodeValue::List(items)) => items,
        _ => &[],
    }
}
