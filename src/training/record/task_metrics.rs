//! What the trials of a task are measured by.

use super::watched::WatchSet;
use crate::metric::{self, MetricKind};

/// The metrics of a task (data set × model). Tasks of one experiment may differ in them: a regression has no accuracy.
#[derive(Debug, Clone, PartialEq)]
pub struct TaskMetrics {
    /// The metric that ranks settings.
    pub score: &'static MetricKind,
    /// The metrics of the losses that settings descend, each once.
    pub losses: Vec<&'static MetricKind>,
    /// The metrics that need predictions for each row and are recorded.
    pub of_rows: Vec<&'static MetricKind>,
    /// The metrics that were asked for by name, without the score.
    pub others: Vec<&'static MetricKind>,
    /// What is watched in training.
    pub watches: WatchSet,
}

impl TaskMetrics {
    /// Settings that descend one loss and are ranked by its own metric.
    #[must_use]
    pub fn of_loss(own: &'static MetricKind) -> Self {
        Self { score: own, losses: vec![own], of_rows: Vec::new(), others: Vec::new(), watches: WatchSet::default() }
    }

    /// The metric of the loss that all settings descend; `None` if they differ in it.
    #[must_use]
    pub fn loss(&self) -> Option<&'static MetricKind> {
        match self.losses[..] {
            [loss] => Some(loss),
            _ => None,
        }
    }

    /// The score, and then the others that were asked for by name: what reports and tables of settings show.
    pub fn reported(&self) -> impl Iterator<Item = &'static MetricKind> + '_ {
        std::iter::once(self.score).chain(self.others.iter().copied())
    }

    /// Whether a metric is recorded for the task, or follows from one that is. A record may hold more: what another plan asked for.
    #[must_use]
    pub fn holds(&self, kind: &MetricKind) -> bool {
        self.losses.iter().chain(&self.of_rows).any(|known| known.name == kind.recorded_as())
    }

    /// Whether the curve of a metric is recorded for the task.
    #[must_use]
    pub fn has_curve(&self, kind: &'static MetricKind) -> bool {
        self.losses.contains(&kind) || self.recorded_curve() == Some(kind)
    }

    /// The metric whose curve is recorded beside that of a loss: the score or what it is derived from, where some loss does not
    /// give it.
    #[must_use]
    pub fn recorded_curve(&self) -> Option<&'static MetricKind> {
        metric::metric(self.score.recorded_as()).filter(|kind| kind.takes_rows(&self.losses))
    }
}

/// The metrics that rank, each once, in the order of the tasks.
#[must_use]
pub fn scores<'a>(tasks: impl IntoIterator<Item = &'a TaskMetrics>) -> Vec<&'static MetricKind> {
    let mut scores = Vec::new();
    for metrics in tasks {
        if !scores.contains(&metrics.score) {
            scores.push(metrics.score);
        }
    }
    scores
}
