//! Keys outside the named tables: name, title, seeds, report.

use std::collections::HashMap;

use super::mistake::{Mistake, Mistakes};
use super::names::{instead, nearest};
use super::source_text::Span;
use super::table_name::{is_name, name_rule, no_name};
use super::tree::{Node, NodeEntry, NodeTable, NodeValue, quoted};
use super::unknown_key::{home, unknown_key};
use crate::record::Score;

/// All keys of the top level.
pub const KEYS: [&str; 11] =
    ["name", "title", "seeds", "extends", "datasets", "models", "optimizers", "train", "exclude", "link", "report"];

/// The most seeds.
const MOST_SEEDS: i64 = 1_000_000;

#[derive(Debug)]
pub struct TopLevelKeys {
    pub name: String,
    pub title: String,
    pub seeds: Vec<u64>,
    pub score: Score,
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
    let score = root.get("report").map_or(Score::Final, |entry| report(entry, mistakes));
    TopLevelKeys { name, title, seeds, score }
}

fn unknown(key: &str, entry: &NodeEntry) -> Mistake {
    let mistake = Mistake::error(format!("an experiment has no key `{}`", key.escape_debug()));
    let mistake = match (nearest(key, KEYS), home(key)) {
        (Some(name), _) => mistake.at(entry.key, format!("did you mean `{name}`?")),
        (None, Some(home)) => mistake.at(entry.key, home),
        (None, None) => mistake.at(entry.key, "not a key of the top level"),
    };
    mistake.help(format!("accepted: {}", super::names::plain_list(KEYS)))
}

fn name(root: &NodeTable, stem: &str, mistakes: &mut Mistakes) -> String {
    match root.get("name") {
        Some(entry) => {
            let name = text("name", &entry.node, mistakes).unwrap_or_default();
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
            if !is_name(stem) {
                mistakes.push(
                    Mistake::error(format!("the file's name {} cannot name the experiment", quoted(stem)))
                        .at(Span { source: 0, start: 0, end: 0 }, "add `name = \"…\"`")
                        .help(name_rule(stem)),
                );
            }
            stem.to_owned()
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

fn report(entry: &NodeEntry, mistakes: &mut Mistakes) -> Score {
    let Some(table) = entry.node.as_table() else {
        mistakes.push(
            Mistake::error(format!("`report` must be a table; found {}", entry.node.found()))
                .at(entry.node.span, "write [report]"),
        );
        return Score::Final;
    };
    for (key, entry) in table {
        if key != "score" {
            mistakes.push(unknown_key("`[report]`", key, entry.key, &["score"]));
        }
    }
    match table.get("score").map(|entry| (&entry.node, entry.node.as_text())) {
        None | Some((_, Some("final"))) => Score::Final,
        Some((_, Some("best"))) => Score::Best,
        Some((node, word)) => {
            mistakes.push(
                Mistake::error(format!("unknown score {}", node.found()))
                    .at(node.span, instead(word.unwrap_or_default(), &["final", "best"]))
                    .help("\"final\" ranks by the loss at the last epoch, \"best\" by the best evaluated epoch"),
            );
            Score::Final
        }
    }
}
