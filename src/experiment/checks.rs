//! Checks that involve several keys: hyperparameters that contradict each other.

use std::collections::BTreeSet;

use toml::Value;

use super::assemble::{CombinationTables, ExpandedTable, ExpandedTables};
use super::mistake::{Mistake, Mistakes};
use super::source_text::Span;
use crate::dataset::{self, DIVIDE_BY, TEST_PATH};
use crate::parameter::{AboutRow, Kind, Parameter};
use crate::plan::{Combination, Component, Grid, GridAxis};
use crate::schedule;
use crate::shape::grid;

type QualifiedKey = (Component, &'static str);

/// Larger products of axes are not searched.
const MOST_PRODUCTS: usize = 100_000;

/// Checks that need no grid.
pub fn tables(expanded: &ExpandedTables, mistakes: &mut Mistakes) {
    let written = &expanded.train.declared.keys;
    if let (Some(points), Some(every)) = (written.get("curve_points"), written.get("evaluate_every")) {
        mistakes.push(
            Mistake::error("`evaluate_every` and `curve_points` are both set")
                .at(every.key, "evaluates every N epochs")
                .at(points.key, "evaluates at N epochs, spaced logarithmically")
                .help("leave one of them out"),
        );
    }
    without_effect(&expanded.train, mistakes);
    for table in &expanded.datasets {
        for value in values(table, "split") {
            let fraction = |key: &str| value.get(key).and_then(Value::as_float).unwrap_or(0.0);
            let (validation, test) = (fraction("validation"), fraction("test"));
            if validation + test >= 1.0 {
                mistakes.push(
                    Mistake::error(format!("no rows are left for training: validation {validation} + test {test} ≥ 1"))
                        .at(span(table, "split"), "the fractions must add up to less than 1"),
                );
            }
        }
    }
    for table in &expanded.optimizers {
        without_effect(table, mistakes);
        schedules(table, mistakes);
    }
}

/// Schedules whose keys contradict each other.
fn schedules(table: &ExpandedTable, mistakes: &mut Mistakes) {
    let built = values(table, "schedule").filter_map(|value| schedule::read(Some(value)).ok());
    if let Some((message, help)) = built.filter_map(|schedule| schedule.contradiction()).next() {
        mistakes.push(Mistake::error(message).at(span(table, "schedule"), "in this schedule").help(help));
    }
}

/// Warns of keys that are set beside a key without which they have no effect, where that is 0 or left out.
fn without_effect(table: &ExpandedTable, mistakes: &mut Mistakes) {
    for parameter in &table.declared.parameters {
        let Some(needed) = parameter.acts_on.filter(|_| table.declared.keys.contains_key(parameter.name)) else {
            continue;
        };
        let is_set = values(table, parameter.name).any(|value| value.as_bool() != Some(false));
        let is_off = |value: &Value| value.as_float() == Some(0.0) || value.as_integer() == Some(0);
        if is_set && values(table, needed).all(is_off) {
            let message = format!("`{}` has no effect without `{needed}`", parameter.name);
            mistakes.push(Mistake::warning(message).at(span(table, parameter.name), format!("set `{needed}` too")));
        }
    }
    for parameter in &table.declared.parameters {
        let Kind::Row(registry) = parameter.kind else { continue };
        for value in values(table, parameter.name).filter_map(Value::as_table) {
            let row = value.get(registry.key()).and_then(Value::as_str).and_then(|kind| registry.about(kind));
            let is_set = |inner: &&Parameter| {
                value.get(inner.name).is_some_and(|set| inner.default_value().as_ref() != Some(set))
            };
            for inner in row.iter().flat_map(AboutRow::keys).filter(is_set) {
                let is_on =
                    |needed: &str| value.get(needed).and_then(Value::as_integer).is_some_and(|number| number != 0);
                if let Some(needed) = inner.acts_on.filter(|needed| !is_on(needed)) {
                    let message = format!("`{}` of `{}` has no effect without `{needed}`", inner.name, parameter.name);
                    let place = span(table, parameter.name);
                    mistakes.push(Mistake::warning(message).at(place, format!("set `{needed}` too")));
                }
            }
        }
    }
}

/// Every value of a key of a table.
fn values<'a>(table: &'a ExpandedTable, key: &'a str) -> impl Iterator<Item = &'a Value> {
    let points = table.axes.iter().flat_map(|axis| &axis.points).flatten();
    let on_axes = points.filter(move |(_, name, _)| name == key).map(|(_, _, value)| value);
    table.base.get(key).into_iter().chain(on_axes)
}

/// The place of a key's value, or of its table's name if the table does not set the key.
fn span(table: &ExpandedTable, key: &str) -> Span {
    table.declared.keys.get(key).map_or(table.declared.span, |entry| entry.node.span)
}

/// Values that must not occur together in one setting.
struct Contradiction {
    keys: &'static [QualifiedKey],
    /// Whether these values of the keys contradict each other.
    violated: fn(&[Option<&Value>]) -> bool,
    message: &'static str,
    /// The label of the first key's mark.
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

/// Whether steps certainly take fewer rows than there are. The number of rows is not known here, and a batch size may equal it;
/// a batch of one row is taken to be smaller.
fn is_minibatch(size: Option<&Value>, replacement: Option<&Value>) -> bool {
    truth(replacement) || size.and_then(Value::as_integer) == Some(1)
}

const CONTRADICTIONS: &[Contradiction] = &[
    Contradiction {
        keys: &[(Component::Train, "monitor"), (Component::Train, "evaluate_every")],
        violated: |values| word(values[0]) == "validation" && values[1].is_none(),
        message: "`monitor = \"validation\"` needs `evaluate_every`",
        label: "the validation loss is known at evaluated epochs only",
        help: "add `evaluate_every = 1` to [train]",
    },
    Contradiction {
        keys: &[(Component::Train, "monitor"), (Component::Dataset, "split")],
        violated: |values| {
            word(values[0]) == "validation" && !positive(values[1].and_then(|split| split.get("validation")))
        },
        message: "`monitor = \"validation\"` needs rows to validate on",
        label: "watches the validation loss",
        help: "add `split = { validation = 0.2 }` to each dataset",
    },
    Contradiction {
        keys: &[(Component::Optimizer, "schedule"), (Component::Train, "evaluate_every")],
        violated: |values| {
            values[1].is_none() && schedule::read(values[0]).is_ok_and(|schedule| schedule.memory().is_some())
        },
        message: "this `schedule` watches the training loss and needs `evaluate_every`",
        label: "the loss is known at evaluated epochs only",
        help: "add `evaluate_every = 1` to [train]",
    },
    Contradiction {
        keys: &[(Component::Optimizer, "replacement"), (Component::Optimizer, "batch_size")],
        violated: |values| truth(values[0]) && word(values[1]) == "full",
        message: "`replacement = true` contradicts `batch_size = \"full\"`",
        label: "a full batch takes every row once",
        help: "leave out one of them, or exclude the combination with an [[exclude]] rule",
    },
    Contradiction {
        keys: &[(Component::Dataset, "rows"), (Component::Dataset, "seed")],
        violated: |values| word(values[0]) == "trial" && word(values[1]) == "trial",
        message: "`rows = \"trial\"` holds the weights that `seed = \"trial\"` draws anew",
        label: "the weights come from `seed`",
        help: "leave one of them out, or give `seed` a number",
    },
    Contradiction {
        keys: &[(Component::Dataset, "standardize"), (Component::Dataset, DIVIDE_BY)],
        violated: |values| truth(values[0]) && values[1].is_some(),
        message: "`standardize = true` undoes `divide_by`",
        label: "scales each feature by itself",
        help: "leave out one of them",
    },
    Contradiction {
        keys: &[(Component::Dataset, TEST_PATH), (Component::Dataset, "split")],
        violated: |values| values[0].is_some() && positive(values[1].and_then(|split| split.get("test"))),
        message: "`test_path` and `split.test` both give the test rows",
        label: "its rows test",
        help: "leave one of them out; `split` divides the rows of `path` alone",
    },
    Contradiction {
        keys: &[(Component::Dataset, TEST_PATH), (Component::Dataset, "split")],
        violated: |values| {
            let split = |key| values[1].and_then(|split| split.get(key));
            values[0].is_some() && positive(split("validation")) && split("seed").is_none()
        },
        message: "`test_path` needs a `split` that holds the validation rows too",
        label: "holds the test rows for all seeds",
        help: "add `seed = 1` to `split`: an answer is then about these trained models on new rows",
    },
    Contradiction {
        keys: &[(Component::Dataset, "test_labels"), (Component::Dataset, TEST_PATH)],
        violated: |values| values[0].is_some() && values[1].is_none(),
        message: "`test_labels` has no effect without `test_path`",
        label: "labels rows that are not there",
        help: "add `test_path`, or leave `test_labels` out",
    },
    Contradiction {
        keys: &[(Component::Train, "path"), (Component::Model, "l1")],
        violated: |values| word(values[0]) == "modes" && positive(values[1]),
        message: "`path = \"modes\"` cannot be computed with l1 > 0",
        label: "an L1 penalty couples the modes",
        help: "accepted there: \"auto\", \"plain\", \"compressed\"",
    },
    Contradiction {
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
    Contradiction {
        keys: &[(Component::Train, "path"), (Component::Train, "monitor"), (Component::Train, "patience")],
        violated: |values| word(values[0]) == "modes" && word(values[1]) == "validation" && values[2].is_some(),
        message: "`path = \"modes\"` cannot stop on the validation loss",
        label: "modes know the training loss",
        help: "accepted there: \"auto\", \"plain\", \"compressed\"",
    },
];

/// Checks the remaining settings of each combination. If the file has errors, rules have not been applied (`ruled` is false),
/// and only contradictions in every setting are reported.
pub fn combinations(
    by_combination: &[CombinationTables<'_>],
    combinations: &[Combination],
    ruled: bool,
    mistakes: &mut Mistakes,
) {
    for combination in combinations {
        let base = &combination.grid.base;
        let tables = by_combination.iter().find(|tables| {
            tables.dataset.declared.name == base.dataset.table
                && tables.model.declared.name == base.model.table
                && tables.optimizer.declared.name == base.optimizer.table
        });
        let Some(tables) = tables else { continue };
        for check in CONTRADICTIONS {
            let bad = check.keys.iter().any(|(component, key)| tables.of(*component).bad.contains(*key));
            if !bad && violates(check, combination, ruled) {
                mistakes.push(mistake(check, tables));
            }
        }
        size(tables, mistakes);
    }
}

fn mistake(check: &Contradiction, tables: &CombinationTables<'_>) -> Mistake {
    let mut mistake = Mistake::error(check.message);
    for (index, (component, key)) in check.keys.iter().enumerate() {
        let table = tables.of(*component);
        let written = table.declared.keys.get(*key).map(|entry| entry.node.span);
        if index == 0 {
            mistake = mistake.at(written.unwrap_or(table.declared.span), check.label);
        } else if let Some(span) = written {
            mistake = mistake.at(span, "contradicts this");
        } else if *component != Component::Train && !mistake.marks.iter().any(|mark| mark.0 == table.declared.span) {
            let label = match table.base.get(*key) {
                Some(value) => format!("`{key}` is {value} by default"),
                None => format!("`{key}` is not set in this {}", component.word()),
            };
            mistake = mistake.at(table.declared.span, label);
        }
    }
    mistake.help(check.help)
}

/// Whether a remaining setting of the combination contains the contradiction.
fn violates(check: &Contradiction, combination: &Combination, ruled: bool) -> bool {
    let Grid { base, axes } = &combination.grid;
    let moves =
        |axis: &GridAxis| axis.keys.iter().any(|(component, name)| check.keys.contains(&(*component, name.as_str())));
    let moving: Vec<usize> = (0..axes.len()).filter(|&index| moves(&axes[index])).collect();
    let sizes: Vec<usize> = moving.iter().map(|&index| axes[index].points.len()).collect();
    let products = sizes.iter().fold(1_usize, |product, size| product.saturating_mul(*size));
    if products > MOST_PRODUCTS {
        return false;
    }
    let mut digits = vec![0; sizes.len()];
    let mut violating: BTreeSet<usize> = BTreeSet::new();
    for product in 0..products {
        let value = |(component, key): &QualifiedKey| {
            let on_axis = moving.iter().zip(&digits).find_map(|(&axis, &digit)| {
                let point = &axes[axis].points[digit];
                point.iter().find(|(at, name, _)| at == component && name == key).map(|(_, _, value)| value)
            });
            on_axis.or_else(|| base.values(*component).get(*key))
        };
        if (check.violated)(&check.keys.iter().map(value).collect::<Vec<_>>()) {
            violating.insert(product);
        }
        grid::advance(&mut digits, sizes.iter().copied());
    }
    if violating.is_empty() || !ruled {
        return !violating.is_empty() && violating.len() == products;
    }
    let Some(kept) = &combination.kept else { return true };
    let mut digits = Vec::new();
    kept.iter().any(|&position| {
        combination.grid.digits(position, &mut digits);
        violating.contains(&projected(&digits, &moving, &sizes))
    })
}

/// The position within the product of `axes` alone, given the digits along all axes of the grid.
fn projected(digits: &[usize], axes: &[usize], sizes: &[usize]) -> usize {
    grid::position(axes.iter().zip(sizes).map(|(&axis, &size)| (digits[axis], size)))
}

/// The number of rows of generated data is known: a batch drawn with replacement must not be larger.
fn size(tables: &CombinationTables<'_>, mistakes: &mut Mistakes) {
    let generated = dataset::source(tables.dataset.declared.row).is_some_and(|source| source.build.generated);
    if !generated || !values(tables.optimizer, "replacement").all(|value| value.as_bool() == Some(true)) {
        return;
    }
    let Some(rows) = values(tables.dataset, "n_samples").filter_map(Value::as_integer).max() else { return };
    for batch in values(tables.optimizer, "batch_size").filter_map(Value::as_integer) {
        if batch > rows {
            mistakes.push(
                Mistake::error(format!("a batch of {batch} rows, with replacement, out of {rows} rows"))
                    .at(span(tables.optimizer, "batch_size"), "larger than the data")
                    .at(span(tables.dataset, "n_samples"), "the data's rows"),
            );
        }
    }
}
