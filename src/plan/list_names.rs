//! Short names for the values of a key that is a list of tables, such as the layers of a network: what tells them apart.

use std::collections::{BTreeMap, BTreeSet};

use super::point_classes::written;
use crate::parameter::{AboutRow, AnyRegistry, Fallback, Kind, Parameter};

/// Shorter lists are written whole.
const LONG: usize = 5;

/// A name for each of these lists, by its text: `layer 2 units 32` where all lists have the same rows, and else the rows in which they
/// differ, `dense 64, relu, dense 32`. No two lists share a name.
pub(super) fn list_names(registry: &'static dyn AnyRegistry, lists: &[&toml::Value]) -> BTreeMap<String, String> {
    let known: BTreeMap<String, &toml::Value> = lists.iter().map(|list| (written(list), *list)).collect();
    let lists: Vec<&[toml::Value]> = known.values().map(|list| items(list)).collect();
    let of_keys = || differing_keys(registry, &lists);
    let words: Vec<Vec<String>> =
        lists.iter().map(|list| list.iter().map(|item| words(registry, item)).collect()).collect();
    let names = [of_keys(), Some(differing_rows(&words)), Some(words.iter().map(|words| words.join(", ")).collect())];
    let distinct = |names: &Vec<String>| names.iter().collect::<BTreeSet<_>>().len() == known.len();
    match names.into_iter().flatten().find(distinct) {
        Some(names) => known.into_keys().zip(names).collect(),
        None => BTreeMap::new(),
    }
}

fn items(list: &toml::Value) -> &[toml::Value] {
    list.as_array().map_or(&[], Vec::as_slice)
}

/// The name of an item's row, and the row.
fn row_of<'a>(registry: &dyn AnyRegistry, item: &'a toml::Value) -> (&'a str, Option<AboutRow>) {
    let name = item.get(registry.key()).and_then(toml::Value::as_str).unwrap_or_default();
    (name, registry.about(name))
}

/// The keys of a row with their values in an item, those included that have their defaults.
fn keys<'a>(
    row: Option<AboutRow>,
    item: &'a toml::Value,
) -> impl Iterator<Item = (&'static Parameter, toml::Value)> + use<'a> {
    let value = |key: &'static Parameter| Some((key, item.get(key.name).cloned().or_else(|| key.default_value())?));
    row.into_iter().flat_map(|row| row.keys().collect::<Vec<_>>()).filter_map(value)
}

/// `units 32`, `no bias`, `tanh`
fn key_words(key: &Parameter, value: &toml::Value) -> String {
    match (value, key.kind) {
        (toml::Value::Boolean(true), _) => key.label.to_owned(),
        (toml::Value::Boolean(false), _) => format!("no {}", key.label),
        (_, Kind::Row(inner)) => words(inner, value),
        (_, Kind::Rows(_)) => bare_words(key, value),
        _ => format!("{} {}", key.label, bare_words(key, value)),
    }
}

/// The value of a key without the key: `32`, `(dense 8, relu)`
fn bare_words(key: &Parameter, value: &toml::Value) -> String {
    match key.kind {
        Kind::Row(inner) => words(inner, value),
        Kind::Rows(inner) => {
            let items: Vec<String> = items(value).iter().map(|item| words(inner, item)).collect();
            format!("({})", items.join(", "))
        }
        _ => written(value),
    }
}

/// An item in words: its row, what it must say, and what differs from a default: `dense 64 no bias`, `relu`, `residual (dense 8, relu)`.
fn words(registry: &dyn AnyRegistry, item: &toml::Value) -> String {
    let (name, row) = row_of(registry, item);
    let (mut words, mut names_itself) = (Vec::new(), false);
    for (key, value) in keys(row, item) {
        if key.default == Fallback::Required {
            names_itself |= matches!(key.kind, Kind::Row(_));
            words.push(bare_words(key, &value));
        } else if key.default_value().as_ref() != Some(&value) {
            words.push(key_words(key, &value));
        }
    }
    // An activation is called by its function.
    if !names_itself {
        words.insert(0, name.to_owned());
    }
    words.join(" ")
}

/// A key of an item: the place of the item in its list, and in the lists around it, and the key.
type Place = (Vec<usize>, &'static str);

/// What each list says of the keys in which they differ; `None` if they are not lists of the same rows.
fn differing_keys(registry: &'static dyn AnyRegistry, lists: &[&[toml::Value]]) -> Option<Vec<String>> {
    let mut all = Vec::new();
    for list in lists {
        let (mut rows, mut facts) = (Vec::new(), BTreeMap::new());
        collect(registry, list, &[], &mut rows, &mut facts);
        all.push((rows, facts));
    }
    let (rows, first) = all.first()?;
    if all.iter().any(|(other, _)| other != rows) {
        return None;
    }
    let differs = |place: &Place| all.iter().any(|(_, facts)| facts.get(place) != first.get(place));
    let places: Vec<&Place> = first.keys().filter(|place| differs(place)).collect();
    let name = |facts: &BTreeMap<Place, String>| {
        let mut parts: Vec<String> = Vec::new();
        let mut last: Option<&[usize]> = None;
        for place in &places {
            let said = facts.get(*place).map_or("", String::as_str);
            match parts.last_mut().filter(|_| last == Some(&place.0)) {
                Some(part) => *part = format!("{part} {said}"),
                None => {
                    let number: Vec<String> = place.0.iter().map(ToString::to_string).collect();
                    parts.push(format!("{} {} {said}", registry.noun(), number.join(".")));
                }
            }
            last = Some(&place.0);
        }
        parts.join(", ")
    };
    Some(all.iter().map(|(_, facts)| name(facts)).collect())
}

/// The rows of a list, those of lists in it behind each, and what each says of its keys.
fn collect(
    registry: &dyn AnyRegistry,
    list: &[toml::Value],
    around: &[usize],
    rows: &mut Vec<(Vec<usize>, String)>,
    facts: &mut BTreeMap<Place, String>,
) {
    for (index, item) in list.iter().enumerate() {
        let (name, row) = row_of(registry, item);
        let place = [around, &[index + 1]].concat();
        rows.push((place.clone(), name.to_owned()));
        for (key, value) in keys(row, item) {
            match key.kind {
                Kind::Rows(inner) => collect(inner, items(&value), &place, rows, facts),
                _ => _ = facts.insert((place.clone(), key.name), key_words(key, &value)),
            }
        }
    }
}

/// Lists without the rows at both ends that all of them share, which `…` stands for. Short lists stay whole.
fn differing_rows(lists: &[Vec<String>]) -> Vec<String> {
    let shared = |from: &dyn Fn(&[String], usize) -> Option<String>, most: usize| {
        let same = |at: &usize| lists.iter().all(|list| from(list, *at) == from(&lists[0], *at));
        (0..most).take_while(same).count()
    };
    let shortest = lists.iter().map(Vec::len).min().unwrap_or(0);
    let before = shared(&|list, at| list.get(at).cloned(), shortest);
    let behind = shared(&|list, at| list.iter().rev().nth(at).cloned(), shortest - before);
    let is_short = lists.iter().all(|list| list.len() < LONG);
    // One of the shared rows stays where a list has nothing else to show.
    let (before, behind) = match (shortest == before + behind, before, behind) {
        _ if is_short => (0, 0),
        (true, 1.., _) => (before - 1, behind),
        (true, _, 1..) => (before, behind - 1),
        _ => (before, behind),
    };
    let name = |list: &Vec<String>| {
        let own = list[before..list.len() - behind].iter().map(String::as_str);
        let start = (before > 0).then_some("…");
        let end = (behind > 0).then_some("…");
        start.into_iter().chain(own).chain(end).collect::<Vec<_>>().join(", ")
    };
    lists.iter().map(name).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::LAYERS;

    fn names(lists: &[&str]) -> Vec<String> {
        let lists: Vec<toml::Value> = lists
            .iter()
            .map(|list| format!("v = [{list}]").parse::<toml::Table>().unwrap().remove("v").unwrap())
            .collect();
        let names = list_names(&LAYERS, &lists.iter().collect::<Vec<_>>());
        lists.iter().map(|list| names[&written(list)].clone()).collect()
    }

    const RELU: &str = "{ kind = \"activation\", function = { kind = \"relu\" } }";

    fn dense(units: u32) -> String {
        format!("{{ kind = \"dense\", units = {units}, bias = true }}")
    }

    #[test]
    fn lists_of_the_same_rows_are_called_by_the_keys_that_differ() {
        let list = |units: u32, last: &str| format!("{}, {RELU}, {last}", dense(units));
        assert_eq!(names(&[&list(8, &dense(4)), &list(16, &dense(4))]), ["layer 1 units 8", "layer 1 units 16"]);
        let tanh = "{ kind = \"activation\", function = { kind = \"tanh\" } }";
        let leaky = "{ kind = \"activation\", function = { kind = \"leaky_relu\", slope = 0.2 } }";
        assert_eq!(
            names(&[&list(8, RELU), &list(8, tanh), &list(16, leaky)]),
            [
                "layer 1 units 8, layer 3 relu",
                "layer 1 units 8, layer 3 tanh",
                "layer 1 units 16, layer 3 leaky_relu slope 0.2"
            ]
        );
        let marked = "{ kind = \"dense\", units = 9, bias = false, repeated = true }";
        assert_eq!(
            names(&[marked, &dense(8)]),
            ["layer 1 no bias repeated units 9", "layer 1 bias no repeated units 8"]
        );
        let block = |units: u32| format!("{RELU}, {{ kind = \"residual\", layers = [{RELU}, {}] }}", dense(units));
        assert_eq!(names(&[&block(8), &block(9)]), ["layer 2.2 units 8", "layer 2.2 units 9"]);
    }

    #[test]
    fn other_lists_are_called_by_their_rows() {
        let dropout = "{ kind = \"dropout\", share = 0.2 }";
        let residual = format!("{{ kind = \"residual\", layers = [{}, {RELU}] }}", dense(8));
        assert_eq!(
            names(&[&format!("{}, {RELU}", dense(64)), &format!("{}, {RELU}, {dropout}", dense(64)), &residual, ""]),
            ["dense 64, relu", "dense 64, relu, dropout 0.2", "residual (dense 8, relu)", ""]
        );
        // Long lists without what they share.
        let long = |middle: &str| format!("{}, {RELU}, {}, {RELU}{middle}, {}", dense(64), dense(32), dense(16));
        assert_eq!(
            names(&[&long(""), &long(&format!(", {dropout}")), &long(&format!(", {}", dense(3)))]),
            ["…, relu, …", "…, relu, dropout 0.2, …", "…, relu, dense 3, …"]
        );
        let other = |layer: &str| format!("{}, {RELU}, {}, {RELU}, {layer}", dense(64), dense(32));
        assert_eq!(names(&[&other(dropout), &other(RELU)]), ["…, dropout 0.2", "…, relu"]);
    }
}
