//! A trial record without its curve and parameters.

use super::epoch::Epoch;
use super::id::Id;
use super::trial::{Outcome, TrialRecord};
use super::watched::WatchSet;
use crate::metric::{self, MetricKind};
use crate::shape::Split;

/// The part of a record that a table keeps.
#[derive(Debug, Clone, PartialEq)]
pub struct TrialSummary {
    pub outcome: Outcome,
    pub steps: u64,
    pub gradient_evaluations: u64,
    pub metrics: Vec<MetricSummary>,
    /// What was watched.
    pub watches: WatchSet,
    /// Whether it completed with a larger J than at the start.
    pub did_not_descend: bool,
    pub problem: Option<Id>,
}

/// The values of one recorded metric.
#[derive(Debug, Clone, PartialEq)]
pub struct MetricSummary {
    pub kind: &'static MetricKind,
    /// By epoch (last, best) and split.
    pub values: [[Option<f64>; 3]; 2],
    pub best_epoch: Option<u64>,
    /// Whether its curve is on record beside that of the loss.
    pub has_curve: bool,
}

impl MetricSummary {
    #[must_use]
    pub const fn new(kind: &'static MetricKind) -> Self {
        Self { kind, values: [[None; 3]; 2], best_epoch: None, has_curve: false }
    }

    pub const fn set(&mut self, split: Split, last: Option<f64>, best: Option<f64>) {
        self.values[Epoch::Last as usize][split as usize] = last;
        self.values[Epoch::Best as usize][split as usize] = best;
    }
}

impl TrialSummary {
    /// The summary of the metric that a name of the registry stands for, added if it is new. `None` if there is no such
    /// metric: a later version may have recorded it.
    pub fn metric_mut<'a>(metrics: &'a mut Vec<MetricSummary>, name: &str) -> Option<&'a mut MetricSummary> {
        let position = metrics.iter().position(|known| known.kind.name == name);
        let position = match position {
            Some(position) => position,
            None => {
                metrics.push(MetricSummary::new(metric::metric(name)?));
                metrics.len() - 1
            }
        };
        metrics.get_mut(position)
    }
}

impl From<&TrialRecord> for TrialSummary {
    fn from(record: &TrialRecord) -> Self {
        let mut metrics = Vec::new();
        for metric in &record.metrics {
            if let Some(summary) = Self::metric_mut(&mut metrics, &metric.name) {
                summary.set(metric.split, metric.last, metric.best);
                summary.best_epoch = metric.best_epoch;
            }
        }
        for curve in &record.curve.metrics {
            if let Some(summary) = Self::metric_mut(&mut metrics, &curve.name) {
                summary.has_curve = true;
            }
        }
        Self {
            outcome: record.outcome.clone(),
            steps: record.steps,
            gradient_evaluations: record.gradient_evaluations,
            metrics,
            watches: record.watched.watches,
            did_not_descend: record.did_not_descend,
            problem: record.problem,
        }
    }
}
