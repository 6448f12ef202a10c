//! Cohorts: trials that are trained together because they share data, batches, precision and path.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use super::carried;
use super::least_squares::LeastSquaresData;
use super::options::{Options, Precision};
use super::path::Path;
use super::prepared::PreparedData;
use crate::metric::{self, MetricKind};
use crate::model::{Model, Penalty};
use crate::optimizer::{Batching, Optimizer};
use crate::record::{Id, TrainingEnd};
use crate::schedule::{Horizon, Schedule};
use crate::shape::Layout;

/// Trials that are trained together. They share the data, the batches, the precision, the path, the loss, the weights of
/// classes and, if l2 is
/// part of the rows, l2.
pub struct Cohort {
    pub data: Arc<PreparedData>,
    pub model: Arc<dyn Model>,
    /// That of the model's parameters on this data.
    pub layout: Arc<Layout>,
    pub batching: Batching,
    /// The seed of the batch order; unused for full batches.
    pub seed: u64,
    pub precision: Precision,
    pub path: Path,
    pub trainees: Vec<Trainee>,
    /// Counts, over all trials, the epochs that need no training any more: for those who watch. No number depends on it.
    pub epochs_passed: Arc<AtomicU64>,
}

/// One trial, ready to train.
pub struct Trainee {
    pub id: Id,
    /// The canonical text of its configuration.
    pub canonical: String,
    pub optimizer: Arc<dyn Optimizer>,
    pub schedule: Arc<dyn Schedule>,
    /// α; 1 for a method without a learning rate.
    pub learning_rate: f64,
    pub horizon: Horizon,
    pub penalty: Penalty,
    /// The parameters at the start, `[d]`, in the order of the layout.
    pub start: Vec<f64>,
    /// What training moves without a gradient, such as running means, at the start. It may come out of a file, and then differs among the
    /// trials of a cohort.
    pub start_statistics: Vec<f64>,
    pub options: Arc<Options>,
    /// The epochs that `options` evaluates.
    pub evaluated: Arc<[u64]>,
    /// What its random numbers depend on, if its model draws any in training.
    pub seed: u64,
    /// The id of its problem record.
    pub problem: Option<Id>,
    /// The revisions of its registry rows, as its record names them.
    pub revisions: Arc<str>,
    /// The number of its trajectory. Trials of a cohort with the same number take the same steps and differ only in
    /// when they end.
    pub trajectory: usize,
    /// Whether its record takes the outputs for the test rows along.
    pub test_outputs: TestOutputs,
    /// Names its training whatever its number of epochs, if the end is kept so that more epochs can go on from it.
    pub training: Option<Id>,
    /// The end of the same training with fewer epochs, from which it goes on. All trials of a cohort begin at the same epoch.
    pub goes_on_from: Option<Arc<TrainingEnd>>,
}

/// When a trial's outputs for the test rows are taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum TestOutputs {
    #[default]
    Never,
    /// At the end of training, if the trial completes.
    AtEnd,
    /// At the end of an evaluated epoch.
    AtEpoch(u64),
}

impl Cohort {
    /// The data as least squares, if that is what the cohort trains.
    #[must_use]
    pub fn least_squares(&self) -> Option<&LeastSquaresData> {
        self.data.least_squares().filter(|_| self.model.is_least_squares(self.data.space()))
    }

    /// The layout of a trial's parameters.
    #[must_use]
    pub fn layout(&self) -> &Layout {
        &self.layout
    }

    /// The number of outputs of a row.
    #[must_use]
    pub fn n_outputs(&self) -> usize {
        self.model.n_outputs(self.data.space())
    }

    /// The epochs, the updates and the rows whose gradients were computed before its first step: none, unless it goes on
    /// from ends of earlier trainings.
    #[must_use]
    pub fn done_before(&self) -> [u64; 3] {
        let end = self.trainees.first().and_then(|trainee| trainee.goes_on_from.as_ref());
        end.map_or([0; 3], |end| {
            // What searches compute beside the steps is counted for each trial.
            let searched = carried::fitting(end, carried::SEARCHED, 1)[0] as u64;
            [end.epoch, end.steps, end.gradient_evaluations - searched]
        })
    }

    /// The metric of the loss that its trials descend.
    #[must_use]
    pub fn metric(&self) -> &'static MetricKind {
        metric::of_loss(self.model.loss().row)
    }
}

impl Trainee {
    /// α_k by the schedule alone.
    #[must_use]
    pub fn rate(&self, k: u64) -> f64 {
        self.schedule.rate(self.learning_rate, k, self.horizon)
    }
}

/// Groups the trials by trajectory, in the order of the first trial of each. A trajectory is trained once, and its
/// trials end at different epochs.
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
