//! The columns of a segment that this version knows, and groups of them that are read together.

/// Every column. A file may have others, which are not looked at, and lack some, which then have a default.
pub const ALL: &[&str] = &[
    "id",
    "numerics_version",
    "revisions",
    "setting",
    "outcome",
    "stopped",
    "diverged_step",
    "last_loss",
    "message",
    "steps",
    "gradient_evaluations",
    "best_epoch",
    "problem",
    "theta",
    "curve_epoch",
    "curve_step",
    "curve_gradient_evaluations",
    "curve_train",
    "curve_validation",
    "metrics",
    "metrics_last",
    "metrics_best",
    "metrics_best_epoch",
    "metrics_undefined",
    "curve_metrics",
    "curve_metrics_train",
    "curve_metrics_validation",
    "did_not_descend",
    "watch",
    "watch_series",
    "watch_values",
];

/// The columns of a [`TrialSummary`](crate::record::TrialSummary).
pub const SUMMARY: &[&str] = &[
    "id",
    "numerics_version",
    "revisions",
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
    "metrics_best_epoch",
    "curve_epoch",
    "curve_metrics",
    "did_not_descend",
    "watch",
];

/// The columns of what was watched.
pub const WATCHED: &[&str] = &["curve_epoch", "watch", "watch_series", "watch_values"];

/// The columns of curves, parameters, and what was watched.
pub const CURVES_AND_THETA: &[&str] = &[
    "theta",
    "curve_epoch",
    "curve_step",
    "curve_gradient_evaluations",
    "curve_train",
    "curve_validation",
    "curve_metrics",
    "curve_metrics_train",
    "curve_metrics_validation",
    "watch",
    "watch_series",
    "watch_values",
];

/// The columns of curves alone.
pub const CURVES: &[&str] = CURVES_AND_THETA.split_at(1).1.split_at(8).0;
