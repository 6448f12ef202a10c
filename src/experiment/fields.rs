//! The keys of one table against its parameters.

use super::axis::{MOST_POINTS, Placed, expand, unknown_key};
use super::diagnostics::{Mistake, Mistakes};
use super::names::{instead, nearest, with_article};
use super::tree::{Span, Table};
use crate::parameter::{Fallback, Parameter, Values};

/// What a table gives to its parameters.
#[derive(Debug, Default)]
pub struct Fields {
    /// Keys with one value, defaults among them.
    pub base: Values,
    /// Keys with several, in the order of their names.
    pub axes: Vec<(String, Vec<Placed>)>,
    /// Keys whose value had a mistake.
    pub bad: Vec<String>,
}

/// Reads a table. `owner` begins the messages (`method "sgd"`); keys in `other` are someone else's to check, those in
/// `elsewhere` get their value from somewhere else, so that they need none here.
pub fn read(
    owner: &str,
    parameters: &[&Parameter],
    table: &Table,
    span: Span,
    other: &[&str],
    elsewhere: &[String],
    mistakes: &mut Mistakes,
) -> Fields {
    let mut fields = Fields::default();
    let mut meant: Vec<&str> = Vec::new();
    for (key, entry) in table {
        if other.contains(&key.as_str()) {
            continue;
        }
        if mistakes.is_full() {
            break;
        }
        let Some(parameter) = parameters.iter().find(|parameter| parameter.name == key) else {
            let mut accepted: Vec<&str> = other.to_vec();
            accepted.extend(parameters.iter().map(|parameter| parameter.name));
            meant.extend(nearest(key, accepted.iter().copied()));
            mistakes.push(unknown_key(owner, key, entry.key, &accepted));
            continue;
        };
        match expand(parameter, &entry.node, mistakes) {
            None => fields.bad.push(key.clone()),
            Some(mut values) if values.len() == 1 => {
                if let Some((value, _)) = values.pop() {
                    fields.base.insert(key.clone(), value);
                }
            }
            Some(values) => fields.axes.push((key.clone(), values)),
        }
    }
    for parameter in parameters {
        if table.contains_key(parameter.name) || elsewhere.iter().any(|key| key == parameter.name) {
            continue;
        }
        if let Some(value) = filled(parameter) {
            fields.base.insert(parameter.name.to_owned(), value);
        } else if parameter.default == Fallback::Required {
            fields.bad.push(parameter.name.to_owned());
            if meant.contains(&parameter.name) {
                continue;
            }
            mistakes.push(
                Mistake::error(format!("{owner} needs `{}`", parameter.name))
                    .at(span, format!("add `{} = …`: {}", parameter.name, parameter.kind.in_words()))
                    .help(format!("`{}` — {}", parameter.name, parameter.doc))
                    .absence(),
            );
        }
    }
    fields
}

/// The default of a parameter, the defaults of its own keys filled in.
fn filled(parameter: &Parameter) -> Option<toml::Value> {
    let mut value = parameter.default_value()?;
    if let (crate::parameter::Kind::Schedule, toml::Value::Table(table)) = (parameter.kind, &mut value)
        && let Some(row) = table.get("kind").and_then(toml::Value::as_str).and_then(crate::schedule::kind)
    {
        for inner in row.parameters {
            if let Some(default) = inner.default_value()
                && !table.contains_key(inner.name)
            {
                table.insert(inner.name.to_owned(), default);
            }
        }
    }
    Some(value)
}

/// Every choice of values that a table stands for: the product of its axes, the last (by name) fastest.
pub fn product(
    owner: &str,
    parameters: &[&Parameter],
    table: &Table,
    span: Span,
    other: &[&str],
    mistakes: &mut Mistakes,
) -> Option<Vec<Values>> {
    let fields = read(owner, parameters, table, span, other, &[], mistakes);
    if !fields.bad.is_empty() {
        return None;
    }
    let mut choices = vec![fields.base];
    for (key, values) in fields.axes {
        if choices.len().saturating_mul(values.len()) > MOST_POINTS {
            mistakes.push(
                Mistake::error(format!("{owner} stands for more than {MOST_POINTS} values"))
                    .at(span, "too many points on one axis"),
            );
            return None;
        }
        choices = choices
            .into_iter()
            .flat_map(|choice| {
                let key = key.clone();
                values.iter().map(move |(value, _)| {
                    let mut choice = choice.clone();
                    choice.insert(key.clone(), value.clone());
                    choice
                })
            })
            .collect();
    }
    Some(choices)
}

/// Reads the key that names a table's row in a registry: `method = "sgd"`.
pub fn row_name<'a>(
    what: &str,
    key: &str,
    table: &Table,
    span: Span,
    rows: &[&'a str],
    mistakes: &mut Mistakes,
) -> Option<&'a str> {
    let Some(entry) = table.get(key) else {
        let list = super::names::quoted_list(rows.iter().copied());
        let meant = table.iter().find(|(other, _)| nearest(other, [key]).is_some());
        if let Some((other, entry)) = meant {
            let mistake = Mistake::error(format!("{} has no key `{}`", with_article(what), other.escape_debug()));
            mistakes.push(mistake.at(entry.key, format!("did you mean `{key}`?")));
            return None;
        }
        mistakes.push(
            Mistake::error(format!("this {what} has no `{key}`"))
                .at(span, format!("add `{key} = …`; accepted: {list}"))
                .absence(),
        );
        return None;
    };
    match entry.node.as_text() {
        Some(word) => {
            let row = rows.iter().find(|row| **row == word).copied();
            if row.is_none() {
                mistakes.push(
                    Mistake::error(format!("unknown {what} {key} {}", entry.node.found()))
                        .at(entry.node.span, instead(word, rows)),
                );
            }
            row
        }
        None => {
            let mistake = Mistake::error(format!("`{key}` must be one name in quotes; found {}", entry.node.found()))
                .at(entry.node.span, format!("accepted: {}", super::names::quoted_list(rows.iter().copied())));
            let list = matches!(entry.node.value, super::tree::Value::List(_)) && what != "schedule";
            mistakes.push(if list { mistake.help(format!("write one table for each {key}")) } else { mistake });
            None
        }
    }
}
