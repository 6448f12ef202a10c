//! Weaknesses in an experiment's design that are worth mentioning before it runs.

use toml::Value;

use super::registry::row_parameters;
use crate::parameter::{Decides, Fallback, Parameter};
use crate::plan::{BoundPlan, Combination, Component, FactsByDataset, Plan, table_of};
use crate::text::number;

/// With fewer seeds, only a very large difference between optimizers shows.
const ENOUGH_SEEDS: usize = 5;
/// A larger ratio between numbers of settings favours the optimizer with more.
const FAIR_RATIO: u64 = 2;
/// The most settings that are examined one by one.
const MOST_EXAMINED: u64 = 100_000;

/// One sentence for each weakness, with advice. (Loading already warns of rules that remove nothing.)
#[must_use]
pub fn lints(plan: &Plan) -> Vec<String> {
    all(plan, &|index| is_seeded(&plan.combinations[index]), Vec::new())
}

/// The same for a plan whose data is known, which reveals more.
#[must_use]
pub fn lints_on_data(bound: &BoundPlan<'_>) -> Vec<String> {
    let mut lints = Vec::new();
    for combination in &bound.plan.combinations {
        large_batches(combination, bound.facts, &mut lints);
    }
    // A batch of all rows is the same for every seed.
    let seeded = |index| bound.shapes.iter().any(|shape| shape.combination == index && !shape.deterministic);
    all(bound.plan, &seeded, lints)
}

/// `seeded` says whether anything in a combination depends on the seed.
fn all(plan: &Plan, seeded: &dyn Fn(usize) -> bool, mut lints: Vec<String>) -> Vec<String> {
    for combination in &plan.combinations {
        linear_learning_rates(combination, &mut lints);
        untuned_learning_rate(combination, &mut lints);
        without_effect(combination, &mut lints);
        ranking(combination, &mut lints);
    }
    budgets(plan, &mut lints);
    seeds(plan, seeded, &mut lints);
    let mut once: Vec<String> = Vec::new();
    for lint in lints {
        if !once.contains(&lint) {
            once.push(lint);
        }
    }
    once
}

/// Every value of a key in a combination's grid.
fn values<'a>(combination: &'a Combination, component: Component, key: &str) -> Vec<&'a Value> {
    let grid = &combination.grid;
    let points = grid.axes.iter().flat_map(|axis| &axis.points).flatten();
    let on_axes = points.filter(|(at, name, _)| *at == component && name == key).map(|(_, _, value)| value);
    grid.base.values(component).get(key).into_iter().chain(on_axes).collect()
}

fn has_axis(combination: &Combination, component: Component, key: &str) -> bool {
    combination.grid.axes.iter().any(|axis| axis.keys.iter().any(|(at, name)| *at == component && name == key))
}

fn optimizer(combination: &Combination) -> String {
    format!("optimizers.{}", combination.grid.base.optimizer.table)
}

fn linear_learning_rates(combination: &Combination, lints: &mut Vec<String>) {
    let rates: Vec<f64> =
        values(combination, Component::Optimizer, "learning_rate").into_iter().filter_map(Value::as_float).collect();
    if let [first, .., last] = rates[..]
        && rates.len() >= 3
        && even(&rates, |one, next| next - one)
        && !even(&rates, |one, next| next / one)
    {
        lints.push(format!(
            "{}: the {} learning rates are evenly spaced, but rates act by their ratio; write learning_rate = \
             {{ from = {}, to = {}, count = {}, scale = \"log\" }}",
            optimizer(combination),
            rates.len(),
            number(first),
            number(last),
            rates.len()
        ));
    }
}

/// Whether all steps between neighbouring values are the same.
fn even(values: &[f64], step: fn(f64, f64) -> f64) -> bool {
    let steps: Vec<f64> = values.windows(2).map(|pair| step(pair[0], pair[1])).collect();
    steps.iter().all(|other| (other - steps[0]).abs() <= 1e-6 * steps[0].abs())
}

fn untuned_learning_rate(combination: &Combination, lints: &mut Vec<String>) {
    if has_axis(combination, Component::Optimizer, "learning_rate") {
        return;
    }
    let update =
        |key: &&Parameter| key.decides == Decides::Update && has_axis(combination, Component::Optimizer, key.name);
    let method = &combination.grid.base.optimizer.kind;
    if row_parameters(Component::Optimizer, method)
        .iter()
        .any(|key| key.name == "learning_rate" && key.default == Fallback::Required)
    {
        for key in row_parameters(Component::Optimizer, method).into_iter().filter(update).map(|key| key.name) {
            lints.push(format!(
                "{}: {key} varies at one learning rate, and the best rate depends on it; give learning_rate an axis too",
                optimizer(combination)
            ));
        }
    }
}

/// Keys that vary, or are set, beside a key of 0 without which they have no effect: such settings are trained twice.
fn without_effect(combination: &Combination, lints: &mut Vec<String>) {
    let is_off = |value: Option<&Value>| match value {
        Some(value) => value.as_float() == Some(0.0) || value.as_integer() == Some(0),
        None => true,
    };
    for parameter in row_parameters(Component::Optimizer, &combination.grid.base.optimizer.kind) {
        let Some(needed) = parameter.acts_on else { continue };
        // Where the other key is never on, loading has warned already.
        if values(combination, Component::Optimizer, needed).iter().all(|value| is_off(Some(value))) {
            continue;
        }
        let default = parameter.default_value();
        let is_set = |value: &&&Value| Some(**value) != default.as_ref();
        let Some(set) = values(combination, Component::Optimizer, parameter.name).iter().find(is_set).copied() else {
            continue;
        };
        let found = (0..combination.len().min(MOST_EXAMINED)).any(|index| {
            let values = combination.setting(index).optimizer.values;
            values.get(parameter.name).is_some_and(|value| Some(value) != default.as_ref())
                && is_off(values.get(needed))
        });
        if found {
            lints.push(format!(
                "{}: {} = {set} has no effect with {needed} = 0; move the two together in a [[link]]",
                optimizer(combination),
                parameter.name,
            ));
        }
    }
}

/// The rows that settings are ranked on.
fn ranking(combination: &Combination, lints: &mut Vec<String>) {
    let table = &combination.grid.base.dataset.table;
    let splits = values(combination, Component::Dataset, "split");
    let fraction = |split: &&Value, key: &str| split.get(key).and_then(Value::as_float).unwrap_or(0.0);
    let validated = !splits.is_empty() && splits.iter().all(|split| fraction(split, "validation") > 0.0);
    if validated {
        return;
    }
    if splits.iter().any(|split| fraction(split, "test") > 0.0 && fraction(split, "validation") <= 0.0) {
        lints.push(format!(
            "datasets.{table}: rows are held out for testing and none for validation, so a choice by the test column \
             would flatter itself; add validation = 0.2 to split"
        ));
    }
    for parameter in row_parameters(Component::Model, &combination.grid.base.model.kind) {
        let key = parameter.name;
        if let Some(wins) = parameter.training_prefers
            && has_axis(combination, Component::Model, key)
        {
            lints.push(format!(
                "models.{}: {key} varies and {table} has no validation rows, so settings are ranked on training rows, where \
                 {wins} always wins; add split = {{ validation = 0.2, test = 0.2 }}",
                combination.grid.base.model.table
            ));
        }
    }
}

fn budgets(plan: &Plan, lints: &mut Vec<String>) {
    let pair = |combination: &Combination| {
        (combination.grid.base.dataset.table.clone(), combination.grid.base.model.table.clone())
    };
    let mut pairs: Vec<(String, String)> = plan.combinations.iter().map(pair).collect();
    pairs.dedup();
    for (dataset, model) in pairs {
        let combinations =
            plan.combinations.iter().filter(|combination| pair(combination) == (dataset.clone(), model.clone()));
        let mut budgets: Vec<(u64, &str)> = combinations
            .map(|combination| (combination.len(), combination.grid.base.optimizer.table.as_str()))
            .collect();
        budgets.sort_unstable();
        if let [(fewest, few), .., (most, many)] = budgets[..]
            && most > fewest.saturating_mul(FAIR_RATIO)
        {
            lints.push(format!(
                "{dataset} · {model}: {many} has {most} settings and {few} {fewest}, and more tries find a better best; \
                 give them similar grids"
            ));
        }
    }
}

/// Batches larger than the data: without replacement no row occurs twice, so such a batch is all of the data.
fn large_batches(combination: &Combination, facts: &FactsByDataset, lints: &mut Vec<String>) {
    let table = &combination.grid.base.dataset.table;
    let rows = facts.iter().filter(|(key, _)| table_of(key) == table).map(|(_, facts)| facts.n_train).max();
    let Some(rows) = rows else { return };
    let sizes = values(combination, Component::Optimizer, "batch_size").into_iter().filter_map(Value::as_integer);
    let mut large: Vec<i64> = sizes.filter(|size| u64::try_from(*size).is_ok_and(|size| size > rows)).collect();
    large.sort_unstable();
    large.dedup();
    let [before @ .., last] = &large[..] else { return };
    let named: String = before.iter().map(|size| format!("{size}, ")).collect();
    lints.push(format!(
        "{}: batch_size = {named}{last} is more than the {} of {table}, so that each step takes all of them once; write \
         batch_size = \"full\", or less",
        optimizer(combination),
        if rows == 1 { "one training row".to_owned() } else { format!("{rows} training rows") }
    ));
}

fn seeds(plan: &Plan, seeded: &dyn Fn(usize) -> bool, lints: &mut Vec<String>) {
    let mut optimizers: Vec<&str> =
        plan.combinations.iter().map(|combination| combination.grid.base.optimizer.table.as_str()).collect();
    optimizers.sort_unstable();
    optimizers.dedup();
    let count = plan.seeds.len();
    if count < ENOUGH_SEEDS && optimizers.len() >= 2 && (0..plan.combinations.len()).any(seeded) {
        let are = if count == 1 { "seed is" } else { "seeds are" };
        lints.push(format!(
            "{count} {are} too few to tell {} optimizers apart, since their scores vary from seed to seed; write seeds = 10",
            optimizers.len()
        ));
    }
}

/// Whether anything in a combination depends on the seed.
fn is_seeded(combination: &Combination) -> bool {
    let word = |value: &&Value, word: &str| value.as_str() == Some(word);
    let splits = values(combination, Component::Dataset, "split");
    splits.iter().any(|split| split.get("seed").is_none())
        || values(combination, Component::Dataset, "seed").iter().any(|seed| word(seed, "trial"))
        || values(combination, Component::Model, "init").iter().any(|init| word(init, "normal"))
        || values(combination, Component::Optimizer, "batch_size").iter().any(|size| !word(size, "full"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Vec<String> {
        let text = format!("[models.m]\nkind = \"linear\"\n{text}");
        let loaded = super::super::load_text("x.toml".as_ref(), &text, &[]).expect("loads");
        lints(&loaded.plan)
    }

    const HELD: &str = "[datasets.d]\nsource = \"synthetic\"\nn_samples = 100\nn_features = 3\nsplit = { validation = 0.2, seed = 1 }\n";
    const OPEN: &str = "[datasets.d]\nsource = \"synthetic\"\nn_samples = 100\nn_features = 3\n";
    const GD: &str = "[optimizers.gd]\nmethod = \"gd\"\n";

    #[test]
    fn a_sound_design_has_none() {
        let found = of(&format!(
            "{HELD}{GD}learning_rate = {{ from = 1e-3, to = 1, count = 7, scale = \"log\" }}\nmomentum = [0.0, 0.9]\n"
        ));
        assert!(found.is_empty(), "{found:?}");
    }

    #[test]
    fn each_weakness_is_named() {
        let linear = of(&format!("{HELD}{GD}learning_rate = [0.1, 0.2, 0.3]\n"));
        assert!(linear.len() == 1 && linear[0].contains("scale = \"log\""), "{linear:?}");
        let untuned = of(&format!("{HELD}{GD}learning_rate = 0.1\nmomentum = [0.0, 0.9]\n"));
        assert!(untuned.len() == 1 && untuned[0].contains("momentum varies"), "{untuned:?}");
        let still =
            of(&format!("{HELD}{GD}learning_rate = [0.1, 1]\nmomentum = [0.0, 0.9]\nnesterov = [false, true]\n"));
        assert!(still.len() == 1 && still[0].contains("[[link]]"), "{still:?}");
        let linked = of(&format!(
            "{HELD}{GD}learning_rate = [0.1, 1]\n[[link]]\noptimizer = \"gd\"\nmomentum = [0.0, 0.9]\nnesterov = [false, true]\n"
        ));
        assert!(linked.is_empty(), "{linked:?}");
        let tested = of(&format!("{OPEN}split = {{ test = 0.2, seed = 1 }}\n{GD}learning_rate = 0.1\n"));
        assert!(tested.len() == 1 && tested[0].contains("flatter"), "{tested:?}");
        let few = of(&format!(
            "{HELD}{GD}learning_rate = 0.1\n[optimizers.sgd]\nmethod = \"sgd\"\nlearning_rate = [0.1, 1, 10]\n"
        ));
        assert!(few.len() == 2 && few[0].contains("3 settings") && few[1].contains("1 seed is"), "{few:?}");
    }

    fn on_data(text: &str, n_train: u64) -> Vec<String> {
        let text = format!("seeds = 3\n[models.m]\nkind = \"linear\"\n{text}");
        let plan = super::super::load_text("x.toml".as_ref(), &text, &[]).expect("loads").plan;
        let facts = crate::record::DataFacts {
            fingerprint: "f".to_owned(),
            n_samples: 100,
            n_features: 3,
            feature_names: Vec::new(),
            target_name: "y".to_owned(),
            n_train,
            n_validation: 100 - n_train,
            n_test: 0,
            notes: Vec::new(),
        };
        let facts = FactsByDataset::from([(crate::plan::dataset_key(&plan.combinations[0].setting(0)), facts)]);
        let bound = BoundPlan::new(&plan, &facts).expect("binds");
        lints_on_data(&bound)
    }

    #[test]
    fn a_batch_beyond_the_data_is_all_of_it_and_varies_with_no_seed() {
        let sgd = |sizes: &str| {
            format!(
                "{HELD}{GD}learning_rate = [0.1, 1]\n[optimizers.sgd]\nmethod = \"sgd\"\nlearning_rate = 0.1\nbatch_size = {sizes}\n"
            )
        };
        assert!(on_data(&sgd("[80, 40]"), 80).iter().all(|lint| !lint.contains("more than")));
        let large = on_data(&sgd("[8, 1000000000000, 81]"), 80);
        let words = "optimizers.sgd: batch_size = 81, 1000000000000 is more than the 80 training rows of d, so that each step \
                     takes all of them once; write batch_size = \"full\", or less";
        assert_eq!(large[0], words);
        assert!(
            large.iter().any(|lint| lint.contains("too few")),
            "batches of 8 rows differ from seed to seed: {large:?}"
        );
        // One training row: every batch is the whole data, and every trial is deterministic.
        assert_eq!(on_data(&sgd("1"), 1), [""; 0]);
        let one = on_data(&sgd("2"), 1);
        assert!(one.len() == 1 && one[0].contains("more than the one training row of d"), "{one:?}");
    }

    #[test]
    fn a_penalty_needs_validation_rows() {
        let text = format!("{OPEN}{GD}learning_rate = 0.1\n[models.ridge]\nkind = \"linear\"\nl2 = [0.0, 0.1]\n");
        let found = of(&text);
        assert!(found.len() == 1 && found[0].contains("smallest penalty"), "{found:?}");
    }
}
