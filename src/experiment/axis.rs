//! The ways to write a hyperparameter: a value, a list, a range, `{ values = […] }`, or tables with axes of their own.

use super::mistake::{Mistake, Mistakes};
use super::points::{MOST_POINTS, SpannedValue, report_repeats};
use super::range;
use super::row_name::row_name;
use super::table_values::{Owner, product};
use super::tree::{Node, NodeEntry, NodeTable, NodeValue, quoted};
use super::value::check;
use crate::parameter::AnyRegistry;
use crate::parameter::{Kind, Parameter};

/// All values that `node` gives to `parameter`, in the order written: one, or the points of an axis. `None` if there was a
/// mistake.
pub fn expand(parameter: &Parameter, node: &Node, mistakes: &mut Mistakes) -> Option<Vec<SpannedValue>> {
    let before = mistakes.found();
    let values = match &node.value {
        NodeValue::Table(table) if is_values(parameter.kind, table) => values(parameter, node, table, mistakes)?,
        NodeValue::Table(table) if is_range(parameter.kind) => range::points(parameter, node, table, mistakes)?,
        NodeValue::List(items) if !is_one_value(parameter.kind, items) => list(parameter, node, items, mistakes)?,
        _ => one(parameter, node, mistakes)?,
    };
    report_repeats(parameter, &values, mistakes);
    (mistakes.found() == before).then_some(values)
}

/// Whether a table with these keys is an axis, not a value.
pub fn is_axis(table: &NodeTable) -> bool {
    ["values", "from", "to", "count"].iter().any(|key| table.contains_key(*key))
}

fn is_values(kind: Kind, table: &NodeTable) -> bool {
    match (kind, table.get("values")) {
        (_, None) => false,
        (Kind::Table(_) | Kind::Row(_), _) => table.len() == 1,
        // A column may be called so: then its list holds no lists and no tables.
        (Kind::Markers, Some(entry)) => {
            table.len() == 1 && {
                let is_value = |item: &Node| matches!(item.value, NodeValue::List(_) | NodeValue::Table(_));
                matches!(&entry.node.value, NodeValue::List(items) if items.iter().any(is_value))
            }
        }
        // A class may be called so.
        (Kind::WordOrNumbersByName(_), Some(entry)) => matches!(entry.node.value, NodeValue::List(_)),
        _ => true,
    }
}

/// Every table is a range, unless the value of the parameter is itself a table.
const fn is_range(kind: Kind) -> bool {
    !matches!(kind, Kind::Table(_) | Kind::Row(_) | Kind::Rows(_) | Kind::Markers | Kind::WordOrNumbersByName(_))
}

/// Whether a list is one value, because the hyperparameter itself is a list.
fn is_one_value(kind: Kind, items: &[Node]) -> bool {
    match kind {
        Kind::Words(_) | Kind::WordOrWords(_) => true,
        Kind::Texts | Kind::Integers { .. } | Kind::Ascending { .. } | Kind::WordOrTexts(_) | Kind::Rows(_) => {
            !items.iter().any(|item| matches!(item.value, NodeValue::List(_)))
        }
        Kind::Markers => !items.iter().any(|item| matches!(item.value, NodeValue::List(_) | NodeValue::Table(_))),
        Kind::WordOrFloats(_) => {
            !items.is_empty() && !items.iter().any(|item| matches!(item.value, NodeValue::List(_) | NodeValue::Text(_)))
        }
        _ => false,
    }
}

fn values(parameter: &Parameter, node: &Node, table: &NodeTable, mistakes: &mut Mistakes) -> Option<Vec<SpannedValue>> {
    for (key, entry) in table {
        if key != "values" {
            mistakes.push(
                Mistake::error(format!("`{}` has the key {} beside `values`", parameter.name, quoted(key)))
                    .at(entry.key, "`{ values = […] }` takes no other key"),
            );
        }
    }
    let entry = table.get("values")?;
    let NodeValue::List(items) = &entry.node.value else {
        mistakes.push(
            Mistake::error(format!("`values` must be a list; found {}", entry.node.found()))
                .at(entry.node.span, "accepted: a list of values"),
        );
        return None;
    };
    list(parameter, &Node { span: node.span, value: NodeValue::Boolean(false) }, items, mistakes)
}

fn list(parameter: &Parameter, node: &Node, items: &[Node], mistakes: &mut Mistakes) -> Option<Vec<SpannedValue>> {
    if items.is_empty() {
        mistakes.push(
            Mistake::error(format!("`{}` is an empty list", parameter.name))
                .at(node.span, "an empty axis would leave no settings")
                .help(format!("accepted: {}", parameter.kind.in_words())),
        );
        return None;
    }
    let mut all = Vec::with_capacity(items.len());
    let mut complete = true;
    if items.len() > MOST_POINTS {
        mistakes.push(
            Mistake::error(format!("`{}` has {} values", parameter.name, items.len()))
                .at(node.span, format!("at most {MOST_POINTS} can stand on one axis")),
        );
        return None;
    }
    for item in items {
        let values = match &item.value {
            // A range among values, such as a 0 before a range with logarithmic steps.
            NodeValue::Table(table) if range::is_spaced(parameter.kind) => {
                range::points(parameter, item, table, mistakes)
            }
            _ => one(parameter, item, mistakes),
        };
        match values {
            Some(values) => all.extend(values),
            None => complete = false,
        }
        if all.len() > MOST_POINTS {
            mistakes.push(
                Mistake::error(format!("`{}` has more than {MOST_POINTS} values", parameter.name))
                    .at(node.span, format!("at most {MOST_POINTS} can stand on one axis")),
            );
            return None;
        }
    }
    complete.then_some(all)
}

/// One item of a list: a value, or a table whose own axes multiply.
fn one(parameter: &Parameter, node: &Node, mistakes: &mut Mistakes) -> Option<Vec<SpannedValue>> {
    match (parameter.kind, &node.value) {
        (Kind::Table(inner), NodeValue::Table(table)) => {
            let inner: Vec<&Parameter> = inner.iter().collect();
            let owner = format!("`{}`", parameter.name);
            let choices = product(Owner { name: &owner, row: None }, &inner, table, node.span, &[], mistakes)?;
            Some(choices.into_iter().map(|choice| (toml::Value::Table(choice), node.span)).collect())
        }
        (Kind::Row(registry), NodeValue::Table(table)) => rows(parameter, registry, node, table, mistakes),
        // The name alone is a table without other keys.
        (Kind::Row(registry), NodeValue::Text(_)) => {
            let kind = NodeEntry { key: node.span, node: node.clone() };
            let table = NodeTable::from([(registry.key().to_owned(), kind)]);
            rows(parameter, registry, node, &table, mistakes)
        }
        (Kind::Rows(registry), NodeValue::List(items)) => row_list(parameter, registry, node, items, mistakes),
        _ => check(parameter, node, mistakes).map(|value| vec![(value, node.span)]),
    }
}

/// A list of tables that name rows of a registry: the product of the axes of its members.
fn row_list(
    parameter: &Parameter,
    registry: &'static dyn AnyRegistry,
    node: &Node,
    items: &[Node],
    mistakes: &mut Mistakes,
) -> Option<Vec<SpannedValue>> {
    let member = Parameter { kind: Kind::Row(registry), ..*parameter };
    let mut lists = vec![Vec::new()];
    let mut complete = true;
    for item in items {
        if !matches!(item.value, NodeValue::Table(_) | NodeValue::Text(_)) {
            let accepted = format!("accepted: {}", member.kind.in_words());
            let message = format!("`{}` must be a list of tables; found {} in it", parameter.name, item.found());
            mistakes.push(Mistake::error(message).at(item.span, accepted));
            complete = false;
            continue;
        }
        let Some(choices) = one(&member, item, mistakes) else {
            complete = false;
            continue;
        };
        if lists.len().saturating_mul(choices.len()) > MOST_POINTS {
            mistakes.push(
                Mistake::error(format!("`{}` stands for more than {MOST_POINTS} values", parameter.name))
                    .at(node.span, "too many points on one axis"),
            );
            return None;
        }
        lists = lists
            .iter()
            .flat_map(|list| choices.iter().map(|(choice, _)| [list.as_slice(), std::slice::from_ref(choice)].concat()))
            .collect();
    }
    complete.then(|| lists.into_iter().map(|list| (toml::Value::Array(list), node.span)).collect())
}

/// A table that names a row of a registry, with the row's keys, whose axes multiply.
fn rows(
    parameter: &Parameter,
    registry: &'static dyn AnyRegistry,
    node: &Node,
    table: &NodeTable,
    mistakes: &mut Mistakes,
) -> Option<Vec<SpannedValue>> {
    let kind = row_name(registry.noun(), registry.key(), table, node.span, &registry.names(), mistakes)?;
    let row = registry.about(kind)?;
    let inner: Vec<&Parameter> = row.keys().collect();
    let owner = format!("{} of {} \"{}\"", parameter.name, registry.key(), row.name);
    let owner = Owner { name: &owner, row: Some((registry, row.name)) };
    let choices = product(owner, &inner, table, node.span, &[registry.key()], mistakes)?;
    Some(
        choices
            .into_iter()
            .map(|mut choice| {
                // What is off is left out, so that two ways to write a value are one.
                let is_off = |name: &str, value: &toml::Value| {
                    inner.iter().any(|parameter| parameter.name == name && parameter.is_off(value))
                };
                choice.retain(|name, value| !is_off(name, value));
                choice.insert(registry.key().to_owned(), toml::Value::String(row.name.to_owned()));
                (toml::Value::Table(choice), node.span)
            })
            .collect(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::parse::parse_value;
    use crate::parameter::{Decides, Fallback};
    use crate::schedule::SCHEDULES;

    /// The values that a text gives to a key, or the messages of its mistakes.
    fn expanded(kind: Kind, text: &str) -> Result<Vec<String>, Vec<String>> {
        let parameter = Parameter::new("key", kind, Fallback::Absent, Decides::Update, "");
        let mut mistakes = Mistakes::default();
        let node = parse_value(text, 0, 0, &mut mistakes).expect("TOML");
        let values = expand(&parameter, &node, &mut mistakes);
        let messages: Vec<String> = mistakes.into_list().into_iter().map(|mistake| mistake.message).collect();
        values.map(|values| values.iter().map(|(value, _)| value.to_string()).collect()).ok_or(messages)
    }

    #[test]
    fn a_list_of_whole_numbers_is_one_value_and_a_list_of_lists_an_axis() {
        let kind = Kind::Integers { at_least: 1, at_most: i64::MAX };
        let of = |text: &str| expanded(kind, text);
        assert_eq!(of("[64, 32]"), Ok(vec!["[64, 32]".to_owned()]));
        let both = Ok(vec!["[64]".to_owned(), "[64, 32]".to_owned()]);
        assert_eq!(of("{ values = [[64], [64, 32]] }"), both);
        assert_eq!(of("[[64], [64, 32]]"), both);
        let message = |found: &str| Err(vec![format!("`key` must be a list of whole numbers ≥ 1; found {found}")]);
        assert_eq!(of("64"), message("64"));
        assert_eq!(of("[64, 0]"), message("0 in it"));
        assert_eq!(of("[64, 1.5]"), message("1.5 in it"));
    }

    #[test]
    fn markers_and_a_word_or_texts_are_one_value() {
        let markers = |text: &str| expanded(Kind::Markers, text);
        assert_eq!(markers("[\"?\", -200]"), Ok(vec!["[\"?\", -200.0]".to_owned()]));
        assert_eq!(markers("{ hp = [\"?\"], values = [0] }"), Ok(vec!["{ hp = [\"?\"], values = [0.0] }".to_owned()]));
        assert_eq!(markers("{ values = [0] }"), Ok(vec!["{ values = [0.0] }".to_owned()]));
        assert_eq!(markers("{ values = [[0], { hp = [1] }] }").map(|values| values.len()), Ok(2));
        assert!(markers("\"?\"").is_err() && markers("[true]").is_err() && markers("{ hp = 1 }").is_err());
        let words = |text: &str| expanded(Kind::WordOrTexts(&["text"]), text);
        assert_eq!(words("\"text\""), Ok(vec!["\"text\"".to_owned()]));
        assert_eq!(words("[\"a\", \"b\"]"), Ok(vec!["[\"a\", \"b\"]".to_owned()]));
        assert_eq!(words("{ values = [\"text\", [\"a\"]] }").map(|values| values.len()), Ok(2));
        assert!(words("\"city\"").is_err_and(|messages| messages.len() == 1));
    }

    #[test]
    fn a_range_among_values_stands_for_its_points() {
        let of = |text: &str| expanded(Kind::Float(crate::parameter::Interval::NOT_NEGATIVE), text);
        let mixed = of("[0, { from = 1e-4, to = 1, count = 5, scale = \"log\" }]");
        assert_eq!(mixed, of("[0, 1e-4, 1e-3, 1e-2, 1e-1, 1]"));
        assert_eq!(mixed.map(|values| values.len()), Ok(6));
        assert_eq!(of("[{ from = 2, to = 3, count = 2 }, 1]"), of("{ values = [2, 3, 1] }"));
        let twice = of("[0.5, { from = 0, to = 1, count = 3 }]");
        assert_eq!(twice, Err(vec!["`key` has 0.5 twice on one axis".to_owned()]));
        assert!(of("[0, { from = 1 }]").is_err_and(|messages| messages[0].contains("has no `to`, `count`")));
        assert!(of("[0, { values = [1] }]").is_err());
        assert_eq!(
            expanded(Kind::Boolean, "[true, { from = 1, to = 2, count = 2 }]").map_err(|them| them.len()),
            Err(1)
        );
    }

    #[test]
    fn the_name_of_a_row_stands_for_a_table_without_other_keys() {
        let of = |text: &str| expanded(Kind::Row(&SCHEDULES), text);
        let cosine = Ok(vec!["{ final_fraction = 0.0, kind = \"cosine\" }".to_owned()]);
        assert_eq!(of("\"cosine\""), cosine);
        assert_eq!(of("{ kind = \"cosine\" }"), cosine);
        assert_eq!(
            of("[\"constant\", { kind = \"inverse_time\", decay = [0.1, 0.2] }]").map(|values| values.len()),
            Ok(3)
        );
        let repeated = of("[\"constant\", { kind = \"constant\", warmup_steps = [0, 5] }]");
        assert!(repeated.is_err_and(|messages| messages.len() == 1 && messages[0].contains("twice")));
        assert_eq!(of("\"inverse_time\""), Err(vec!["key of kind \"inverse_time\" needs `decay`".to_owned()]));
        assert_eq!(of("\"sawtooth\""), Err(vec!["unknown schedule kind \"sawtooth\"".to_owned()]));
    }
}
