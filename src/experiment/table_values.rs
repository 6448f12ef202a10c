//! Reads the keys of one table against its parameters.

use super::axis::expand;
use super::mistake::{Mistake, Mistakes};
use super::names::nearest;
use super::points::{MOST_POINTS, SpannedValue};
use super::source_text::Span;
use super::tree::NodeTable;
use super::unknown_key::{NamedRow, unknown_key};
use crate::parameter::{Decides, Fallback, Parameter, Values};

/// The values that a table gives to its parameters.
#[derive(Debug, Default)]
pub struct TableValues {
    /// Keys with one value, including defaults.
    pub base: Values,
    /// Keys with several values, in the order of their names.
    pub axes: Vec<(String, Vec<SpannedValue>)>,
    /// Keys whose value has a mistake.
    pub bad: Vec<String>,
}

/// What the keys of a table are those of.
#[derive(Clone, Copy)]
pub struct Owner<'a> {
    /// Starts the messages: `method "sgd"`.
    pub name: &'a str,
    pub row: Option<NamedRow<'a>>,
}

/// Reads a table. Keys in `other` are checked elsewhere. Keys in `elsewhere` get
/// their value from somewhere else and may be missing here.
pub fn read(
    owner: Owner<'_>,
    parameters: &[&Parameter],
    table: &NodeTable,
    span: Span,
    other: &[&str],
    elsewhere: &[String],
    mistakes: &mut Mistakes,
) -> TableValues {
    let mut values = TableValues::default();
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
            let mut mistake = unknown_key(owner.name, key, entry.key, &accepted, owner.row);
            if let Some((whence, path)) = mistakes.inherited(entry.key) {
                mistake.marks = vec![(entry.key, whence.clone())];
                mistake.help.push(format!("leave it out with `remove = [\"{path}\"]`"));
            }
            mistakes.push(mistake);
            continue;
        };
        match expand(parameter, &entry.node, mistakes) {
            None => values.bad.push(key.clone()),
            Some(mut points) if points.len() == 1 => {
                if let Some((value, _)) = points.pop().filter(|(value, _)| !parameter.is_off(value)) {
                    values.base.insert(key.clone(), value);
                }
            }
            Some(_) if parameter.decides == Decides::Nothing => {
                values.bad.push(key.clone());
                mistakes.push(
                    Mistake::error(format!("`{key}` takes one value"))
                        .at(entry.node.span, "several would be settings that differ in nothing")
                        .help(format!("accepted: {}", parameter.kind.in_words())),
                );
            }
            Some(points) => values.axes.push((key.clone(), points)),
        }
    }
    for parameter in parameters {
        let Some(other) = parameter.instead else { continue };
        if let (Some(one), Some(also)) = (table.get(parameter.name), table.get(other)) {
            values.bad.push(other.to_owned());
            mistakes.push(
                Mistake::error(format!("{} takes `{}` or `{other}`, not both", owner.name, parameter.name))
                    .at(also.key, format!("leave out `{other}`"))
                    .at(one.key, format!("or `{}`", parameter.name)),
            );
        }
    }
    for parameter in parameters {
        let is_given = |key: &str| table.contains_key(key) || elsewhere.iter().any(|given| given == key);
        if parameter.instead.is_some_and(is_given) {
            continue;
        }
        if is_given(parameter.name) {
            continue;
        }
        if let Some(value) = filled(parameter) {
            values.base.insert(parameter.name.to_owned(), value);
        } else if parameter.default == Fallback::Required {
            values.bad.push(parameter.name.to_owned());
            if meant.contains(&parameter.name) {
                continue;
            }
            let needed = match parameter.instead {
                Some(other) => format!("`{}` or `{other}`", parameter.name),
                None => format!("`{}`", parameter.name),
            };
            mistakes.push(
                Mistake::error(format!("{} needs {needed}", owner.name))
                    .at(span, format!("add `{} = …`: {}", parameter.name, parameter.kind.in_words()))
                    .help(format!("`{}` — {}", parameter.name, parameter.doc))
                    .absence(),
            );
        }
    }
    values
}

/// The default of a parameter, with the defaults of its own keys.
fn filled(parameter: &Parameter) -> Option<toml::Value> {
    let mut value = parameter.filled_in()?;
    if let (crate::parameter::Kind::Row(registry), toml::Value::Table(table)) = (parameter.kind, &mut value)
        && let Some(row) = table.get(registry.key()).and_then(toml::Value::as_str).and_then(|kind| registry.about(kind))
    {
        for inner in row.keys() {
            if let Some(default) = inner.filled_in()
                && !table.contains_key(inner.name)
            {
                table.insert(inner.name.to_owned(), default);
            }
        }
    }
    Some(value)
}

/// Every choice of values that a table describes: the product of its axes, the last one (by name) fastest.
pub fn product(
    owner: Owner<'_>,
    parameters: &[&Parameter],
    table: &NodeTable,
    span: Span,
    other: &[&str],
    mistakes: &mut Mistakes,
) -> Option<Vec<Values>> {
    let values = read(owner, parameters, table, span, other, &[], mistakes);
    if !values.bad.is_empty() {
        return None;
    }
    let mut choices = vec![values.base];
    for (key, values) in values.axes {
        if choices.len().saturating_mul(values.len()) > MOST_POINTS {
            mistakes.push(
                Mistake::error(format!("{} stands for more than {MOST_POINTS} values", owner.name))
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
