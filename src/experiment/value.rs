//! Checks one value against one parameter.

use std::ops::RangeInclusive;

use super::mistake::{Mistake, Mistakes};
use super::names::instead;
use super::tree::{Node, NodeValue, quoted};
use crate::parameter::{Interval, Kind, Parameter};

/// Checks a value that is neither an axis nor a table. Integers become floats if the parameter is a float, and −0 becomes 0, so
/// that 1 and 1.0 are the same setting.
pub fn check(parameter: &Parameter, node: &Node, mistakes: &mut Mistakes) -> Option<toml::Value> {
    match convert(parameter, node) {
        Ok(value) => Some(value),
        Err(mistake) => {
            mistakes.push(mistake);
            None
        }
    }
}

fn convert(parameter: &Parameter, node: &Node) -> Result<toml::Value, Mistake> {
    let name = parameter.name;
    match (parameter.kind, &node.value) {
        (Kind::Boolean, NodeValue::Boolean(truth)) => Ok(toml::Value::Boolean(*truth)),
        (Kind::Integer { at_least, at_most }, NodeValue::Integer(number)) => {
            if (at_least..=at_most).contains(number) {
                Ok(toml::Value::Integer(*number))
            } else {
                let bound = if *number < at_least { format!("≥ {at_least}") } else { format!("≤ {at_most}") };
                Err(out_of_range(parameter, node, &bound))
            }
        }
        (Kind::IntegerOrWord { at_least, .. }, NodeValue::Integer(number)) => {
            if *number >= at_least {
                Ok(toml::Value::Integer(*number))
            } else {
                Err(out_of_range(parameter, node, &format!("≥ {at_least}")))
            }
        }
        (Kind::IntegerOrWord { word, .. }, NodeValue::Text(text)) if text == word => {
            Ok(toml::Value::String(text.clone()))
        }
        (Kind::Float(interval), NodeValue::Integer(_) | NodeValue::Float(_)) => {
            let number = number(node).unwrap_or(f64::NAN);
            if !number.is_finite() {
                let message = format!("`{name}` must be a finite number; found {}", node.found());
                Err(Mistake::error(message).at(node.span, format!("accepted: {}", parameter.kind.in_words())))
            } else if interval.contains(number) {
                Ok(toml::Value::Float(number))
            } else {
                Err(out_of_range(parameter, node, &interval.in_words()))
            }
        }
        (Kind::Choice(words), NodeValue::Text(text)) => {
            if words.contains(&text.as_str()) {
                Ok(toml::Value::String(text.clone()))
            } else {
                Err(unknown_word(parameter, node, text, words))
            }
        }
        (Kind::Text, NodeValue::Text(text)) => Ok(toml::Value::String(text.clone())),
        (Kind::Texts | Kind::WordOrTexts(_), NodeValue::List(items)) => {
            let texts =
                items.iter().map(|item| item.as_text().map(|text| toml::Value::String(text.to_owned())).ok_or(item));
            texts.collect::<Result<Vec<_>, _>>().map(toml::Value::Array).map_err(|item| {
                let message = format!("`{name}` must be a list of texts; found {} in it", item.found());
                Mistake::error(message).at(item.span, "accepted: a text in quotes")
            })
        }
        (Kind::Integers { at_least, at_most }, NodeValue::List(items)) => {
            let numbers = items.iter().map(|item| match item.value {
                NodeValue::Integer(number) if (at_least..=at_most).contains(&number) => {
                    Ok(toml::Value::Integer(number))
                }
                _ => Err(item),
            });
            numbers.collect::<Result<Vec<_>, _>>().map(toml::Value::Array).map_err(|item| {
                Mistake::error(format!("`{name}` must be {}; found {} in it", parameter.kind.in_words(), item.found()))
                    .at(item.span, format!("accepted: {}", Kind::Integer { at_least, at_most }.in_words()))
            })
        }
        (Kind::Ascending { at_least, at_most }, NodeValue::List(items)) => {
            ascending(parameter, node, items, at_least..=at_most)
        }
        (Kind::Words(words), NodeValue::List(items)) => {
            let word = |item: &Node| match item.as_text() {
                Some(text) if words.contains(&text) => Ok(toml::Value::String(text.to_owned())),
                Some(text) => Err(unknown_word(parameter, item, text, words)),
                None => Err(Mistake::error(format!("`{name}` must be a list of words; found {} in it", item.found()))
                    .at(item.span, format!("accepted: {}", super::names::plain_list(words.iter().copied())))),
            };
            items.iter().map(word).collect::<Result<Vec<_>, _>>().map(toml::Value::Array)
        }
        (Kind::Texts | Kind::Words(_), NodeValue::Text(text)) => {
            Err(wrong_type(parameter, node).help(format!("write `{name} = [{text:?}]`")))
        }
        (Kind::WordOrTexts(words), NodeValue::Text(text)) if !words.contains(&text.as_str()) => {
            Err(wrong_type(parameter, node).help(format!("write `{name} = [{text:?}]`")))
        }
        (Kind::Markers, NodeValue::List(items)) => markers(name, items),
        (Kind::Markers, NodeValue::Table(table)) => {
            let lists = table.iter().map(|(column, entry)| match &entry.node.value {
                NodeValue::List(items) => Ok((column.clone(), markers(name, items)?)),
                _ => {
                    let message =
                        format!("`{name}` of {} must be a list; found {}", quoted(column), entry.node.found());
                    Err(Mistake::error(message).at(entry.node.span, "accepted: a list of texts and numbers"))
                }
            });
            lists.collect::<Result<toml::Table, _>>().map(toml::Value::Table)
        }
        (Kind::Markers, NodeValue::Text(_) | NodeValue::Integer(_) | NodeValue::Float(_)) => {
            Err(wrong_type(parameter, node).help(format!("write `{name} = [{}]`", node.found())))
        }
        (Kind::WordOrNumbersByName(_), NodeValue::Table(table)) => {
            let numbers = table.iter().map(|(key, entry)| match number(&entry.node) {
                Some(number) if Interval::NOT_NEGATIVE.contains(number) => Ok((key.clone(), number.into())),
                _ => {
                    let message =
                        format!("`{name}` of {} must be a number ≥ 0; found {}", quoted(key), entry.node.found());
                    Err(Mistake::error(message).at(entry.node.span, "accepted: a number ≥ 0"))
                }
            });
            numbers.collect::<Result<toml::Table, _>>().map(toml::Value::Table)
        }
        (
            Kind::WordOrFloats(words) | Kind::WordOrTexts(words) | Kind::WordOrNumbersByName(words),
            NodeValue::Text(text),
        ) => {
            if words.contains(&text.as_str()) {
                Ok(toml::Value::String(text.clone()))
            } else {
                Err(unknown_word(parameter, node, text, words))
            }
        }
        (Kind::WordOrFloats(_), NodeValue::List(items)) if !items.is_empty() => {
            let numbers = items
                .iter()
                .map(|item| number(item).filter(|number| number.is_finite()).map(toml::Value::Float).ok_or(item));
            numbers.collect::<Result<Vec<_>, _>>().map(toml::Value::Array).map_err(|item| {
                let message = format!("`{name}` must be a list of finite numbers; found {} in it", item.found());
                Mistake::error(message).at(item.span, "accepted: a number")
            })
        }
        (Kind::Integers { .. } | Kind::Ascending { .. }, NodeValue::Integer(number)) => {
            Err(wrong_type(parameter, node).help(format!("write `{name} = [{number}]`")))
        }
        _ => Err(wrong_type(parameter, node)),
    }
}

/// A list of whole numbers, each larger than the one before.
fn ascending(
    parameter: &Parameter,
    node: &Node,
    items: &[Node],
    range: RangeInclusive<i64>,
) -> Result<toml::Value, Mistake> {
    let name = parameter.name;
    let accepted = || format!("accepted: {}", parameter.kind.in_words());
    if items.is_empty() {
        return Err(Mistake::error(format!("`{name}` is an empty list")).at(node.span, accepted()));
    }
    let mut numbers: Vec<i64> = Vec::with_capacity(items.len());
    for item in items {
        let NodeValue::Integer(number) = item.value else {
            let message = format!("`{name}` must be {}; found {} in it", parameter.kind.in_words(), item.found());
            return Err(Mistake::error(message).at(item.span, "accepted: a whole number"));
        };
        if !range.contains(&number) {
            let bound =
                if number < *range.start() { format!("≥ {}", range.start()) } else { format!("≤ {}", range.end()) };
            let message = format!("`{name}` must hold whole numbers {bound}; found {number}");
            return Err(Mistake::error(message).at(item.span, accepted()));
        }
        if let Some(before) = numbers.last().filter(|before| **before >= number) {
            let mut sorted: Vec<i64> = items.iter().filter_map(integer).collect();
            sorted.sort_unstable();
            sorted.dedup();
            let message = format!("`{name}` must ascend; found {number} after {before}");
            return Err(Mistake::error(message)
                .at(item.span, "each must be larger than the one before")
                .help(format!("write `{name} = {sorted:?}`")));
        }
        numbers.push(number);
    }
    Ok(numbers.into())
}

const fn integer(node: &Node) -> Option<i64> {
    match node.value {
        NodeValue::Integer(number) => Some(number),
        _ => None,
    }
}

/// A list of texts and finite numbers. Integers become floats, so that 1 and 1.0 are the same setting.
fn markers(name: &str, items: &[Node]) -> Result<toml::Value, Mistake> {
    let marker = |item: &Node| match &item.value {
        NodeValue::Text(text) => Ok(toml::Value::String(text.clone())),
        _ => number(item).filter(|number| number.is_finite()).map(toml::Value::Float).ok_or_else(|| {
            Mistake::error(format!("`{name}` must be a list of texts and numbers; found {} in it", item.found()))
                .at(item.span, "accepted: a text in quotes, or a number")
        }),
    };
    items.iter().map(marker).collect::<Result<Vec<_>, _>>().map(toml::Value::Array)
}

/// The node's number as a float. −0 becomes 0.
pub const fn number(node: &Node) -> Option<f64> {
    match node.value {
        NodeValue::Integer(number) => Some(number as f64),
        NodeValue::Float(number) => Some(number + 0.0),
        _ => None,
    }
}

fn out_of_range(parameter: &Parameter, node: &Node, bound: &str) -> Mistake {
    Mistake::error(format!("`{}` must be {bound}; found {}", parameter.name, node.found()))
        .at(node.span, format!("accepted: {}", parameter.kind.in_words()))
}

fn unknown_word(parameter: &Parameter, node: &Node, text: &str, words: &[&str]) -> Mistake {
    // One word of a list is one of what the key names: an unknown metric of `metrics`.
    let name = match parameter.kind {
        Kind::Words(_) => parameter.name.strip_suffix('s').unwrap_or(parameter.name),
        _ => parameter.name,
    };
    Mistake::error(format!("unknown {name} {}", quoted(text))).at(node.span, instead(text, words))
}

/// The mistake of a value with the wrong type.
pub fn wrong_type(parameter: &Parameter, node: &Node) -> Mistake {
    let accepted = parameter.kind.in_words();
    let mistake = Mistake::error(format!("`{}` must be {accepted}; found {}", parameter.name, node.found()))
        .at(node.span, format!("not {}", noun(parameter.kind)));
    match (&node.value, parameter.kind) {
        (NodeValue::Text(text), Kind::Float(_) | Kind::Integer { .. } | Kind::IntegerOrWord { .. })
            if text.parse::<f64>().is_ok() =>
        {
            match toml_number(text) {
                Some(number) => mistake.help(format!("write {number}")),
                None => mistake.help(format!("write it without quotes: `{} = {text}`", parameter.name)),
            }
        }
        (NodeValue::Text(text), _) if is_nothing(text) => {
            mistake.help(format!("there is no such value: to leave `{}` out, remove the key", parameter.name))
        }
        (NodeValue::Text(text), Kind::Boolean) if truth(text).is_some_and(|word| word != text) => {
            mistake.help(format!("write {}", truth(text).unwrap_or_default()))
        }
        (NodeValue::Text(text), Kind::IntegerOrWord { word, .. }) if super::names::nearest(text, [word]).is_some() => {
            mistake.help(format!("did you mean \"{word}\"?"))
        }
        (NodeValue::Text(text), Kind::Boolean) if matches!(text.as_str(), "true" | "false") => {
            mistake.help(format!("write it without quotes: `{} = {text}`", parameter.name))
        }
        (NodeValue::Float(number), Kind::Integer { .. } | Kind::IntegerOrWord { .. })
            if number.fract() == 0.0 && number.abs() < 1e15 =>
        {
            mistake.help(format!("write `{} = {}`", parameter.name, *number as i64))
        }
        (NodeValue::Integer(_) | NodeValue::Float(_) | NodeValue::Boolean(_), Kind::Text) => {
            mistake.help(format!("write it in quotes: `{} = \"{}\"`", parameter.name, node.found()))
        }
        _ => mistake,
    }
}

/// A number that TOML does not read, as it does: `.001` is 0.001, `1.e-3` is 1e-3. `None` if TOML reads it.
pub fn toml_number(text: &str) -> Option<String> {
    text.parse::<f64>().ok().filter(|number| number.is_finite())?;
    let (sign, digits) = text.split_at(usize::from(text.starts_with(['+', '-'])));
    let mut number = digits.replace(".e", "e").replace(".E", "E");
    if number.starts_with('.') {
        number.insert(0, '0');
    }
    let number = number.strip_suffix('.').unwrap_or(&number);
    (number != digits).then(|| format!("{sign}{number}"))
}

/// Whether a word stands for no value in other languages.
pub fn is_nothing(word: &str) -> bool {
    ["none", "null", "nil"].iter().any(|nothing| word.eq_ignore_ascii_case(nothing))
}

/// The truth value that a word stands for in other languages.
pub fn truth(word: &str) -> Option<&'static str> {
    match word.to_ascii_lowercase().as_str() {
        "true" | "yes" | "on" => Some("true"),
        "false" | "no" | "off" => Some("false"),
        _ => None,
    }
}

const fn noun(kind: Kind) -> &'static str {
    match kind {
        Kind::Boolean => "a truth value",
        Kind::Integer { .. } => "a whole number",
        Kind::Float(_) => "a number",
        Kind::Choice(_) => "one of these words",
        Kind::IntegerOrWord { .. } => "a whole number or that word",
        Kind::Text => "a text",
        Kind::Texts | Kind::Integers { .. } | Kind::Ascending { .. } | Kind::Words(_) => "a list",
        Kind::WordOrWords(_) => "one of these words or a list of them",
        Kind::WordOrFloats(_) => "a word or a list of numbers",
        Kind::TextOrTexts => "a text or a list",
        Kind::WordOrTexts(_) => "that word or a list",
        Kind::WordOrNumbersByName(_) => "a word or a table of numbers",
        Kind::Markers => "a list or a table",
        Kind::Table(_) | Kind::Row(_) => "a table",
        Kind::Rows(_) => "a list of tables",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_that_toml_does_not_read_are_written_as_it_does() {
        for (text, number) in [(".001", "0.001"), ("-.5", "-0.5"), ("1.e-3", "1e-3"), ("2.", "2"), ("+.5E3", "+0.5E3")]
        {
            assert_eq!(toml_number(text).as_deref(), Some(number));
            assert!(format!("x = {number}").parse::<toml::Table>().is_ok(), "{number}");
        }
        for text in ["0.001", "1e-3", "inf", "many", "1"] {
            assert_eq!(toml_number(text), None);
        }
    }
}
