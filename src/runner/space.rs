//! How many bytes a run is expected to write.

use crate::plan::{BoundPlan, dataset_key};
use crate::train::{MOST_KEPT, Options};

/// A record's hash and fixed columns, packed.
const A_RECORD: f64 = 70.0;

/// The bytes that records of these trials take, estimated: losses do not compress, the numbers of their epochs do.
#[must_use]
#[allow(clippy::cast_precision_loss)]
pub fn expected_bytes(bound: &BoundPlan<'_>, trials: impl IntoIterator<Item = usize>) -> f64 {
    let mut by_shape: Vec<Option<f64>> = vec![None; bound.shapes.len()];
    let mut bytes = 0.0;
    for trial in trials {
        let planned = bound.trial(trial).setting;
        bytes += *by_shape[planned.shape].get_or_insert_with(|| {
            let setting = bound.setting(&planned);
            let validated = bound.facts.get(&dataset_key(&setting)).is_some_and(|facts| facts.n_validation > 0);
            let losses = if validated { 2.0 } else { 1.0 };
            let rows = Options::read(&setting.train).map_or(64, |options| options.evaluated_epochs().len()) as f64;
            let parameters = bound.shapes[planned.shape].n_parameters.min(MOST_KEPT) as f64;
            A_RECORD + 8.0 * (losses * rows + parameters)
        });
    }
    bytes
}
