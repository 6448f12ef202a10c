//! The entry point of training, which hands a cohort to the engine of its path.

use std::sync::atomic::AtomicBool;

use super::cohort::Cohort;
use super::options::Precision;
use super::path::Path;
use super::{engine, least_squares};
use crate::record::TrialRecord;

/// Trains a cohort and emits a record for each trial that ends. If `stop` becomes true, it returns early, and the
/// trials without a record are outstanding.
pub fn train(cohort: &Cohort, stop: &AtomicBool, emit: &mut dyn FnMut(TrialRecord)) {
    let l2 = cohort.trainees.first().map_or(0.0, |trainee| trainee.penalty.l2);
    match (cohort.path, cohort.least_squares()) {
        (Path::Modes, Some(least_squares)) => least_squares::train(cohort, least_squares, stop, emit),
        (Path::Compressed, Some(least_squares)) => {
            engine::train::<f64>(cohort, Some(&least_squares.objective(l2)), stop, emit);
        }
        // Without a reduced form there is only one path.
        (Path::Plain | Path::Rows, _) | (_, None) => match cohort.precision {
            Precision::F64 => engine::train::<f64>(cohort, None, stop, emit),
            Precision::F32 => engine::train::<f32>(cohort, None, stop, emit),
        },
    }
}
