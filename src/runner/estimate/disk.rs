//! How many bytes a run will write, and whether the disk has room for them.

use std::path::Path;

use crate::plan::{BoundPlan, dataset_key};
use crate::store;
use crate::train::{Keep, MOST_KEPT, Options};

/// A record's hash and fixed columns, compressed.
const A_RECORD: f64 = 70.0;

/// The estimated bytes that a run needs, and the bytes that are free.
#[derive(Debug, Clone, Copy)]
pub struct DiskEstimate {
    /// Bytes of the records that the run adds to the store, and of what it keeps of chosen trials.
    pub store: f64,
    /// Bytes of the tables, which are written from all records, old ones included.
    pub tables: f64,
    /// `None` if the operating system does not say.
    pub free: Option<u64>,
}

impl DiskEstimate {
    /// For a run that trains the trials at these positions and writes its results to a folder.
    #[must_use]
    pub fn new(folder: &Path, bound: &BoundPlan<'_>, outstanding: &[u32]) -> Self {
        // Where nothing is outstanding, what is kept of chosen trials is nearly always stored already.
        let chosen = if outstanding.is_empty() { 0 } else { bound.chosen_at_most().1 };
        Self {
            store: expected_bytes(bound, outstanding.iter().map(|trial| *trial as usize), true) + 8.0 * chosen as f64,
            tables: expected_bytes(bound, 0..bound.trials(), false),
            free: store::free_space(folder),
        }
    }

    /// All bytes that the run writes.
    #[must_use]
    pub fn needed(&self) -> f64 {
        self.store + self.tables
    }

    /// The free bytes, if they are fewer than the run needs.
    #[must_use]
    pub fn too_few_free(&self) -> Option<f64> {
        self.free.map(|free| free as f64).filter(|free| *free < self.needed())
    }
}

/// The estimated bytes of the records of these trials. Values do not compress; epoch numbers do.
fn expected_bytes(bound: &BoundPlan<'_>, trials: impl IntoIterator<Item = usize>, with_models: bool) -> f64 {
    let mut by_shape: Vec<Option<f64>> = vec![None; bound.shapes.len()];
    let mut bytes = 0.0;
    for trial in trials {
        let planned = bound.trial(trial).setting;
        bytes += *by_shape[planned.shape].get_or_insert_with(|| {
            let setting = bound.setting(&planned);
            let validated = bound.facts.get(&dataset_key(&setting)).is_some_and(|facts| facts.n_validation > 0);
            let splits = if validated { 2.0 } else { 1.0 };
            let metrics = if bound.plan.metrics[planned.combination].recorded_curve().is_some() { 2.0 } else { 1.0 };
            let rows = Options::read(&setting.train).map_or(64, |options| options.evaluated_epochs().len()) as f64;
            let parameters = bound.shapes[planned.shape].n_parameters.min(MOST_KEPT) as f64;
            let of_model = match bound.plan.keep() {
                Keep::None => 0.0,
                Keep::Best => 8.0 * bound.shapes[planned.shape].n_parameters as f64,
                // What the steps carry on stands beside, and all that the recorder has seen, as text.
                Keep::Last => {
                    let vectors = 2 + bound.shapes[planned.shape].state_vectors;
                    8.0 * (vectors * bound.shapes[planned.shape].n_parameters) as f64 + 100.0 * splits * metrics * rows
                }
            };
            let of_model = if with_models { of_model } else { 0.0 };
            A_RECORD + 8.0 * (splits * metrics * rows + parameters) + of_model
        });
    }
    bytes
}
