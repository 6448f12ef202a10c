//! How much memory a run is expected to take.

use std::collections::{BTreeMap, HashSet};

use super::TAKEN_TOGETHER;
use crate::plan::{Bound, dataset_key};

/// The program by itself, its report's plots among it.
const PROGRAM: f64 = 40e6;

/// What is kept of each trial of the plan: its identity and its row of the table.
const A_TRIAL: f64 = 200.0;

/// The peak in bytes, estimated: the data sets, the prepared problems that are in use at one time, and what training on
/// them takes beside the rows: their order in an epoch and their targets in its precision.
#[must_use]
#[allow(clippy::cast_precision_loss)]
pub fn expected_memory(bound: &Bound<'_>, outstanding: &[u32], jobs: usize) -> f64 {
    let numbers = |key: &str, columns: Option<usize>| {
        bound.facts.get(key).map_or(0.0, |facts| {
            let columns = columns.map_or(facts.n_features as f64, |columns| columns as f64);
            8.0 * facts.n_samples as f64 * (columns + 1.0)
        })
    };
    let mut problems: BTreeMap<u32, f64> = BTreeMap::new();
    let mut seen: HashSet<(usize, Option<u64>)> = HashSet::new();
    for &trial in outstanding {
        let trial = bound.trial(trial as usize);
        if seen.insert((trial.setting.shape, trial.seed)) {
            let key = dataset_key(&bound.setting(&trial.setting));
            let size = numbers(&key, Some(bound.shape_of(&trial).n_parameters));
            problems.insert(bound.data_number(&trial), size);
        }
    }
    let mut sizes: Vec<f64> = problems.into_values().collect();
    sizes.sort_by(|left, right| right.total_cmp(left));
    // Trials that are not taken up together come back to a problem: it stays until the last has ended.
    let at_once = if outstanding.len() > TAKEN_TOGETHER { sizes.len() } else { jobs.max(1).min(sizes.len()) };
    let rows = bound.facts.values().map(|facts| facts.n_train).max().unwrap_or(0) as f64;
    let training = at_once.min(jobs) as f64 * 16.0 * rows;
    let datasets = bound.facts.keys().fold(0.0, |sum, key| sum + numbers(key, None));
    let problems = sizes[..at_once].iter().fold(0.0, |sum, size| sum + size);
    PROGRAM + A_TRIAL * bound.trials() as f64 + datasets + problems + training
}
