//! What no single key shows: hyperparameters that contradict each other.

use std::collections::BTreeSet;

use toml::Value;

use super::assemble::{Four, Member, Members};
use super::diagnostics::{Mistake, Mistakes};
use super::tree::Span;
use crate::dataset;
use crate::plan::{Axis, Combination, Component};

type Key = (Component, &'static str);

/// Combinations beyond this are not looked at.
const MOST_COMBINATIONS: usize = 100_000;

/// Checks that need no grid.
pub fn members(members: &Members, mistakes: &mut Mistakes) {
    let written = &members.train.section.keys;
    if let (Some(points), Some(every)) = (written.get("curve_points"), written.get("evaluate_every")) {
        mistakes.push(
            Mistake::error("`evaluate_every` and `curve_points` are both set")
                .at(every.key, "evaluates every N epochs")
                .at(points.key, "evaluates at N epochs, spaced logarithmically")
                .help("leave one of them out"),
        );
    }
    if !written.contains_key("patience") && !linked(&members.train, "patience") {
        for key in ["min_delta", "monitor"] {
            if let Some(entry) = written.get(key) {
                mistakes.push(
                    Mistake::warning(format!("`{key}` has no effect without `patience`")).at(entry.key, "no effect"),
                );
            }
        }
    }
    for member in &members.datasets {
        for value in values(member, "split") {
            let fraction = |key: &str| value.get(key).and_then(Value::as_float).unwrap_or(0.0);
            let (validation, test) = (fraction("validation"), fraction("test"));
            if validation + test >= 1.0 {
                mistakes.push(
                    Mistake::error(format!("no rows are left for training: validation {validation} + test {test} ≥ 1"))
                        .at(span(member, "split"), "the fractions must add up to less than 1"),
                );
            }
        }
    }
    for member in &members.optimizers {
        let nesterov = values(member, "nesterov").any(|value| value.as_bool() == Some(true));
        let mut momentum = values(member, "momentum").peekable();
        if nesterov && momentum.peek().is_some() && momentum.all(|value| value.as_float() == Some(0.0)) {
            mistakes.push(
                Mistake::warning(format!(
                    "optimizer \"{}\" has `nesterov = true` and no momentum, which is the method without it",
                    member.section.name
                ))
                .at(span(member, "nesterov"), "set `momentum` too"),
            );
        }
    }
}

/// Whether a link sets a key of a member.
fn linked(member: &Member, key: &str) -> bool {
    member.axes.iter().any(|axis| axis.keys.iter().any(|(_, name)| name == key))
}

/// Every value that a key of a member takes.
fn values<'a>(member: &'a Member, key: &'a str) -> impl Iterator<Item = &'a Value> {
    let points = member.axes.iter().flat_map(|axis| &axis.points).flatten();
    let on_axes = points.filter(move |(_, name, _)| name == key).map(|(_, _, value)| value);
    member.base.get(key).into_iter().chain(on_axes)
}

/// Where a key was written; else where its table begins.
fn span(member: &Member, key: &str) -> Span {
    member.section.keys.get(key).map_or(member.section.span, |entry| entry.node.span)
}

/// One rule on what may meet in a setting.
struct Check {
    keys: &'static [Key],
    /// Whether the values of the keys contradict each other.
    violated: fn(&[Option<&Value>]) -> bool,
    message: &'static str,
    /// What the first key's mark says.
    label: &'static str,
    help: &'static str,
}

fn word(value: Option<&Value>) -> &str {
    value.and_then(Value::as_str).unwrap_or_default()
}

fn positive(value: Option<&Value>) -> bool {
    value.and_then(Value::as_float).is_some_and(|number| number > 0.0)
}

fn truth(value: Option<&Value>) -> bool {
    value.and_then(Value::as_bool).unwrap_or(false)
}

/// Whether steps surely take fewer rows than there are. A batch size may be as large as the data, which nothing here
/// knows, except that a batch of one row is not.
fn is_minibatch(size: Option<&Value>, replacement: Option<&Value>) -> bool {
    truth(replacement) || size.and_then(Value::as_integer) == Some(1)
}

const CHECKS: &[Check] = &[
    Check {
        keys: &[(Component::Train, "monitor"), (Component::Train, "evaluate_every")],
        violated: |values| word(values[0]) == "validation" && values[1].is_none(),
        message: "`monitor = \"validation\"` needs `evaluate_every`",
        label: "the validation loss is known at evaluated epochs only",
        help: "add `evaluate_every = 1` to [train]",
    },
    Check {
        keys: &[(Component::Train, "monitor"), (Component::Dataset, "split")],
        violated: |values| {
            word(values[0]) == "validation" && !positive(values[1].and_then(|split| split.get("validation")))
        },
        message: "`monitor = \"validation\"` needs rows to validate on",
        label: "watches the validation loss",
        help: "add `split = { validation = 0.2 }` to each dataset",
    },
    Check {
        keys: &[(Component::Optimizer, "replacement"), (Component::Optimizer, "batch_size")],
        violated: |values| truth(values[0]) && word(values[1]) == "full",
        message: "`replacement = true` contradicts `batch_size = \"full\"`",
        label: "a full batch takes every row once",
        help: "leave out one of them, or exclude the combination with an [[exclude]] rule",
    },
    Check {
        keys: &[(Component::Train, "path"), (Component::Model, "l1")],
        violated: |values| word(values[0]) == "modes" && positive(values[1]),
        message: "`path = \"modes\"` cannot be computed with l1 > 0",
        label: "an L1 penalty couples the modes",
        help: "accepted there: \"auto\", \"plain\", \"compressed\"",
    },
    Check {
        keys: &[
            (Component::Train, "path"),
            (Component::Optimizer, "batch_size"),
            (Component::Optimizer, "replacement"),
        ],
        violated: |values| matches!(word(values[0]), "modes" | "compressed") && is_minibatch(values[1], values[2]),
        message: "this `path` is for full batches only",
        label: "an optimizer takes batches of rows",
        help: "accepted there: \"auto\", \"plain\"",
    },
    Check {
        keys: &[(Component::Train, "path"), (Component::Train, "monitor"), (Component::Train, "patience")],
        violated: |values| word(values[0]) == "modes" && word(values[1]) == "validation" && values[2].is_some(),
        message: "`path = \"modes\"` cannot stop on the validation loss",
        label: "modes know the training loss",
        help: "accepted there: \"auto\", \"plain\", \"compressed\"",
    },
];

/// Checks the settings that are left of each combination. Where the file has errors, rules have not been applied (`ruled` is
/// false): then only what holds in every setting is reported.
pub fn combinations(fours: &[Four<'_>], combinations: &[Combination], ruled: bool, mistakes: &mut Mistakes) {
    for combination in combinations {
        let base = &combination.grid.base;
        let four = fours.iter().find(|four| {
            four.dataset.section.name == base.dataset.table
                && four.model.section.name == base.model.table
                && four.optimizer.section.name == base.optimizer.table
        });
        let Some(four) = four else { continue };
        for check in CHECKS {
            let bad = check.keys.iter().any(|(component, key)| four.member(*component).bad.contains(*key));
            if !bad && violates(check, combination, ruled) {
                mistakes.push(mistake(check, four));
            }
        }
        size(four, mistakes);
    }
}

fn mistake(check: &Check, four: &Four<'_>) -> Mistake {
    let mut mistake = Mistake::error(check.message);
    for (index, (component, key)) in check.keys.iter().enumerate() {
        let member = four.member(*component);
        let written = member.section.keys.get(*key).map(|entry| entry.node.span);
        if index == 0 {
            mistake = mistake.at(written.unwrap_or(member.section.span), check.label);
        } else if let Some(span) = written {
            mistake = mistake.at(span, "contradicts this");
        } else if *component != Component::Train && !mistake.marks.iter().any(|mark| mark.0 == member.section.span) {
            let label = match member.base.get(*key) {
                Some(value) => format!("`{key}` is {value} by default"),
                None => format!("`{key}` is not set in this {}", component.word()),
            };
            mistake = mistake.at(member.section.span, label);
        }
    }
    mistake.help(check.help)
}

/// Whether a setting of the combination violates the check.
fn violates(check: &Check, combination: &Combination, ruled: bool) -> bool {
    let grid = &combination.grid;
    let moves =
        |axis: &Axis| axis.keys.iter().any(|(component, name)| check.keys.contains(&(*component, name.as_str())));
    let axes: Vec<usize> = (0..grid.axes.len()).filter(|&index| moves(&grid.axes[index])).collect();
    let sizes: Vec<usize> = axes.iter().map(|&index| grid.axes[index].points.len()).collect();
    let products = sizes.iter().fold(1_usize, |product, size| product.saturating_mul(*size));
    if products > MOST_COMBINATIONS {
        return false;
    }
    let violating: BTreeSet<usize> = (0..products)
        .filter(|&product| {
            let digits = digits(product, &sizes);
            let value = |(component, key): &Key| {
                let on_axis = axes.iter().zip(&digits).find_map(|(&axis, &digit)| {
                    let point = &grid.axes[axis].points[digit];
                    point.iter().find(|(at, name, _)| at == component && name == key).map(|(_, _, value)| value)
                });
                on_axis.or_else(|| grid.base.values(*component).get(*key))
            };
            (check.violated)(&check.keys.iter().map(value).collect::<Vec<_>>())
        })
        .collect();
    if violating.is_empty() || !ruled {
        return !violating.is_empty() && violating.len() == products;
    }
    let Some(kept) = &combination.kept else { return true };
    kept.iter().any(|&position| violating.contains(&projected(position, combination, &axes)))
}

fn digits(mut index: usize, sizes: &[usize]) -> Vec<usize> {
    let mut digits = vec![0; sizes.len()];
    for (digit, size) in digits.iter_mut().zip(sizes).rev() {
        *digit = index % size;
        index /= size;
    }
    digits
}

/// A position of the grid within the product of `axes` alone.
fn projected(mut position: u64, combination: &Combination, axes: &[usize]) -> usize {
    let (mut projection, mut weight) = (0, 1);
    for (index, axis) in combination.grid.axes.iter().enumerate().rev() {
        let points = axis.points.len();
        let digit = usize::try_from(position % points as u64).unwrap_or(0);
        position /= points as u64;
        if axes.contains(&index) {
            projection += digit * weight;
            weight *= points;
        }
    }
    projection
}

/// Generated data has a known number of rows: a batch drawn with replacement must not be larger.
fn size(four: &Four<'_>, mistakes: &mut Mistakes) {
    let generated = dataset::source(four.dataset.section.row).is_some_and(|source| source.generated);
    if !generated || !values(four.optimizer, "replacement").all(|value| value.as_bool() == Some(true)) {
        return;
    }
    let Some(rows) = values(four.dataset, "n_samples").filter_map(Value::as_integer).max() else { return };
    for batch in values(four.optimizer, "batch_size").filter_map(Value::as_integer) {
        if batch > rows {
            mistakes.push(
                Mistake::error(format!("a batch of {batch} rows, with replacement, out of {rows} rows"))
                    .at(span(four.optimizer, "batch_size"), "larger than the data")
                    .at(span(four.dataset, "n_samples"), "the data's rows"),
            );
        }
    }
}
