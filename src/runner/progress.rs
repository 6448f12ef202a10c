//! How a run reports its progress.

use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use crate::record::TrialRecord;

/// Receives the progress of a run. `()` ignores it.
pub trait Progress: Sync {
    /// These records are durable now.
    fn durable(&self, _records: &[TrialRecord]) {}
    /// What counts the epochs that need no training any more, over all trials of the run.
    fn epochs_passed(&self) -> Arc<AtomicU64> {
        Arc::default()
    }
    /// A trial failed, the first one in this run.
    fn first_failure(&self, _record: &TrialRecord) {}
}

impl Progress for () {}
