//! Groups of a segment's columns that are read together.

/// The columns of a [`TrialSummary`](crate::record::TrialSummary).
pub const SUMMARY: &[&str] = &[
    "id",
    "numerics_version",
    "outcome",
    "stopped",
    "diverged_step",
    "last_loss",
    "message",
    "steps",
    "gradient_evaluations",
    "best_epoch",
    "problem",
    "metrics",
    "metrics_last",
    "metrics_best",
    "curve_epoch",
];

/// The columns of curves and parameters.
pub const CURVES_AND_THETA: &[&str] =
    &["theta", "curve_epoch", "curve_step", "curve_gradient_evaluations", "curve_train", "curve_validation"];

/// The columns of curves without parameters.
pub const CURVES: &[&str] = CURVES_AND_THETA.split_at(1).1;
