//! A writer: cuts the stream of records into durable segments.

use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use super::injected_faults;
use super::progress::Progress;
use crate::record::{KeptModel, Outcome, TrialRecord};
use crate::store::{Store, StoreError};

/// The most trials of a segment.
const MOST_TRIALS: usize = 5_000;

/// The approximate limit on the curve rows of a segment, because a segment is read whole.
const MOST_ROWS: usize = 1 << 20;

/// The numbers of a row of a curve. A file of kept models is cut where curves of as many numbers would be.
const NUMBERS_A_ROW: usize = 4;

/// Writes all records that arrive, until every sender is gone. Returns how many records are durable.
pub fn write(store: &Store, records: &Receiver<TrialRecord>, progress: &dyn Progress) -> Result<u64, StoreError> {
    let started = Instant::now();
    let most_trials = injected_faults::segment_trials().unwrap_or(MOST_TRIALS);
    let mut last_cut = Instant::now();
    let mut pending: Vec<TrialRecord> = Vec::new();
    let mut rows = 0;
    let mut written = 0;
    let mut any_failed = false;
    loop {
        let period = period(started.elapsed());
        let message = records.recv_timeout(period.saturating_sub(last_cut.elapsed()).max(Duration::from_millis(1)));
        let closed = matches!(message, Err(RecvTimeoutError::Disconnected));
        if let Ok(record) = message {
            if !any_failed && matches!(record.outcome, Outcome::Failed { .. }) {
                any_failed = true;
                progress.first_failure(&record);
            }
            rows += record.curve.epoch.len() + record.kept.iter().map(numbers).sum::<usize>() / NUMBERS_A_ROW;
            pending.push(record);
        }
        let due = pending.len() >= most_trials || rows >= MOST_ROWS || last_cut.elapsed() >= period || closed;
        if due && !pending.is_empty() {
            write_models(store, &mut pending)?;
            store.write_segment(&pending)?;
            written += pending.len() as u64;
            progress.durable(&pending);
            pending.clear();
            rows = 0;
            last_cut = Instant::now();
        }
        if closed {
            return Ok(written);
        }
    }
}

/// Writes the kept models of some records. They come before their records, so that a record whose model is asked for has it.
fn write_models(store: &Store, records: &mut [TrialRecord]) -> Result<(), StoreError> {
    let mut models: Vec<KeptModel> = records.iter_mut().flat_map(|record| std::mem::take(&mut record.kept)).collect();
    models.sort_by_key(|model| (model.trial, model.best_epoch));
    if models.is_empty() { Ok(()) } else { store.write_kept(&models) }
}

/// The numbers of a kept model.
fn numbers(model: &KeptModel) -> usize {
    let carried = model.end.iter().flat_map(|end| &end.carried).map(|(_, values)| values.len());
    model.parameters.len() + model.statistics.len() + carried.sum::<usize>()
}

/// The time between two segments: 1 % of the elapsed time, between 200 ms and 10 s. A crash loses at most that much work, and
/// the number of segments grows with the logarithm of the run's length.
fn period(elapsed: Duration) -> Duration {
    (elapsed / 100).clamp(Duration::from_millis(200), Duration::from_secs(10))
}
