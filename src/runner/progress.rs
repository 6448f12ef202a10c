//! How a run reports its progress.

use crate::record::TrialRecord;

/// Receives the progress of a run. `()` ignores it.
pub trait Progress: Sync {
    /// These records are durable now.
    fn durable(&self, _records: &[TrialRecord]) {}
    /// A trial failed, the first one in this run.
    fn first_failure(&self, _record: &TrialRecord) {}
}

impl Progress for () {}
