//! How many multiply-adds a run will take.

use crate::optimizer::Batching;
use crate::plan::{BoundPlan, SettingShape, dataset_key};
use crate::train::{Options, Path};

/// The estimated multiply-adds of the outstanding trials.
#[must_use]
pub fn multiply_adds(bound: &BoundPlan<'_>, outstanding: &[u32]) -> f64 {
    let mut by_shape: Vec<Option<f64>> = vec![None; bound.shapes.len()];
    let mut operations = 0.0;
    for &trial in outstanding {
        let setting = bound.trial(trial as usize).setting;
        let shape = &bound.shapes[setting.shape];
        operations += *by_shape[setting.shape].get_or_insert_with(|| {
            let setting = bound.setting(&setting);
            let n = bound.facts.get(&dataset_key(&setting)).map_or(0, |facts| facts.n_train) as f64;
            let rows = Options::read(&setting.train).map_or(64, |options| options.evaluated_epochs().len()) as f64;
            multiply_adds_of_trial(shape, n, rows)
        });
    }
    operations
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
