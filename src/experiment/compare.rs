//! `[report] compare`: the keys whose values compete as optimizers do.

use std::collections::{BTreeMap, BTreeSet};

use super::assemble::{ExpandedTable, ExpandedTables};
use super::mistake::{Mistake, Mistakes};
use super::names::{nearest, plain_list, with_article};
use super::source_text::Span;
use super::tree::{Node, NodeValue, quoted};
use crate::parameter::{AboutRow, Kind};
use crate::plan::{Combination, Component, Varying};

/// The most values that compete on a task.
const MOST_CONTENDERS: usize = 100;

/// A key as written, and its place.
pub type WrittenKey = (String, Span);

/// Reads the value of `compare`: a key, or a list of keys.
pub fn read(node: &Node, mistakes: &mut Mistakes) -> Vec<WrittenKey> {
    const ACCEPTED: &str = "accepted: a key such as \"batch_size\", or a list of keys";
    let items = match &node.value {
        NodeValue::Text(_) => std::slice::from_ref(node),
        NodeValue::List(items) if !items.is_empty() => items.as_slice(),
        _ => {
            let message = format!("`compare` must name a key; found {}", node.found());
            mistakes.push(Mistake::error(message).at(node.span, ACCEPTED));
            return Vec::new();
        }
    };
    let mut keys: Vec<WrittenKey> = Vec::new();
    for item in items {
        let Some(word) = item.as_text() else {
            let message = format!("`compare` must name keys; found {}", item.found());
            mistakes.push(Mistake::error(message).at(item.span, ACCEPTED));
            continue;
        };
        if let Some((_, first)) = keys.iter().find(|(known, _)| known == word) {
            let mistake = Mistake::error(format!("`compare` names {} twice", quoted(word)));
            mistakes.push(mistake.at(item.span, "again here").at(*first, "first here"));
            continue;
        }
        keys.push((word.to_owned(), item.span));
    }
    keys
}

/// The qualified keys that are meant: `optimizer.batch_size`, `optimizer.schedule.kind`.
pub fn resolve(
    written: &[WrittenKey],
    tables: &ExpandedTables,
    combinations: &[Combination],
    mistakes: &mut Mistakes,
) -> Vec<String> {
    if written.is_empty() {
        return Vec::new();
    }
    let mut varying: BTreeMap<String, Varying> = BTreeMap::new();
    for (key, what) in combinations.iter().flat_map(Combination::varying_keys) {
        // Of several tables that have the key, one in which its values make tasks decides.
        if varying.get(&key) != Some(&Varying::MakesTasks) {
            varying.insert(key, what);
        }
    }
    let mut compared: Vec<(String, Span)> = Vec::new();
    for (word, span) in written {
        let Some(key) = meant(word, *span, tables, &varying, mistakes) else { continue };
        let related = |known: &str| {
            let within = |one: &str, other: &str| one.strip_prefix(other).is_some_and(|rest| rest.starts_with('.'));
            known == key || within(known, &key) || within(&key, known)
        };
        if let Some((_, first)) = compared.iter().find(|(known, _)| related(known)) {
            let mistake = Mistake::error(format!("`compare` names {} beside a key that decides it", quoted(word)));
            mistakes.push(mistake.at(*span, "leave one of them out").at(*first, "the other one"));
            continue;
        }
        compared.push((key, *span));
    }
    let keys: Vec<String> = compared.into_iter().map(|(key, _)| key).collect();
    let largest = combinations.iter().map(|one| (one.contenders(&keys), one)).max_by_key(|(count, _)| *count);
    if let Some((count, combination)) = largest.filter(|(count, _)| *count > MOST_CONTENDERS) {
        let of = &combination.grid.base.optimizer.table;
        mistakes.push(
            Mistake::error(format!("`compare` makes {count} contenders of optimizer \"{of}\""))
                .at(written[0].1, format!("at most {MOST_CONTENDERS} can compete"))
                .help("a key with fewer values can be compared; of the others the report names the best"),
        );
    }
    keys
}

/// The key that a word names.
fn meant(
    word: &str,
    span: Span,
    tables: &ExpandedTables,
    varying: &BTreeMap<String, Varying>,
    mistakes: &mut Mistakes,
) -> Option<String> {
    // `batch_size` of [train] has been moved to the optimizers.
    let written = if word == "train.batch_size" { "optimizer.batch_size" } else { word };
    let is_meant = |key: &str| key == written || bare(key) == written;
    let found: Vec<(&String, Varying)> =
        varying.iter().filter(|(key, _)| is_meant(key)).map(|(key, what)| (key, *what)).collect();
    match found[..] {
        [(key, Varying::Competes)] => return Some(key.clone()),
        [(key, Varying::MakesTasks)] => {
            mistakes.push(
                Mistake::error(format!("the values of `{}` make tasks of their own", bare(key)))
                    .at(span, accepted(varying))
                    .help("other rows or targets are another task, and what competes shares its task: the report has each by itself"),
            );
            return None;
        }
        [] => {}
        _ => {
            let names: Vec<String> = found.iter().map(|(key, _)| format!("\"{key}\"")).collect();
            mistakes.push(
                Mistake::error(format!("{} could be {}", quoted(word), names.join(" or ")))
                    .at(span, "write one of them"),
            );
            return None;
        }
    }
    mistakes.push(no_axis(word, written, span, tables, varying));
    None
}

/// The mistake of a word that names no key with several values.
fn no_axis(
    word: &str,
    written: &str,
    span: Span,
    tables: &ExpandedTables,
    varying: &BTreeMap<String, Varying>,
) -> Mistake {
    let accepted = accepted(varying);
    if let Some(component) = Component::ALL.into_iter().find(|one| one.word() == written || plural(*one) == written) {
        let what = match component {
            Component::Optimizer => "optimizers compete anyway: leave `compare` out",
            Component::Model => "models are compared where they share data set, split and score: leave `compare` out",
            Component::Train => "name one of its keys",
            _ => "each makes tasks of its own",
        };
        return Mistake::error(format!("`compare` names a key and not {}", with_article(component.word())))
            .at(span, what)
            .help(accepted);
    }
    if matches!(written, "seed" | "seeds") {
        return Mistake::error("seeds repeat every setting and never compete").at(span, accepted);
    }
    let first = |key: &str| key.split('.').next().unwrap_or_default().to_owned();
    let (component, key) = match Component::ALL.into_iter().find(|one| first(written) == one.word()) {
        Some(component) => (Some(component), written.split_once('.').map_or("", |(_, key)| key)),
        None => (None, written),
    };
    let of_component = |table: &&ExpandedTable| component.is_none_or(|one| table.declared.component == one);
    let takers: Vec<&ExpandedTable> = tables.all().filter(of_component).collect();
    if takers.iter().any(|table| takes(table, key)) {
        let message = format!("{} has one value: nothing competes", quoted(word));
        let several =
            "give the key several values: a list is an axis; several tables that differ in it compete as they are";
        return Mistake::error(message).at(span, accepted).help(several);
    }
    let names: BTreeSet<&str> =
        takers.iter().flat_map(|table| table.declared.parameters.iter().map(|key| key.name)).collect();
    let last = key.rsplit('.').next().unwrap_or(key);
    let competing = || varying.iter().filter(|(_, what)| **what == Varying::Competes).map(|(key, _)| bare(key));
    let label = match nearest(key, competing()).or_else(|| nearest(last, competing())) {
        Some(name) => format!("did you mean \"{name}\"?"),
        None => match nearest(last, names) {
            Some(name) => format!("did you mean `{name}`? it has one value here"),
            None => "not a key of it".to_owned(),
        },
    };
    Mistake::error(format!("no table of this experiment takes {}", quoted(word))).at(span, label).help(accepted)
}

/// Whether a table takes a key: `momentum`, `schedule.kind`.
fn takes(table: &ExpandedTable, key: &str) -> bool {
    let (outer, inner) = key.split_once('.').map_or((key, None), |(outer, inner)| (outer, Some(inner)));
    match (table.declared.parameter(outer).map(|parameter| parameter.kind), inner) {
        (Some(_), None) => true,
        (Some(Kind::Row(registry)), Some(inner)) => {
            inner == "kind" || registry.about_all().iter().flat_map(AboutRow::keys).any(|key| key.name == inner)
        }
        (Some(Kind::Table(keys)), Some(inner)) => keys.iter().any(|key| key.name == inner),
        _ => false,
    }
}

/// `accepted: "batch_size", "momentum"`
fn accepted(varying: &BTreeMap<String, Varying>) -> String {
    let competing: Vec<&str> =
        varying.iter().filter(|(_, what)| **what == Varying::Competes).map(|(key, _)| key.as_str()).collect();
    let is_alone = |key: &str| competing.iter().filter(|other| bare(other) == bare(key)).count() == 1;
    let names: Vec<String> =
        competing.iter().map(|key| format!("\"{}\"", if is_alone(key) { bare(key) } else { key })).collect();
    match names.is_empty() {
        true => "no key of this experiment has several values that compete".to_owned(),
        false => format!("accepted: {}", plain_list(names.iter().map(String::as_str))),
    }
}

/// The key without its component.
fn bare(key: &str) -> &str {
    key.split_once('.').map_or(key, |(_, key)| key)
}

fn plural(component: Component) -> String {
    format!("{}s", component.word())
}
