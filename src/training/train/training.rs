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
    match cohort.path {
        Path::Modes => least_squares::train(cohort, stop, emit),
        Path::Compressed => engine::train::<f64>(cohort, stop, emit),
        Path::Plain | Path::Rows => match cohort.precision {
            Precision::F64 => engine::train::<f64>(cohort, stop, emit),
            Precision::F32 => engine::train::<f32>(cohort, stop, emit),
        },
    }
}
