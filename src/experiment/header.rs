//! Keys outside the named tables: name, title, seeds, report.

use std::collections::HashMap;

use super::compare::{self, WrittenKey};
use super::mistake::{Mistake, Mistakes};
use super::names::{instead, nearest, plain_list, quoted_list};
use super::report_keys::{EQUIVALENCE, REPORT_KEYS};
use super::source_text::Span;
use super::table_name::{is_name, name_rule, no_name};
use super::tree::{Node, NodeEntry, NodeTable, NodeValue, quoted};
use super::unknown_key::{home, unknown_key};
use crate::metric::{self, MetricKind};
use crate::record::{CurveScope, Epoch};
use crate::text::composed;

/// All keys of the top level.
pub const KEYS: [&str; 12] = [
    "name",
    "title",
    "seeds",
    "extends",
    "remove",
    "datasets",
    "models",
    "optimizers",
    "train",
    "exclude",
    "link",
    "report",
];

/// The most seeds.
const MOST_SEEDS: i64 = 1_000_000;

#[derive(Debug)]
pub struct TopLevelKeys {
    pub name: String,
    pub title: String,
    pub seeds: Vec<u64>,
    /// `[report] score`, each with its place; empty stands for the metric of each task's loss.
    pub scores: Vec<(&'static MetricKind, Span)>,
    pub epoch: Epoch,
    pub equivalence: f64,
    /// `[report] compare` as written.
    pub compare: Vec<WrittenKey>,
    pub curve_scope: CurveScope,
}

/// What `[report]` says.
struct ReportKeys {
    scores: Vec<(&'static MetricKind, Span)>,
    epoch: Epoch,
    equivalence: f64,
    compare: Vec<WrittenKey>,
    curve_scope: CurveScope,
}

impl Default for ReportKeys {
    fn default() -> Self {
        let (epoch, curve_scope) = (Epoch::default(), CurveScope::default());
        Self { scores: Vec::new(), epoch, equivalence: EQUIVALENCE, compare: Vec::new(), curve_scope }
    }
}

/// Reads these keys, and reports unknown ones. `stem` is the file's name without its extension.
pub fn read(root: &NodeTable, stem: &str, mistakes: &mut Mistakes) -> TopLevelKeys {
    for (key, entry) in root {
        if !KEYS.contains(&key.as_str()) && !mistakes.is_full() {
            mistakes.push(unknown(key, entry));
        }
    }
    let name = name(root, stem, mistakes);
    let title =
        root.get("title").and_then(|entry| text("title", &entry.node, mistakes)).unwrap_or_else(|| name.clone());
    let seeds = root.get("seeds").map_or_else(|| vec![1], |entry| seeds(&entry.node, mistakes));
    let ReportKeys { scores, epoch, equivalence, compare, curve_scope } =
        root.get("report").map_or_else(ReportKeys::default, |entry| report(entry, mistakes));
    TopLevelKeys { name, title, seeds, scores, epoch, equivalence, compare, curve_scope }
}

fn unknown(key: &str, entry: &NodeEntry) -> Mistake {
    let mistake = Mistake::error(format!("an experiment has no key `{}`", key.escape_debug()));
    let mistake = match (nearest(key, KEYS), home(key)) {
        (Some(name), _) => mistake.at(entry.key, format!("did you mean `{name}`?")),
        (None, Some(home)) => mistake.at(entry.key, home),
        (None, None) => mistake.at(entry.key, "not a key of the top level"),
    };
    mistake.help(format!("accepted: {}", plain_list(KEYS)))
}

fn name(root: &NodeTable, stem: &str, mistakes: &mut Mistakes) -> String {
    match root.get("name") {
        Some(entry) => {
            let name = composed(&text("name", &entry.node, mistakes).unwrap_or_default()).into_owned();
            if entry.node.as_text().is_some() && !is_name(&name) {
                mistakes.push(
                    Mistake::error(no_name(&name))
                        .at(entry.node.span, name_rule(&name))
                        .help("it names the folder of the results"),
                );
            }
            name
        }
        None => {
            // A file system may write accents apart.
            let stem = composed(stem).into_owned();
            if !is_name(&stem) {
                mistakes.push(
                    Mistake::error(format!("the file's name {} cannot name the experiment", quoted(&stem)))
                        .at(Span { source: 0, start: 0, end: 0 }, "add `name = \"…\"`")
                        .help(name_rule(&stem)),
                );
            }
            stem
        }
    }
}

fn text(key: &str, node: &Node, mistakes: &mut Mistakes) -> Option<String> {
    let text = node.as_text();
    if text.is_none() {
        mistakes.push(
            Mistake::error(format!("`{key}` must be a text in quotes; found {}", node.found()))
                .at(node.span, "not a text"),
        );
    }
    text.map(str::to_owned)
}

fn seeds(node: &Node, mistakes: &mut Mistakes) -> Vec<u64> {
    const ACCEPTED: &str = "accepted: a count (10 is 1 to 10), or a list of whole numbers ≥ 0";
    match &node.value {
        NodeValue::Integer(count) if (1..=MOST_SEEDS).contains(count) => (1..=count.unsigned_abs()).collect(),
        NodeValue::Integer(0) => {
            mistakes.push(
                Mistake::error("`seeds = 0` would train nothing")
                    .at(node.span, ACCEPTED)
                    .help("for the one seed 0 write `seeds = [0]`"),
            );
            Vec::new()
        }
        NodeValue::Integer(count) => {
            let bound = if *count < 1 { "≥ 1".to_owned() } else { format!("≤ {MOST_SEEDS}") };
            mistakes.push(Mistake::error(format!("`seeds` must be {bound}; found {count}")).at(node.span, ACCEPTED));
            Vec::new()
        }
        NodeValue::List(items) if items.is_empty() => {
            mistakes.push(Mistake::error("`seeds` is an empty list").at(node.span, ACCEPTED));
            Vec::new()
        }
        NodeValue::List(items) => {
            let mut seen: HashMap<u64, Span> = HashMap::new();
            let mut seeds = Vec::new();
            for item in items {
                match item.value {
                    NodeValue::Integer(seed) if seed >= 0 => {
                        let seed = seed.unsigned_abs();
                        if let Some(first) = seen.insert(seed, item.span) {
                            mistakes.push(
                                Mistake::error(format!("the seed {seed} stands twice"))
                                    .at(item.span, "again here")
                                    .at(first, "first here"),
                            );
                        }
                        seeds.push(seed);
                    }
                    _ => mistakes.push(
                        Mistake::error(format!("a seed must be a whole number ≥ 0; found {}", item.found()))
                            .at(item.span, "not a seed"),
                    ),
                }
            }
            seeds
        }
        _ => {
            mistakes.push(Mistake::error(format!("`seeds` cannot be {}", node.found())).at(node.span, ACCEPTED));
            Vec::new()
        }
    }
}

fn report(entry: &NodeEntry, mistakes: &mut Mistakes) -> ReportKeys {
    let Some(table) = entry.node.as_table() else {
        mistakes.push(
            Mistake::error(format!("`report` must be a table; found {}", entry.node.found()))
                .at(entry.node.span, "write [report]"),
        );
        return ReportKeys::default();
    };
    let known: Vec<&str> = REPORT_KEYS.iter().map(|key| key.name).collect();
    for (key, entry) in table {
        if !known.contains(&key.as_str()) {
            mistakes.push(unknown_key("`[report]`", key, entry.key, &known, None));
        }
    }
    let scores = table.get("score").map_or_else(Vec::new, |entry| scores(&entry.node, mistakes));
    let epoch = table.get("epoch").map_or(Epoch::Last, |entry| epoch(&entry.node, mistakes));
    let equivalence = table.get("equivalence").map_or(EQUIVALENCE, |entry| equivalence(&entry.node, mistakes));
    let compare = table.get("compare").map_or_else(Vec::new, |entry| compare::read(&entry.node, mistakes));
    let curve_scope = table.get("curves").map_or(CurveScope::All, |entry| curve_scope(&entry.node, mistakes));
    ReportKeys { scores, epoch, equivalence, compare, curve_scope }
}

/// One metric, or a list out of which each task takes the one that it has.
fn scores(node: &Node, mistakes: &mut Mistakes) -> Vec<(&'static MetricKind, Span)> {
    let NodeValue::List(items) = &node.value else {
        return score(node, mistakes).map(|kind| (kind, node.span)).into_iter().collect();
    };
    if items.is_empty() {
        mistakes.push(
            Mistake::error("`score` is an empty list")
                .at(node.span, "write a metric's name, or leave the key out")
                .help("left out, each task is ranked by its loss's own metric"),
        );
    }
    let mut scores: Vec<(&'static MetricKind, Span)> = Vec::new();
    for item in items {
        let Some(kind) = score(item, mistakes) else { continue };
        match scores.iter().find(|(known, _)| *known == kind) {
            Some((_, first)) => mistakes.push(
                Mistake::error(format!("`score` lists \"{}\" twice", kind.name))
                    .at(item.span, "again here")
                    .at(*first, "first here"),
            ),
            None => scores.push((kind, item.span)),
        }
    }
    scores
}

fn score(node: &Node, mistakes: &mut Mistakes) -> Option<&'static MetricKind> {
    let names: Vec<&str> = metric::every().map(|metric| metric.name).collect();
    let Some(word) = node.as_text() else {
        mistakes.push(
            Mistake::error(format!("`score` must be a metric's name, or a list of names; found {}", node.found()))
                .at(node.span, format!("accepted: {}", quoted_list(names.iter().copied())))
                .help("`score` names the metric that ranks settings; `[train] metrics` lists those beside it"),
        );
        return None;
    };
    if let Some(kind) = metric::metric(word) {
        return Some(kind);
    }
    let what = if matches!(word, "final" | "best" | "last") { "score" } else { "metric" };
    let mistake = Mistake::error(format!("unknown {what} {}", quoted(word)));
    // What `score` meant before it named a metric.
    mistakes.push(match word {
        "final" => {
            mistake.at(node.span, "write `epoch = \"last\"`").help("`score` names the metric, `epoch` the epoch")
        }
        "best" => mistake.at(node.span, "write `epoch = \"best\"`").help("`score` names the metric, `epoch` the epoch"),
        _ => mistake.at(node.span, instead(word, &names)).help("`score` names the metric that ranks settings"),
    });
    None
}

fn equivalence(node: &Node, mistakes: &mut Mistakes) -> f64 {
    let number = match node.value {
        NodeValue::Float(number) => Some(number),
        NodeValue::Integer(number) => Some(number as f64),
        _ => None,
    };
    let share = number.filter(|share| (0.0..1.0).contains(share));
    if share.is_none() {
        mistakes.push(
            Mistake::error(format!("`equivalence` must be a number from 0 to below 1; found {}", node.found()))
                .at(node.span, "accepted: a share such as 0.01, which is 1 %"),
        );
    }
    share.unwrap_or(EQUIVALENCE)
}

fn epoch(node: &Node, mistakes: &mut Mistakes) -> Epoch {
    let words = Epoch::ALL.map(Epoch::word);
    let word = node.as_text().unwrap_or_default();
    let known = Epoch::ALL.into_iter().find(|epoch| epoch.word() == word);
    if known.is_none() {
        mistakes.push(
            Mistake::error(format!("unknown epoch {}", node.found()))
                .at(node.span, instead(word, &words))
                .help("\"last\" scores a trial at its last epoch, \"best\" at its best evaluated epoch"),
        );
    }
    known.unwrap_or_default()
}

fn curve_scope(node: &Node, mistakes: &mut Mistakes) -> CurveScope {
    let words = CurveScope::ALL.map(CurveScope::word);
    let word = node.as_text().unwrap_or_default();
    let known = CurveScope::ALL.into_iter().find(|scope| scope.word() == word);
    if known.is_none() {
        mistakes.push(
            Mistake::error(format!("unknown scope of curves {}", node.found()))
                .at(node.span, instead(word, &words))
                .help("\"all\" keeps curves and parameters of every trial in the results, \"chosen\" those of the best settings; the store has all"),
        );
    }
    known.unwrap_or_default()
}
