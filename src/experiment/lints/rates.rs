//! Lints of learning rates: how they are spaced, whether they are tuned, and whether a trial ever reaches them.

use toml::Value;

use super::settings::{has_axis, optimizer, values};
use crate::experiment::registry::row_parameters;
use crate::optimizer::LEARNING_RATE;
use crate::parameter::{Decides, Fallback, Parameter};
use crate::plan::{BoundPlan, Combination, Component};
use crate::text::number;

/// Rates act by their ratio, so their axis is best spaced evenly on a log scale.
pub fn linear_learning_rates(combination: &Combination, lints: &mut Vec<String>) {
    let rates: Vec<f64> =
        values(combination, Component::Optimizer, LEARNING_RATE.name).into_iter().filter_map(Value::as_float).collect();
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

/// Learning rates that compete: the report tunes them and has a chapter on them anyway.
pub fn compared_rates(compare: &[String], lints: &mut Vec<String>) {
    if compare.iter().any(|key| key.rsplit('.').next() == Some(LEARNING_RATE.name)) {
        lints.push(
            "[report] compare = \"learning_rate\": the chapter \"Learning rates\" shows each rate with its score, and the good range, \
             without it; with it no optimizer is tuned over its rates any more; leave it out, or compare another key"
                .to_owned(),
        );
    }
}

/// Other keys that vary while the rate, on which their best values depend, stays.
pub fn untuned_learning_rate(combination: &Combination, lints: &mut Vec<String>) {
    if has_axis(combination, Component::Optimizer, LEARNING_RATE.name) {
        return;
    }
    let update =
        |key: &&Parameter| key.decides == Decides::Update && has_axis(combination, Component::Optimizer, key.name);
    let method = &combination.grid.base.optimizer.kind;
    if row_parameters(Component::Optimizer, method)
        .iter()
        .any(|key| key.name == LEARNING_RATE.name && key.default == Fallback::Required)
    {
        for key in row_parameters(Component::Optimizer, method).into_iter().filter(update).map(|key| key.name) {
            lints.push(format!(
                "{}: {key} varies at one learning rate, and the best rate depends on it; give learning_rate an axis too",
                optimizer(combination)
            ));
        }
    }
}

/// Warm-ups that take a whole trial: the schedule after them never begins.
pub fn warm_ups(bound: &BoundPlan<'_>, index: usize, lints: &mut Vec<String>) {
    let combination = &bound.plan.combinations[index];
    let of = bound.shapes.iter().filter(|shape| shape.combination == index);
    let mut endless: Vec<(u64, u64)> = of
        .filter(|shape| shape.begins_after > 0 && shape.begins_after >= shape.steps)
        .map(|shape| (shape.begins_after, shape.steps))
        .collect();
    endless.sort_unstable();
    // The longest one stands for all.
    let Some((warm_up, steps)) = endless.last() else { return };
    lints.push(format!(
        "{}: a warm-up of {warm_up} steps takes the whole of a trial of {steps}, so that its rate never rises to learning_rate; warm \
         up for fewer steps, or train longer",
        optimizer(combination)
    ));
}
