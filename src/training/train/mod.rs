//! Training: a cohort of trials that share data goes in, one record a trial comes out.

mod batches;
mod descent;
mod modes;
mod options;
mod problem;
mod quadratic;
mod recorder;
mod theory;

#[cfg(test)]
mod tests;

pub use options::{Monitor, Options, PARAMETERS, PathChoice, Precision};
pub use problem::Problem;
pub use recorder::MOST_KEPT;
pub use theory::{check_steps, check_trials, problem_record, sgd_limits, stability_limit};

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use crate::model::{Model, Penalty};
use crate::numeric::Real;
use crate::optimizer::{Batching, Optimizer};
use crate::record::{Id, TrialRecord};
use crate::schedule::Schedule;

/// Parameters up to which a problem is trained in its modes.
pub const MOST_MODES: usize = 256;

/// Parameters up to which a split is reduced by QR.
pub const MOST_COMPRESSED: usize = 2048;

/// Steps between two sweeps for numbers on their way to the subnormal range.
const FLUSH_EVERY: u64 = 1024;

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
fn trajectories(trainees: &[Trainee]) -> Vec<Vec<&Trainee>> {
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

/// Trials that are trained together: they share the problem, the batches, the precision, the path and, where l2 is part
/// of the rows, l2.
pub struct Cohort {
    pub problem: Arc<Problem>,
    pub model: Arc<dyn Model>,
    pub batching: Batching,
    /// Of the batch order; unused where batches are full.
    pub seed: u64,
    pub precision: Precision,
    pub path: Path,
    pub trainees: Vec<Trainee>,
}

/// How gradients are computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Path {
    /// On the rows as they are, errors too: the reference, on request.
    Plain,
    /// On the rows as they are, errors on reduced ones: minibatches, and what cannot be compressed.
    Rows,
    /// Full batch on d rows.
    Compressed,
    /// Full batch in the modes of the Hessian.
    Modes,
}

impl Path {
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::Rows => "rows",
            Self::Compressed => "compressed",
            Self::Modes => "modes",
        }
    }

    /// The path of a trial, a function of its configuration and its data's shape alone.
    ///
    /// # Errors
    /// A message where a forced path does not exist for it.
    pub fn of(
        options: &Options,
        model: &dyn Model,
        optimizer: &dyn Optimizer,
        n_train: usize,
        d: usize,
    ) -> Result<Self, String> {
        let full = optimizer.batching().resolve(n_train as u64) == Batching::Full && model.is_least_squares();
        let on_validation = options.patience.is_some() && options.monitor == Monitor::Validation;
        let modes =
            full && model.penalty().l1 == 0.0 && optimizer.recurrence().is_some() && !on_validation && d <= MOST_MODES;
        let compressed = full && d <= n_train && d <= MOST_COMPRESSED;
        match options.path {
            PathChoice::Plain => Ok(Self::Plain),
            PathChoice::Modes if !modes => Err(format!(
                "path = \"modes\" is for full batches of least squares by gd, momentum or Nesterov without l1 and \
                 without stopping on validation, with at most {MOST_MODES} parameters (here {d})"
            )),
            PathChoice::Compressed if !compressed => Err(format!(
                "path = \"compressed\" is for full batches of least squares with no more parameters (here {d}) than \
                 training rows (here {n_train}), {MOST_COMPRESSED} at most"
            )),
            PathChoice::Auto | PathChoice::Modes if modes => Ok(Self::Modes),
            PathChoice::Auto | PathChoice::Compressed if compressed => Ok(Self::Compressed),
            _ => Ok(Self::Rows),
        }
    }
}

impl fmt::Display for Path {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.word())
    }
}

/// Trains a cohort and emits a record for each trial that ends. Where `stop` turns true it returns early, and the trials
/// without a record are outstanding.
pub fn train(cohort: &Cohort, stop: &AtomicBool, emit: &mut dyn FnMut(TrialRecord)) {
    match cohort.path {
        Path::Modes => modes::train(cohort, stop, emit),
        Path::Compressed => descent::train::<f64>(cohort, stop, emit),
        Path::Plain | Path::Rows => match cohort.precision {
            Precision::F64 => descent::train::<f64>(cohort, stop, emit),
            Precision::F32 => descent::train::<f32>(cohort, stop, emit),
        },
    }
}

/// Sets components on their way to the subnormal range to zero.
fn flush<T: Real>(values: &mut [T]) {
    for value in values {
        if value.magnitude() < T::TINY {
            *value = T::ZERO;
        }
    }
}
