//! All lints of a plan, each once.

use super::answers::answers;
use super::averages::late_averages;
use super::batch_norm::batches_of_one_row;
use super::classes::classes_without_weight;
use super::decay::decayed_biases;
use super::effect::without_effect;
use super::fairness::{budgets, is_seeded};
use super::kept::kept_at_another_epoch;
use super::networks::{starts_that_saw_other_rows, written_twice};
use super::rates::{compared_rates, linear_learning_rates, untuned_learning_rate, warm_ups};
use super::rows::{large_batches, ranking};
use super::schedules::{late_keys, rarely_watched};
use super::test_rows::few_test_rows;
use crate::plan::{BoundPlan, Plan};

/// One sentence for each weakness, with advice. (Loading already warns of rules that remove nothing.)
#[must_use]
pub fn lints(plan: &Plan) -> Vec<String> {
    all(plan, &|index| is_seeded(&plan.combinations[index]), Vec::new())
}

/// The same for a plan whose data is known, which reveals more.
#[must_use]
pub fn lints_on_data(bound: &BoundPlan<'_>) -> Vec<String> {
    let mut lints = Vec::new();
    for index in 0..bound.plan.combinations.len() {
        large_batches(bound, index, &mut lints);
        warm_ups(bound, index, &mut lints);
        late_keys(bound, index, &mut lints);
        late_averages(bound, index, &mut lints);
        decayed_biases(bound, index, &mut lints);
        batches_of_one_row(bound, index, &mut lints);
        rarely_watched(bound, index, &mut lints);
    }
    few_test_rows(bound, &mut lints);
    written_twice(bound, &mut lints);
    // A batch of all rows is the same for every seed.
    let seeded = |index| bound.shapes.iter().any(|shape| shape.combination == index && !shape.deterministic);
    all(bound.plan, &seeded, lints)
}

/// `seeded` says whether anything in a combination depends on the seed.
fn all(plan: &Plan, seeded: &dyn Fn(usize) -> bool, mut lints: Vec<String>) -> Vec<String> {
    for (index, combination) in plan.combinations.iter().enumerate() {
        linear_learning_rates(combination, &mut lints);
        untuned_learning_rate(combination, &mut lints);
        without_effect(combination, &mut lints);
        starts_that_saw_other_rows(combination, &mut lints);
        classes_without_weight(combination, &mut lints);
        ranking(plan, index, &mut lints);
    }
    budgets(plan, &mut lints);
    kept_at_another_epoch(plan, &mut lints);
    compared_rates(&plan.compare, &mut lints);
    answers(plan, seeded, &mut lints);
    let mut once: Vec<String> = Vec::new();
    for lint in lints {
        if !once.contains(&lint) {
            once.push(lint);
        }
    }
    once
}
