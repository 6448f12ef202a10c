//! A trial record without its curve and parameters.

use super::id::Id;
use super::trial::{Outcome, TrialRecord};
use crate::shape::Split;

/// The part of a record that a table keeps.
#[derive(Debug, Clone, PartialEq)]
pub struct TrialSummary {
    pub outcome: Outcome,
    pub steps: u64,
    pub gradient_evaluations: u64,
    pub best_epoch: Option<u64>,
    /// By score (final, best) and split.
    pub mse: [[Option<f64>; 3]; 2],
    pub problem: Option<Id>,
}

impl From<&TrialRecord> for TrialSummary {
    fn from(record: &TrialRecord) -> Self {
        Self {
            outcome: record.outcome.clone(),
            steps: record.steps,
            gradient_evaluations: record.gradient_evaluations,
            best_epoch: record.best_epoch(),
            mse: [Split::ALL.map(|split| record.last(split)), Split::ALL.map(|split| record.best(split))],
            problem: record.problem,
        }
    }
}
