//! The axes of a grid whose values compete as optimizers do (`[report] compare`): each value, tuned over everything else, is a
//! contender of its own. This decides how results are read, and nothing of a trial.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use super::key_labels::{parameters, value_names};
use super::point_classes::{PointClasses, is_of, written};
use super::{Component, Grid};
use crate::model::start_file;
use crate::parameter::Values;
use crate::record::StudyLevel;
use crate::text;

/// What tells the contenders of one grid apart.
pub(super) struct LevelAxes {
    axes: Vec<LevelAxis>,
}

/// One key that is compared and varies in the grid.
struct LevelAxis {
    /// The key that is compared.
    key: String,
    /// The position of its axis in the grid.
    position: usize,
    /// For each point the place of its value among those of the key.
    places: Vec<usize>,
    /// The values by their place, flat.
    values: Vec<Values>,
    /// The same in words.
    words: Vec<String>,
}

impl LevelAxes {
    /// `compared` are qualified keys: `optimizer.batch_size`, `optimizer.schedule.kind`.
    pub fn of(grid: &Grid, compared: &[String]) -> Self {
        let of_key = |key: &String| {
            let is_there = |keys: &[(super::Component, String)]| {
                keys.iter().any(|(component, name)| is_of(key, &format!("{}.{name}", component.word())))
            };
            let position = grid.axes.iter().position(|axis| is_there(&axis.keys))?;
            let PointClasses { of_points, values } = PointClasses::of(&grid.axes[position], std::slice::from_ref(key));
            // Numbers ascend; everything else keeps the order of the file.
            let mut order: Vec<usize> = (0..values.len()).collect();
            order.sort_by(|&one, &other| ascending(number(&values[one]), number(&values[other])));
            let mut places = vec![0; values.len()];
            order.iter().enumerate().for_each(|(place, &class)| places[class] = place);
            let ordered = order.iter().map(|&class| &values[class]);
            let names = names(grid, key);
            let named = |values: &Values| names.get(&written(values.get(key)?)).cloned();
            let named: Option<Vec<String>> = ordered.clone().map(named).collect();
            Some(LevelAxis {
                key: key.clone(),
                position,
                places: of_points.into_iter().map(|class| places[class]).collect(),
                words: named.unwrap_or_else(|| distinct(key, ordered)),
                values: order.iter().map(|&class| values[class].clone()).collect(),
            })
        };
        Self { axes: compared.iter().filter_map(of_key).collect() }
    }

    /// The level of a setting, given its positions along the axes of the grid.
    pub fn level(&self, digits: &[usize]) -> Vec<usize> {
        self.axes.iter().map(|axis| axis.places[digits[axis.position]]).collect()
    }

    /// The number of levels, those included that a rule removed.
    pub fn count(&self) -> usize {
        self.axes.iter().fold(1, |product, axis| product.saturating_mul(axis.values.len()))
    }

    /// `batch_size 8 momentum 0.9`; empty if no key of the grid is compared.
    pub fn name(&self, level: &[usize]) -> String {
        let words: Vec<&str> = self.axes.iter().zip(level).map(|(axis, place)| axis.words[*place].as_str()).collect();
        words.join(" ")
    }

    /// The values of a level in words.
    pub fn levels(&self, level: &[usize]) -> Vec<StudyLevel> {
        let of_axis = |(axis, place): (&LevelAxis, &usize)| {
            let (key, words) = (axis.key.clone(), axis.words[*place].clone());
            // `cosine` of `schedule cosine`, `0.9` of `momentum 0.9`; `no momentum` stays.
            let stem = format!("{} ", bare(without_row(&key)));
            let value = words.strip_prefix(&stem).unwrap_or(&words).to_owned();
            StudyLevel { key, words, value, number: number(&axis.values[*place]) }
        };
        self.axes.iter().zip(level).map(of_axis).collect()
    }

    /// The values of a level, flat.
    pub fn values(&self, level: &[usize]) -> Values {
        self.axes.iter().zip(level).flat_map(|(axis, place)| axis.values[*place].clone()).collect()
    }
}

/// What stands for the values of a key that are lists of tables; empty for other keys.
fn names(grid: &Grid, key: &str) -> BTreeMap<String, String> {
    let of_parameter = |component: Component, name: &str| {
        let own = parameters(grid, component).into_iter().find(|parameter| parameter.name == name)?;
        Some(value_names(grid, component, own))
    };
    let axis_keys = grid.axes.iter().flat_map(|axis| &axis.keys);
    let mut own = axis_keys.filter(|(component, name)| key == format!("{}.{name}", component.word()));
    own.next().and_then(|(component, name)| of_parameter(*component, name)).unwrap_or_default()
}

/// Numbers by size, before everything else.
fn ascending(one: Option<f64>, other: Option<f64>) -> Ordering {
    match (one, other) {
        (Some(one), Some(other)) => one.total_cmp(&other),
        _ => other.is_some().cmp(&one.is_some()),
    }
}

/// The number of a value that is one.
fn number(values: &Values) -> Option<f64> {
    let mut values = values.values();
    let (first, rest) = (values.next()?, values.next());
    let number = first.as_float().or_else(|| first.as_integer().map(|number| number as f64));
    number.filter(|_| rest.is_none())
}

/// The words of values, of which no two are the same: with numbers of four digits if these tell them apart, and of a row with keys of its
/// own (`schedule`) only those keys that differ among the values of that row.
fn distinct<'a>(key: &str, values: impl Iterator<Item = &'a Values> + Clone) -> Vec<String> {
    let kind = |values: &Values| values.iter().find(|(name, _)| names_row(name)).map(|(_, kind)| kind.clone());
    let telling = |own: &Values| {
        let beside = || values.clone().filter(|other| kind(other) == kind(own));
        let differs = |name: &String| beside().any(|other| other.get(name) != own.get(name));
        let kept = own.iter().filter(|(name, _)| kind(own).is_none() || names_row(name) || differs(name));
        kept.map(|(name, value)| (name.clone(), value.clone())).collect::<Values>()
    };
    let four_digits = |value: &toml::Value| match value {
        toml::Value::Float(number) => toml::Value::Float(text::four_digits(*number)),
        other => other.clone(),
    };
    let rounded =
        |values: &Values| values.iter().map(|(key, value)| (key.clone(), four_digits(value))).collect::<Values>();
    let short: Vec<String> = values.clone().map(|values| words(key, &rounded(&telling(values)))).collect();
    let count = short.iter().collect::<std::collections::BTreeSet<_>>().len();
    if count == short.len() { short } else { values.map(|values| words(key, values)).collect() }
}

/// Whether a key is the hash of a file's content, which its path stands for.
fn is_hash(name: &str) -> bool {
    bare(name) == start_file::CONTENT
}

/// The last part of a key.
fn bare(key: &str) -> &str {
    key.rsplit('.').next().unwrap_or(key)
}

/// Whether a key names the row of a table: `optimizer.schedule.kind`, `optimizer.rest.method`.
fn names_row(key: &str) -> bool {
    key != without_row(key)
}

/// The key of such a table.
fn without_row(key: &str) -> &str {
    key.strip_suffix(".kind").or_else(|| key.strip_suffix(".method")).unwrap_or(key)
}

/// `batch_size 8`, `schedule cosine warmup_steps 100`, `no momentum` where a setting does not have the key.
fn words(key: &str, values: &Values) -> String {
    // The key without its component, and the row's name for the whole: `schedule cosine` of `optimizer.schedule.kind`.
    let stem = without_row(key);
    let kind = values.iter().find(|(name, _)| names_row(name) && without_row(name) == stem);
    let mut parts: Vec<String> = kind.iter().map(|(_, kind)| format!("{} {}", bare(stem), written(kind))).collect();
    let others = values.iter().filter(|(name, _)| kind.is_none_or(|(kind, _)| kind != *name) && !is_hash(name));
    parts.extend(others.map(|(name, value)| format!("{} {}", bare(name), written(value))));
    if parts.is_empty() { format!("no {}", bare(key)) } else { parts.join(" ") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(text: &str) -> Values {
        text.parse().expect("TOML")
    }

    #[test]
    fn a_value_is_named_by_its_own_key() {
        for (key, found, right) in [
            ("optimizer.batch_size", "\"optimizer.batch_size\" = 8", "batch_size 8"),
            ("optimizer.batch_size", "\"optimizer.batch_size\" = \"full\"", "batch_size full"),
            ("optimizer.nesterov", "\"optimizer.nesterov\" = false", "nesterov false"),
            ("model.init", "\"model.init\" = [0.0, 1.5]", "init [0.0, 1.5]"),
            ("optimizer.schedule.kind", "\"optimizer.schedule.kind\" = \"cosine\"", "schedule cosine"),
            ("optimizer.schedule.decay", "\"optimizer.schedule.decay\" = 0.01", "decay 0.01"),
            ("optimizer.schedule.decay", "", "no decay"),
            (
                "model.init",
                "\"model.init.content\" = \"ab12\"\n\"model.init.kind\" = \"file\"\n\"model.init.path\" = \"w\"",
                "init file path w",
            ),
            (
                "optimizer.schedule",
                "\"optimizer.schedule.decay\" = 0.01\n\"optimizer.schedule.kind\" = \"inverse_time\"",
                "schedule inverse_time decay 0.01",
            ),
        ] {
            assert_eq!(words(key, &values(found)), right);
        }
    }

    #[test]
    fn numbers_have_four_digits_if_these_tell_them_apart() {
        let of = |numbers: [&str; 2]| {
            let all = numbers.map(|number| values(&format!("\"model.l1\" = {number}")));
            distinct("model.l1", all.iter())
        };
        assert_eq!(of(["0.1", "3.53346492141"]), ["l1 0.1", "l1 3.533"]);
        assert_eq!(of(["3.5333", "3.53346492141"]), ["l1 3.5333", "l1 3.53346492141"]);
        let of = |all: &[&str]| {
            let all: Vec<Values> = all.iter().map(|text| values(text)).collect();
            distinct("o.schedule", all.iter())
        };
        let cosine = "\"o.schedule.kind\" = \"cosine\"\n\"o.schedule.final_fraction\" = 0.0";
        let step = |every: u32| {
            format!("\"o.schedule.kind\" = \"step\"\n\"o.schedule.factor\" = 0.1\n\"o.schedule.every\" = {every}")
        };
        assert_eq!(of(&[cosine, &step(3)]), ["schedule cosine", "schedule step"]);
        assert_eq!(of(&[&step(3), &step(9)]), ["schedule step every 3", "schedule step every 9"]);
    }

    #[test]
    fn numbers_ascend_before_words_in_the_order_of_the_file() {
        let key = |text: &str| number(&values(text));
        let mut all = ["a = \"full\"", "a = 64", "a = \"b\"", "a = 1", "a = 0.5"];
        all.sort_by(|one, other| ascending(key(one), key(other)));
        assert_eq!(all, ["a = 0.5", "a = 1", "a = 64", "a = \"full\"", "a = \"b\""]);
    }
}
