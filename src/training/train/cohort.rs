//! What is trained together: trials that share data, batches, precision and path.

use std::collections::HashMap;
use std::sync::Arc;

use super::options::{Options, Precision};
use super::path::Path;
use super::prepared::PreparedData;
use crate::model::{Model, Penalty};
use crate::optimizer::{Batching, Optimizer};
use crate::record::Id;
use crate::schedule::Schedule;

/// Trials that are trained together: they share the data, the batches, the precision, the path and, where l2 is part
/// of the rows, l2.
pub struct Cohort {
    pub data: Arc<PreparedData>,
    pub model: Arc<dyn Model>,
    pub batching: Batching,
    /// Of the batch order; unused where batches are full.
    pub seed: u64,
    pub precision: Precision,
    pub path: Path,
    pub trainees: Vec<Trainee>,
}

/// One trial, ready to train.
pub struct Trainee {
    pub id: Id,
    /// The canonical text of its configuration.
    pub canonical: String,
    pub optimizer: Arc<dyn Optimizer>,
    pub schedule: Arc<dyn Schedule>,
    pub learning_rate: f64,
    pub penalty: Penalty,
    /// The parameters at the start, bias first.
    pub start: Vec<f64>,
    pub options: Arc<Options>,
    /// The epochs that `options` evaluates.
    pub evaluated: Arc<[u64]>,
    /// Its problem record's identity.
    pub problem: Option<Id>,
    /// Trials of a cohort that share it move alike and differ in when they end.
    pub trajectory: usize,
}

/// Trials that are trained once and end at different epochs, in the order of the first of each.
pub fn trajectories(trainees: &[Trainee]) -> Vec<Vec<&Trainee>> {
    let mut index: HashMap<usize, usize> = HashMap::new();
    let mut groups: Vec<Vec<&Trainee>> = Vec::new();
    for trainee in trainees {
        let at = *index.entry(trainee.trajectory).or_insert_with(|| {
            groups.push(Vec::new());
            groups.len() - 1
        });
        groups[at].push(trainee);
    }
    groups
}
