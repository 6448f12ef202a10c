//! The record of one trained trial: its outcome and metrics.

use super::Id;
use super::curve::Curve;
use super::kept::KeptModel;
use super::watched::Watched;
use crate::shape::Split;

/// How a trial ended.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// It reached its last epoch, or a stopping rule.
    Completed { stopped: Stopped },
    /// The first step at which the objective J left the bound, and the last J inside it.
    Diverged { step: u64, last_loss: Option<f64> },
    /// Training panicked or met a bad value. The record is kept and shown, and the trial is trained again on request.
    Failed { message: String },
}

impl Outcome {
    #[must_use]
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Completed { .. } => "completed",
            Self::Diverged { .. } => "diverged",
            Self::Failed { .. } => "failed",
        }
    }

    #[must_use]
    pub const fn is_completed(&self) -> bool {
        matches!(self, Self::Completed { .. })
    }
}

/// Why a completed trial ended where it did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stopped {
    Epochs,
    TargetLoss,
    GradientNorm,
    NoImprovement,
}

impl Stopped {
    pub const ALL: [Self; 4] = [Self::Epochs, Self::TargetLoss, Self::GradientNorm, Self::NoImprovement];

    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Epochs => "epochs",
            Self::TargetLoss => "target_loss",
            Self::GradientNorm => "gradient_norm",
            Self::NoImprovement => "no_improvement",
        }
    }
}

/// One metric of a trial on one split: at the last evaluated epoch, and at the metric's own best epoch.
#[derive(Debug, Clone, PartialEq)]
pub struct Metric {
    pub split: Split,
    /// A row of the registry of metrics.
    pub name: String,
    /// `None` if the trial did not complete, or the metric is not defined.
    pub last: Option<f64>,
    pub best: Option<f64>,
    /// The epoch at which the metric is best on validation rows, or on training rows if there are no others.
    pub best_epoch: Option<u64>,
    /// Why the metric of a completed trial has no value.
    pub undefined: Option<String>,
}

/// The record of one trained trial. Every number in it depends only on the trial's configuration and data.
#[derive(Debug, Clone, PartialEq)]
pub struct TrialRecord {
    pub id: Id,
    pub numerics_version: u32,
    /// The revisions of the registry rows that made it, where they are not the first: `method adam 2`, one a line.
    pub revisions: String,
    /// The canonical text whose hash is `id`.
    pub setting: String,
    pub outcome: Outcome,
    /// The number of updates done.
    pub steps: u64,
    /// The number of rows whose gradients were computed, summed over all steps.
    pub gradient_evaluations: u64,
    pub metrics: Vec<Metric>,
    pub curve: Curve,
    /// What was watched, at the epochs of the curve.
    pub watched: Watched,
    /// Whether it completed with a larger J than at the start, under a loss other than the squared error. False where an older
    /// record does not say.
    pub did_not_descend: bool,
    /// The last parameters, bias first, if the trial completed and has at most 64 of them.
    pub theta: Option<Vec<f64>>,
    /// The least-squares problem that it was trained on.
    pub problem: Option<Id>,
    /// The predictions for the test rows where training was asked for them, `[test rows]`. They are stored apart.
    pub test_outputs: Vec<f64>,
    /// The models that training was asked to keep. They are stored apart.
    pub kept: Vec<KeptModel>,
}

impl TrialRecord {
    /// The best epoch by the loss's own metric.
    #[must_use]
    pub fn best_epoch(&self) -> Option<u64> {
        self.metrics.first()?.best_epoch
    }

    /// The metric of a split at the last evaluated epoch.
    #[must_use]
    pub fn last(&self, split: Split) -> Option<f64> {
        self.metrics.iter().find(|metric| metric.split == split).and_then(|metric| metric.last)
    }

    /// The metric of a split at the best evaluated epoch (best on validation, or on train if there is no validation
    /// split).
    #[must_use]
    pub fn best(&self, split: Split) -> Option<f64> {
        self.metrics.iter().find(|metric| metric.split == split).and_then(|metric| metric.best)
    }
}
