//! A writer: cuts the stream of records into durable segments.

use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use super::injected_faults;
use super::progress::Progress;
use crate::record::{Outcome, TrialRecord};
use crate::store::{Store, StoreError};

/// The most trials of a segment.
const MOST_TRIALS: usize = 5_000;

/// The approximate limit on the curve rows of a segment, because a segment is read whole.
const MOST_ROWS: usize = 1 << 20;

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
            rows += record.curve.epoch.len();
            pending.push(record);
        }
        let due = pending.len() >= most_trials || rows >= MOST_ROWS || last_cut.elapsed() >= period || closed;
        if due && !pending.is_empty() {
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

/// The time between two segments: 1 % of the elapsed time, between 200 ms and 10 s. A crash loses at most that much work, and
/// the number of segments grows with the logarithm of the run's length.
fn period(elapsed: Duration) -> Duration {
    (elapsed / 100).clamp(Duration::from_millis(200), Duration::from_secs(10))
}
