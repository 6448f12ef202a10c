//! Reads `[[exclude]]` rules, as in a CI matrix. A setting is removed if all conditions of a rule hold.

use std::collections::HashSet;

use super::axis::expand;
use super::condition::{Condition, Target, Test};
use super::declared::DeclaredTable;
use super::link::tables;
use super::mistake::{Mistake, Mistakes};
use super::names::{instead, nearest, plain_list, quoted_list};
use super::registry::{row_key, row_names};
use super::source_text::Span;
use super::tree::{Node, NodeTable, NodeValue};
use super::unknown_key::{home, unknown_key};
use super::value::number;
use crate::parameter::AboutRow;
use crate::parameter::{Kind, Parameter};
use crate::plan::Component;
use crate::text::composed;

/// One rule.
#[derive(Debug)]
pub struct ExcludeRule {
    pub span: Span,
    pub conditions: Vec<Condition>,
}

const COMPARISONS: [&str; 5] = ["above", "below", "at_least", "at_most", "not"];

/// Reads every `[[exclude]]`.
pub fn read(root: &NodeTable, declared: &[DeclaredTable], mistakes: &mut Mistakes) -> Vec<ExcludeRule> {
    let Some(entry) = root.get("exclude") else { return Vec::new() };
    tables("exclude", entry, mistakes)
        .into_iter()
        .map(|(node, table)| {
            let mut leaves = Vec::new();
            leaves_of(table, &[], &mut leaves);
            if leaves.is_empty() {
                mistakes.push(
                    Mistake::error("a rule without conditions would remove every setting").at(
                        node.span,
                        "add a condition such as `optimizer = \"…\"` or `learning_rate = { above = … }`",
                    ),
                );
            }
            let conditions = leaves.iter().filter_map(|leaf| condition(leaf, declared, mistakes)).collect();
            ExcludeRule { span: node.span, conditions }
        })
        .collect()
}

/// A condition as written: its dotted key and its value.
struct Leaf<'a> {
    path: Vec<String>,
    key: Span,
    node: &'a Node,
}

fn leaves_of<'a>(table: &'a NodeTable, prefix: &[String], leaves: &mut Vec<Leaf<'a>>) {
    for (key, entry) in table {
        let mut path = prefix.to_vec();
        path.extend(key.split('.').map(str::to_owned));
        match entry.node.as_table() {
            Some(inner) if !inner.is_empty() && !inner.keys().any(|key| COMPARISONS.contains(&key.as_str())) => {
                leaves_of(inner, &path, leaves);
            }
            _ => leaves.push(Leaf { path, key: entry.key, node: &entry.node }),
        }
    }
}

/// The values that a condition accepts.
enum Domain<'a> {
    Names(String, Vec<&'a str>),
    Parameter(&'static Parameter),
}

fn condition(leaf: &Leaf<'_>, declared: &[DeclaredTable], mistakes: &mut Mistakes) -> Option<Condition> {
    let (target, domain) = target(leaf, declared, mistakes)?;
    let test = test(leaf, &domain, mistakes)?;
    Some(Condition { target, test })
}

fn target<'a>(leaf: &Leaf<'_>, declared: &'a [DeclaredTable], mistakes: &mut Mistakes) -> Option<(Target, Domain<'a>)> {
    let path: Vec<&str> = leaf.path.iter().map(String::as_str).collect();
    let (component, rest) = match Component::ALL.into_iter().find(|component| component.word() == path[0]) {
        Some(component) => (Some(component), &path[1..]),
        None => (None, &path[..]),
    };
    let Some(&key) = rest.first() else {
        let component = component.unwrap_or(Component::Train);
        if component == Component::Train {
            mistakes
                .push(Mistake::error("`train` is not a condition").at(leaf.key, "name its key: `train.epochs = …`"));
            return None;
        }
        let names = declared.iter().filter(|table| table.component == component).map(|table| table.name.as_str());
        return Some((Target::Table(component), Domain::Names(component.word().to_owned(), names.collect())));
    };
    let named = [Component::Dataset, Component::Model, Component::Optimizer];
    if let Some(owner) = named.into_iter().find(|component| row_key(*component) == key)
        && component.is_none_or(|component| component == owner)
        && rest.len() == 1
    {
        return Some((Target::Row(owner), Domain::Names(format!("{} {key}", owner.word()), row_names(owner))));
    }
    if component.is_none() && matches!(key, "seed" | "seeds") {
        mistakes.push(
            Mistake::error("a rule cannot name a seed")
                .at(leaf.key, "rules remove settings, and every setting is trained with every seed")
                .help("choose the seeds with `seeds = […]` at the top; the seed of generated data is `dataset.seed`"),
        );
        return None;
    }
    // `batch_size` of [train] has been moved to the optimizers.
    let component =
        if component == Some(Component::Train) && key == "batch_size" { Some(Component::Optimizer) } else { component };
    let component = owner_of(key, component, leaf, declared, mistakes)?;
    let parameter =
        declared.iter().filter(|table| table.component == component).find_map(|table| table.parameter(key))?;
    let inner = match rest {
        [_] => return whole(component, key, parameter, leaf, mistakes),
        [_, inner] => *inner,
        _ => {
            mistakes.push(
                Mistake::error(format!("no hyperparameter is called `{}`", rest.join(".")))
                    .at(leaf.key, format!("`{key}` does not nest that deeply")),
            );
            return None;
        }
    };
    let target = Target::Key(component, vec![key.to_owned(), inner.to_owned()]);
    let candidates: Vec<&'static Parameter> = match parameter.kind {
        Kind::Row(registry) if inner == registry.key() => {
            return Some((target, Domain::Names(format!("{key} kind"), registry.names())));
        }
        Kind::Row(registry) => registry.about_all().iter().flat_map(AboutRow::keys).collect(),
        Kind::Table(inner) => inner.iter().collect(),
        _ => {
            let label = match nearest(inner, COMPARISONS) {
                Some(near) => format!("did you mean `{near}`?"),
                None => "not a comparison".to_owned(),
            };
            mistakes.push(
                Mistake::error(format!("unknown comparison `{}` of `{key}`", inner.escape_debug()))
                    .at(leaf.key, label)
                    .help(format!("accepted: a value, a list (any of), or a table with {}", plain_list(COMPARISONS))),
            );
            return None;
        }
    };
    let found = candidates.iter().copied().find(|candidate| candidate.name == inner);
    if found.is_none() {
        let mut names: Vec<&str> = candidates.iter().map(|candidate| candidate.name).collect();
        if let Kind::Row(registry) = parameter.kind {
            names.insert(0, registry.key());
        }
        let mut seen = HashSet::new();
        names.retain(|name| seen.insert(*name));
        mistakes.push(unknown_key(&format!("`{key}`"), inner, leaf.key, &names, None));
    }
    found.map(|parameter| (target, Domain::Parameter(parameter)))
}

/// A condition on a key with a single part.
fn whole<'a>(
    component: Component,
    key: &str,
    parameter: &'static Parameter,
    leaf: &Leaf<'_>,
    mistakes: &mut Mistakes,
) -> Option<(Target, Domain<'a>)> {
    let inner = match parameter.kind {
        Kind::Row(registry) => Some(registry.key()),
        Kind::Table(_) => Some("validation"),
        _ => None,
    };
    if let Some(inner) = inner {
        mistakes.push(
            Mistake::error(format!("`{key}` is a table; a condition names one of its keys"))
                .at(leaf.key, format!("for example `{key}.{inner} = …`")),
        );
        return None;
    }
    Some((Target::Key(component, vec![key.to_owned()]), Domain::Parameter(parameter)))
}

/// The only component whose tables take `key`.
fn owner_of(
    key: &str,
    component: Option<Component>,
    leaf: &Leaf<'_>,
    declared: &[DeclaredTable],
    mistakes: &mut Mistakes,
) -> Option<Component> {
    let takes = |component: Component| {
        declared.iter().any(|table| table.component == component && table.parameter(key).is_some())
    };
    let candidates: Vec<Component> = match component {
        Some(component) => vec![component],
        None => Component::ALL.to_vec(),
    };
    let owners: Vec<Component> = candidates.iter().copied().filter(|component| takes(*component)).collect();
    match owners[..] {
        [owner] => Some(owner),
        [] => {
            let mut known: Vec<&str> = declared
                .iter()
                .filter(|table| component.is_none_or(|component| table.component == component))
                .flat_map(|table| table.parameters.iter().map(|parameter| parameter.name))
                .collect();
            if component.is_none() {
                known.extend(["dataset", "model", "optimizer", "method", "kind", "source"]);
            }
            known.sort_unstable();
            known.dedup();
            let what = component.map_or("table", Component::word);
            let label = match (nearest(key, known.iter().copied()), home(key)) {
                (Some(near), _) => format!("did you mean `{near}`?"),
                (None, Some(home)) => home,
                (None, None) => "no such key".to_owned(),
            };
            mistakes.push(
                Mistake::error(format!("no {what} of this experiment takes `{}`", key.escape_debug()))
                    .at(leaf.key, label)
                    .help(format!("accepted: {}", plain_list(known))),
            );
            None
        }
        _ => {
            let qualified: Vec<String> =
                owners.iter().map(|component| format!("`{}.{key}`", component.word())).collect();
            mistakes.push(
                Mistake::error(format!("`{key}` could be {}", qualified.join(" or ")))
                    .at(leaf.key, "write one of them"),
            );
            None
        }
    }
}

fn test(leaf: &Leaf<'_>, domain: &Domain<'_>, mistakes: &mut Mistakes) -> Option<Test> {
    let Some(table) = leaf.node.as_table() else {
        return Some(Test { any_of: Some(values(leaf, domain, leaf.node, mistakes)?), ..Test::default() });
    };
    let before = mistakes.found();
    let mut test = Test::default();
    if table.is_empty() {
        mistakes.push(
            Mistake::error("a comparison without a bound")
                .at(leaf.node.span, format!("accepted: a table with {}", plain_list(COMPARISONS))),
        );
    }
    for (key, entry) in table {
        let slot = match key.as_str() {
            "above" => &mut test.above,
            "below" => &mut test.below,
            "at_least" => &mut test.at_least,
            "at_most" => &mut test.at_most,
            "not" => {
                test.none_of = values(leaf, domain, &entry.node, mistakes);
                continue;
            }
            _ => {
                let owner = format!("the comparison of `{}`", leaf.path.join("."));
                mistakes.push(unknown_key(&owner, key, entry.key, &COMPARISONS, None));
                continue;
            }
        };
        let numeric = matches!(
            domain,
            Domain::Parameter(Parameter {
                kind: Kind::Float(_) | Kind::Integer { .. } | Kind::IntegerOrWord { .. },
                ..
            })
        );
        if !numeric {
            mistakes.push(
                Mistake::error(format!("`{}` is not a number, so it cannot be `{key}` one", leaf.path.join(".")))
                    .at(entry.key, "accepted: a value, a list (any of), or { not = … }"),
            );
            continue;
        }
        *slot = number(&entry.node).filter(|bound| !bound.is_nan());
        if slot.is_none() {
            mistakes.push(
                Mistake::error(format!("`{key}` must be a number; found {}", entry.node.found()))
                    .at(entry.node.span, "not a number"),
            );
        }
    }
    (mistakes.found() == before).then_some(test)
}

/// The values of a condition: one value, or a list in which any item may match.
fn values(leaf: &Leaf<'_>, domain: &Domain<'_>, node: &Node, mistakes: &mut Mistakes) -> Option<Vec<toml::Value>> {
    match domain {
        Domain::Parameter(parameter) => {
            if matches!(node.value, NodeValue::Table(_)) {
                mistakes.push(
                    Mistake::error(format!("a condition on `{}` cannot be a table here", leaf.path.join(".")))
                        .at(node.span, "accepted: a value, or a list of values")
                        .help("an interval is { at_least = …, at_most = … }"),
                );
                return None;
            }
            let values = expand(parameter, node, mistakes)?;
            Some(values.into_iter().map(|(value, _)| value).collect())
        }
        Domain::Names(what, names) => {
            let items = match &node.value {
                NodeValue::List(items) => items.as_slice(),
                _ => std::slice::from_ref(node),
            };
            let before = mistakes.found();
            let mut values = Vec::new();
            for item in items {
                match item.as_text() {
                    Some(name) if names.contains(&&*composed(name)) => {
                        values.push(toml::Value::String(composed(name).into_owned()));
                    }
                    Some(name) => mistakes.push(
                        Mistake::error(format!("unknown {what} {}", item.found())).at(item.span, instead(name, names)),
                    ),
                    None => mistakes.push(
                        Mistake::error(format!(
                            "`{}` must be a name in quotes; found {}",
                            leaf.path.join("."),
                            item.found()
                        ))
                        .at(item.span, format!("accepted: {}, or a list of them", quoted_list(names.iter().copied()))),
                    ),
                }
            }
            if items.is_empty() {
                mistakes.push(
                    Mistake::error(format!("`{}` is an empty list", leaf.path.join(".")))
                        .at(node.span, "no setting meets this condition"),
                );
            }
            (mistakes.found() == before).then_some(values)
        }
    }
}
