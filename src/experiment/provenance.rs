//! Where each value of an experiment comes from, and the experiment as it was resolved.

use std::collections::BTreeMap;

use super::assemble::{Member, Members};
use super::diagnostics::Source;
use super::link::Link;
use super::names::nearest;
use super::tree::{Node, Span, Table, Value, table_to_toml};
use crate::plan::Place;

/// Every value with its origin.
#[derive(Debug, Clone, Default)]
pub struct Provenance {
    entries: Vec<Origin>,
    /// By path of a table or a key: the file and the line that it stands in.
    places: BTreeMap<String, (String, usize)>,
}

#[derive(Debug, Clone)]
struct Origin {
    /// `optimizers.sgd.learning_rate`
    path: String,
    value: String,
    /// `set at experiments/x.toml:21`
    from: String,
}

impl Provenance {
    /// Lines such as `optimizers.sgd.learning_rate = 0.1  set at experiments/x.toml:21` for every value whose key is
    /// `key`, ends in it, or stands under it; `*` stands for any name. None where there is no such value.
    #[must_use]
    pub fn explain(&self, key: &str) -> Vec<String> {
        let wanted: Vec<&str> = key.trim().split('.').collect();
        let found: Vec<&Origin> = self.entries.iter().filter(|origin| matches(&origin.path, &wanted)).collect();
        let used = |origin: &Origin| origin.path.chars().count() + origin.value.chars().count();
        let width = found.iter().map(|origin| used(origin)).max().unwrap_or(0);
        let line = |origin: &&Origin| {
            let padding = " ".repeat(width - used(origin));
            format!("{} = {}{padding}  {}", origin.path, origin.value, origin.from)
        };
        found.iter().map(line).collect()
    }

    /// The key that was probably meant by one that [`Self::explain`] does not know.
    #[must_use]
    pub fn closest(&self, key: &str) -> Option<&str> {
        let wanted = key.trim().rsplit('.').next().unwrap_or_default();
        nearest(wanted, self.entries.iter().filter_map(|origin| origin.path.rsplit('.').next()))
    }

    /// The file and the line where a table (`optimizers.sgd`) or a key (`train.epochs`) is declared; `None` where it stands
    /// in no file.
    #[must_use]
    pub fn declared(&self, path: &str) -> Option<(&str, usize)> {
        self.places.get(path).map(|(file, line)| (file.as_str(), *line))
    }

    /// Collects the origins of everything that stands in `root` or was filled in.
    pub fn new(root: &Table, members: &Members, links: &[Link], sources: &[Source]) -> Self {
        let mut provenance = Self::default();
        for (key, entry) in root {
            if matches!(key.as_str(), "name" | "title" | "seeds") {
                provenance.push(key.clone(), &entry.node, entry.key, sources);
            }
        }
        if let Some(report) = root.get("report").and_then(|entry| entry.node.as_table()) {
            for (key, entry) in report {
                provenance.push(format!("report.{key}"), &entry.node, entry.key, sources);
            }
        }
        for member in members.all() {
            provenance.member(member, links, sources);
        }
        provenance
    }

    fn push(&mut self, path: String, node: &Node, key: Span, sources: &[Source]) {
        let from = origin(key, sources);
        self.place(&path, key, sources);
        self.entries.push(Origin { path, value: written(node, sources), from });
    }

    fn place(&mut self, path: &str, span: Span, sources: &[Source]) {
        if let Some(source) = sources.get(span.source).filter(|source| source.label != super::overrides::LABEL) {
            let line = source.position(span.start).0;
            self.places.insert(path.to_owned(), (source.label.clone(), line));
        }
    }

    fn member(&mut self, member: &Member, links: &[Link], sources: &[Source]) {
        let path = member.section.path();
        self.place(&path, member.section.span, sources);
        for (key, entry) in &member.section.keys {
            self.push(format!("{path}.{key}"), &entry.node, entry.key, sources);
        }
        for link in links.iter().filter(|link| link.moves(&member.section)) {
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
                self.place(&format!("{path}.{key}"), *span, sources);
                self.entries.push(Origin { path: format!("{path}.{key}"), value, from });
            }
        }
        for (key, value) in &member.base {
            if !member.section.keys.contains_key(key) {
                let value = short(&value.to_string());
                let from = format!("default of {}", member.section.owner());
                self.entries.push(Origin { path: format!("{path}.{key}"), value, from });
            }
        }
        self.entries.sort_by(|one, other| one.path.cmp(&other.path));
    }
}

/// `set at experiments/x.toml:21`, or the argument that set it.
fn origin(span: Span, sources: &[Source]) -> String {
    let Some(source) = sources.get(span.source) else { return String::new() };
    if span.source > 0 && source.label == super::overrides::LABEL {
        let line = source.position(span.start).0;
        let argument = source.text.lines().nth(line - 1).unwrap_or_default();
        return format!("from the command line: {}", short(argument));
    }
    format!("set at {}", super::place(span, sources))
}

/// The value as it was written, on one line.
fn written(node: &Node, sources: &[Source]) -> String {
    let text = sources.get(node.span.source).and_then(|source| source.text.get(node.span.start..node.span.end));
    match (&node.value, text) {
        (Value::Text(_), _) | (_, None) => short(&node.to_toml().to_string()),
        // A table of its own (`[optimizers.sgd.schedule]`) spans its header only.
        (Value::Table(_), Some(text)) if !text.starts_with('{') => short(&node.to_toml().to_string()),
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

fn matches(path: &str, wanted: &[&str]) -> bool {
    let path: Vec<&str> = path.split('.').collect();
    let same = |part: &[&str]| part.iter().zip(wanted).all(|(one, other)| *other == "*" || one == other);
    wanted.len() <= path.len() && (same(&path) || same(&path[path.len() - wanted.len()..]))
}

/// The experiment with defaults filled in, axes and paths as written.
pub fn resolved(root: &Table, header: &super::header::Header, members: &Members) -> toml::Table {
    let mut resolved = toml::Table::new();
    resolved.insert("name".to_owned(), header.name.clone().into());
    resolved.insert("title".to_owned(), header.title.clone().into());
    let seeds = root.get("seeds").map_or(toml::Value::Integer(1), |entry| entry.node.to_toml());
    resolved.insert("seeds".to_owned(), seeds);
    let score = match header.score {
        crate::record::Score::Final => "final",
        crate::record::Score::Best => "best",
    };
    let mut report = toml::Table::new();
    report.insert("score".to_owned(), score.into());
    resolved.insert("report".to_owned(), report.into());
    for key in ["exclude", "link"] {
        if let Some(entry) = root.get(key) {
            resolved.insert(key.to_owned(), entry.node.to_toml());
        }
    }
    for member in members.all() {
        let mut table = member.base.clone();
        table.extend(table_to_toml(&member.section.keys));
        if member.section.place == Place::Train {
            leave_out_idle(&mut table);
            resolved.insert("train".to_owned(), table.into());
        } else {
            let group = format!("{}s", member.section.place.word());
            let group = resolved.entry(group).or_insert_with(|| toml::Table::new().into());
            if let toml::Value::Table(group) = group {
                group.insert(member.section.name.clone(), table.into());
            }
        }
    }
    resolved
}

/// Defaults of `[train]` that do nothing beside what is written would be mistakes if the resolved experiment were run.
fn leave_out_idle(train: &mut toml::Table) {
    if train.contains_key("evaluate_every") {
        train.remove("curve_points");
    }
    if !train.contains_key("patience") {
        train.remove("min_delta");
        train.remove("monitor");
    }
}
