//! How a run reports its progress.

use crate::record::TrialRecord;

/// Who is told how a run goes on.
pub trait Progress: Sync {
    /// These records are durable now.
    fn durable(&self, records: &[TrialRecord]);
    /// A trial failed, for the first time in this run.
    fn first_failure(&self, record: &TrialRecord);
}
