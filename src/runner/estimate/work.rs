//! How many multiply-adds a run will take.

use crate::optimizer::Batching;
use crate::plan::{BoundPlan, SettingShape, dataset_key};
use crate::record::{DataFacts, Watch};
use crate::train::{MOST_GRADIENTS, Options, Path};

/// The estimated multiply-adds of the outstanding trials.
#[must_use]
pub fn multiply_adds(bound: &BoundPlan<'_>, outstanding: &[u32]) -> f64 {
    sum_over_shapes(bound, outstanding, |shape, facts, evaluations| {
        let all = (facts.n_train + facts.n_validation + facts.n_test) as f64;
        match shape.is_network {
            // Two products backward for each one forward, and the outputs of every evaluation.
            true => shape.multiply_adds as f64 * (3.0 * facts.n_train as f64 * shape.epochs as f64 + all * evaluations),
            false => multiply_adds_of_trial(shape, facts.n_train as f64, evaluations),
        }
    })
}

/// The planned epochs of the outstanding trials together.
#[must_use]
pub fn planned_epochs(bound: &BoundPlan<'_>, outstanding: &[u32]) -> u64 {
    let epochs = |trial: &u32| bound.shapes[bound.trial(*trial as usize).setting.shape].epochs;
    outstanding.iter().map(epochs).fold(0, u64::saturating_add)
}

/// The estimated multiply-adds of the metrics that need predictions for each row, for the outstanding trials: rows of all splits ×
/// parameters × evaluated epochs. A network's loss needs the same predictions, so its metrics take no more.
#[must_use]
pub fn multiply_adds_of_metrics(bound: &BoundPlan<'_>, outstanding: &[u32]) -> f64 {
    sum_over_shapes(bound, outstanding, |shape, facts, evaluations| {
        if shape.is_network || bound.plan.metrics[shape.combination].of_rows.is_empty() {
            return 0.0;
        }
        (facts.n_train + facts.n_validation + facts.n_test) as f64 * shape.multiply_adds as f64 * evaluations
    })
}

/// The estimated multiply-adds of what is watched, for the outstanding trials: passes over all training rows at each evaluated epoch, of
/// which sharpness takes at most [`MOST_GRADIENTS`].
#[must_use]
pub fn multiply_adds_of_watching(bound: &BoundPlan<'_>, outstanding: &[u32]) -> f64 {
    sum_over_shapes(bound, outstanding, |shape, facts, evaluations| {
        evaluations * multiply_adds_of_watched_epoch(shape, facts, bound)
    })
}

/// The same of one trial at one evaluated epoch.
pub(super) fn multiply_adds_of_watched_epoch(shape: &SettingShape, facts: &DataFacts, bound: &BoundPlan<'_>) -> f64 {
    watched_epoch(shape, facts, bound, MOST_GRADIENTS as f64)
}

/// The same with so many gradients as sharpness mostly takes.
pub(super) fn usual_multiply_adds_of_watched_epoch(
    shape: &SettingShape,
    facts: &DataFacts,
    bound: &BoundPlan<'_>,
) -> f64 {
    // The search mostly ends long before the most. With this share the planned time of two perceptrons was 13 s for 8 s, and 22 s for 30 s.
    watched_epoch(shape, facts, bound, 0.3 * MOST_GRADIENTS as f64)
}

fn watched_epoch(shape: &SettingShape, facts: &DataFacts, bound: &BoundPlan<'_>, gradients_of_sharpness: f64) -> f64 {
    let watches = bound.plan.metrics[shape.combination].watches;
    let passes = |watch: Watch, count: f64| if watches.has(watch) { count } else { 0.0 };
    let of_gradient = if shape.is_network { 3.0 } else { 2.0 };
    let all = passes(Watch::GradientNorm, of_gradient)
        + passes(Watch::Activations, if shape.is_network { 1.0 } else { 0.0 })
        + passes(Watch::Sharpness, of_gradient * gradients_of_sharpness);
    all * facts.n_train as f64 * shape.multiply_adds as f64
}

/// The sum of a function of a trial's shape, data and number of evaluated epochs.
fn sum_over_shapes(
    bound: &BoundPlan<'_>,
    outstanding: &[u32],
    of_trial: impl Fn(&SettingShape, &DataFacts, f64) -> f64,
) -> f64 {
    let mut by_shape: Vec<Option<f64>> = vec![None; bound.shapes.len()];
    let mut sum = 0.0;
    for &trial in outstanding {
        let planned = bound.trial(trial as usize).setting;
        let shape = &bound.shapes[planned.shape];
        sum += *by_shape[planned.shape].get_or_insert_with(|| {
            let setting = bound.setting(&planned);
            let evaluations = Options::read(&setting.train).map_or(64, |options| options.evaluated_epochs().len());
            let facts = bound.facts.get(&dataset_key(&setting));
            facts.map_or(0.0, |facts| of_trial(shape, facts, evaluations as f64))
        });
    }
    sum
}

fn multiply_adds_of_trial(shape: &SettingShape, n: f64, rows: f64) -> f64 {
    let d = shape.n_parameters as f64;
    let epochs = shape.epochs as f64;
    let evaluation = rows * d * d;
    match (shape.path, shape.batching) {
        (Path::Modes, _) => 5.0 * d * epochs + evaluation,
        (Path::Compressed, _) => 2.0 * d * d * epochs + evaluation,
        (Path::Plain, Batching::Full) => 2.0 * n * d * (epochs + rows),
        _ => 2.0 * n * d * epochs + evaluation,
    }
}
