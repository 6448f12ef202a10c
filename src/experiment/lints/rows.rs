//! Lints of rows: those that settings are ranked on, and those of a step.

use super::settings::{has_axis, optimizer, settings};
use crate::dataset::{HeldOut, held_out};
use crate::experiment::registry::row_parameters;
use crate::optimizer::BATCH_SIZE;
use crate::plan::{BoundPlan, Component, Plan};

/// The rows that settings are ranked on.
pub fn ranking(plan: &Plan, index: usize, lints: &mut Vec<String>) {
    let (combination, metrics) = (&plan.combinations[index], &plan.metrics[index]);
    let table = &combination.grid.base.dataset.table;
    let held: Vec<HeldOut> = settings(combination).map(|setting| held_out(&setting.dataset.values)).collect();
    if held.iter().all(|held| held.validation) {
        return;
    }
    if held.iter().any(|held| held.test && !held.validation) {
        lints.push(format!(
            "datasets.{table}: rows are held out for testing and none for validation, so a choice by the test column \
             would flatter itself; add validation = 0.2 to split"
        ));
    }
    let before = lints.len();
    let is_descended = metrics.losses.iter().all(|loss| loss.name == metrics.score.recorded_as());
    for parameter in row_parameters(Component::Model, &combination.grid.base.model.kind) {
        let key = parameter.name;
        if let Some(wins) = parameter.training_prefers
            && has_axis(combination, Component::Model, key)
        {
            // What is descended is best where nothing holds it back; another score need not be.
            let consequence = if is_descended { "always wins" } else { "has the advantage" };
            lints.push(format!(
                "models.{}: {key} varies and {table} has no validation rows, so settings are ranked on training rows, where \
                 {wins} {consequence}; add split = {{ validation = 0.2, test = 0.2 }}",
                combination.grid.base.model.table
            ));
        }
    }
    let says_why = lints.len() > before;
    if !says_why && held.iter().all(|held| !held.test && !held.validation) && combination.len() > 1 {
        lints.push(format!(
            "datasets.{table}: without validation rows settings are ranked on the rows they train on, which says what fits them and \
             not what predicts; add split = {{ validation = 0.2, test = 0.2 }}"
        ));
    }
}

/// Batches larger than the data: without replacement no row occurs twice, so such a batch is all of the data.
pub fn large_batches(bound: &BoundPlan<'_>, index: usize, lints: &mut Vec<String>) {
    let combination = &bound.plan.combinations[index];
    let of = || bound.shapes.iter().filter(|shape| shape.combination == index);
    let Some(rows) = of().map(|shape| shape.n_train).max() else { return };
    let mut large: Vec<u64> = of().filter_map(|shape| shape.batch_size).filter(|size| *size > rows).collect();
    large.sort_unstable();
    large.dedup();
    let [before @ .., last] = &large[..] else { return };
    let named: String = before.iter().map(|size| format!("{size}, ")).collect();
    let (key, table) = (BATCH_SIZE.name, &combination.grid.base.dataset.table);
    lints.push(format!(
        "{}: {key} = {named}{last} is more than the {} of {table}, so that each step takes all of them once; write {key} = \"full\", \
         or less",
        optimizer(combination),
        if rows == 1 { "one training row".to_owned() } else { format!("{rows} training rows") }
    ));
}
