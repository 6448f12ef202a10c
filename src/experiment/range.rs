//! Ranges: `{ from = 1e-3, to = 1.0, count = 13, scale = "log" }`.

use super::mistake::{Mistake, Mistakes};
use super::names::{instead, nearest};
use super::points::{MOST_POINTS, SpannedValue};
use super::source_text::Span;
use super::tree::{Node, NodeTable, NodeValue, quoted};
use super::unknown_key::unknown_key;
use super::value::{check, number, wrong_type};
use crate::parameter::{Kind, Parameter};
use crate::text::number as shown;

const KEYS: [&str; 4] = ["from", "to", "count", "scale"];

/// Whether the values of a kind are numbers, which a range can space.
pub const fn is_spaced(kind: Kind) -> bool {
    matches!(kind, Kind::Float(_) | Kind::Integer { .. } | Kind::IntegerOrWord { .. })
}

/// The points of a range of `parameter`: the ends exactly as written, the inner points rounded.
pub fn points(
    parameter: &Parameter,
    node: &Node,
    table: &NodeTable,
    mistakes: &mut Mistakes,
) -> Option<Vec<SpannedValue>> {
    if !is_spaced(parameter.kind) {
        mistakes.push(wrong_type(parameter, node).help("an axis is written as a list, or `{ values = […] }`"));
        return None;
    }
    let before = mistakes.found();
    let owner = format!("the range of `{}`", parameter.name);
    let mut meant = Vec::new();
    for (key, entry) in table {
        if !KEYS.contains(&key.as_str()) {
            let keys = ["from", "to", "count", "scale", "values"];
            meant.extend(nearest(key, keys));
            mistakes.push(unknown_key(&owner, key, entry.key, &keys, None));
        }
    }
    let missing = |key: &&&str| !table.contains_key(**key) && !meant.contains(*key);
    let missing: Vec<String> = KEYS[..3].iter().filter(missing).map(|key| format!("`{key}`")).collect();
    if !missing.is_empty() {
        mistakes.push(
            Mistake::error(format!("{owner} has no {}", missing.join(", ")))
                .at(node.span, "a range is { from = …, to = …, count = …, scale = \"log\" or \"linear\" }"),
        );
    }
    let from = table.get("from").and_then(|entry| end(parameter, "from", &entry.node, mistakes));
    let to = table.get("to").and_then(|entry| end(parameter, "to", &entry.node, mistakes));
    let count = table.get("count").and_then(|entry| count(&entry.node, mistakes));
    let log = table.get("scale").map_or(Some(false), |entry| scale(&entry.node, mistakes));
    let (from, to, count, log) = (from?, to?, count?, log?);
    if log {
        for (key, value) in [("from", from), ("to", to)] {
            if value <= 0.0 {
                let span = table.get(key).map_or(node.span, |entry| entry.node.span);
                mistakes.push(
                    Mistake::error(format!("`{key}` must be > 0 where `scale = \"log\"`; found {}", shown(value)))
                        .at(span, "a logarithm needs a number > 0")
                        .help("write scale = \"linear\", or a list"),
                );
            }
        }
    }
    if from == to {
        mistakes.push(
            Mistake::error(format!("{owner} starts where it ends, at {}", shown(from)))
                .at(node.span, "from and to must differ")
                .help(format!("for one value write `{} = {}`", parameter.name, shown(from))),
        );
    }
    if mistakes.found() > before {
        return None;
    }
    Some(numbers(parameter.kind, from, to, count, log).into_iter().map(|value| (value, node.span)).collect())
}

fn numbers(kind: Kind, from: f64, to: f64, count: usize, log: bool) -> Vec<toml::Value> {
    let points = spaced(from, to, count, log);
    if matches!(kind, Kind::Float(_)) {
        return points.into_iter().map(toml::Value::Float).collect();
    }
    let mut whole: Vec<i64> = points.into_iter().map(|point| libm::round(point) as i64).collect();
    whole.dedup();
    whole.into_iter().map(toml::Value::Integer).collect()
}

/// `count` ≥ 2 numbers from `from` to `to`, both exact. The others are rounded to 12 significant decimal digits, so that the
/// point 0.1 equals the 0.1 of a condition.
pub fn spaced(from: f64, to: f64, count: usize, log: bool) -> Vec<f64> {
    let last = (count - 1) as f64;
    (0..count)
        .map(|index| {
            if index == 0 {
                from
            } else if index == count - 1 {
                to
            } else {
                let right = index as f64;
                let left = last - right;
                if log {
                    rounded(libm::exp(blend(libm::log(from), libm::log(to), left, right)))
                } else {
                    let point = blend(from, to, left, right);
                    // A tiny remainder after cancellation is a zero.
                    let scale = if from.abs() > to.abs() { from.abs() } else { to.abs() };
                    if point.abs() < 1e-14 * scale { 0.0 } else { rounded(point) }
                }
            }
        })
        .collect()
}

/// (from·left + to·right) / (left + right), without overflow for the largest numbers.
fn blend(from: f64, to: f64, left: f64, right: f64) -> f64 {
    let sum = left + right;
    let point = (from * left + to * right) / sum;
    if point.is_finite() { point } else { from * (left / sum) + to * (right / sum) }
}

/// The nearest number with 12 significant decimal digits, computed through its decimal text.
pub fn rounded(value: f64) -> f64 {
    format!("{value:.11e}").parse().unwrap_or(value)
}

/// Reads one end of a range. It must be in the parameter's own range.
fn end(parameter: &Parameter, key: &str, node: &Node, mistakes: &mut Mistakes) -> Option<f64> {
    if matches!(node.value, NodeValue::Text(_)) {
        mistakes.push(
            Mistake::error(format!("`{key}` must be a number; found {}", node.found()))
                .at(node.span, "the end of a range is a number"),
        );
        return None;
    }
    check(parameter, node, mistakes).and_then(|_| number(node))
}

fn count(node: &Node, mistakes: &mut Mistakes) -> Option<usize> {
    if let NodeValue::Integer(count) = node.value
        && let Ok(count) = usize::try_from(count)
        && (2..=MOST_POINTS).contains(&count)
    {
        return Some(count);
    }
    mistakes.push(
        Mistake::error(format!("`count` must be a whole number from 2 to {MOST_POINTS}; found {}", node.found()))
            .at(node.span, "the number of points, both ends among them"),
    );
    None
}

fn scale(node: &Node, mistakes: &mut Mistakes) -> Option<bool> {
    match node.as_text() {
        Some("log") => Some(true),
        Some("linear") => Some(false),
        Some(word) => {
            mistakes.push(unknown_scale(&quoted(word), node.span, instead(word, &["log", "linear"])));
            None
        }
        None => {
            mistakes.push(unknown_scale(&node.found(), node.span, instead("", &["log", "linear"])));
            None
        }
    }
}

fn unknown_scale(found: &str, span: Span, label: String) -> Mistake {
    Mistake::error(format!("unknown scale {found}")).at(span, label)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inner_points_are_the_decimals_that_a_person_would_write() {
        let points = spaced(1e-3, 1.0, 13, true);
        assert_eq!(points[0].to_bits(), 1e-3_f64.to_bits());
        assert_eq!(points[4].to_bits(), 1e-2_f64.to_bits());
        assert_eq!(points[8].to_bits(), 1e-1_f64.to_bits());
        assert_eq!(points[12].to_bits(), 1.0_f64.to_bits());
        assert_eq!(points[1].to_bits(), 0.001_778_279_410_04_f64.to_bits());
        assert_eq!(spaced(0.0, 1.0, 11, false)[3].to_bits(), 0.3_f64.to_bits());
        assert_eq!(spaced(-0.1, 0.2, 4, false)[1].to_bits(), 0.0_f64.to_bits());
    }

    #[test]
    fn downwards_is_the_same_points_in_the_other_order() {
        for log in [true, false] {
            let mut down = spaced(2.0, 1e-5, 27, log);
            down.reverse();
            assert_eq!(down, spaced(1e-5, 2.0, 27, log));
        }
    }

    #[test]
    fn the_largest_numbers_do_not_overflow() {
        assert!(spaced(-1.7e308, 1.7e308, 5, false).iter().all(|point| point.is_finite()));
    }

    #[test]
    fn whole_numbers_are_rounded_and_do_not_repeat() {
        let kind = Kind::Integer { at_least: 1, at_most: 100 };
        let values = numbers(kind, 1.0, 8.0, 10, true);
        let values: Vec<i64> = values.iter().filter_map(toml::Value::as_integer).collect();
        assert_eq!(values, [1, 2, 3, 4, 5, 6, 8]);
    }
}
