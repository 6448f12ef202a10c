//! The mean over the classes of the share of their rows that are found, as scikit-learn's `balanced_accuracy_score`:
//! each class counts the same, however few rows it has. A class without rows in the split does not count.

use super::class_counts::ClassCounts;
use crate::shape::{AxisKind, ClassRows, Direction, MetricFacts, MetricKind, OfOutputs, TargetUnit, Values};

pub const METRIC: MetricKind = MetricKind::new(
    "balanced_accuracy",
    "mean over the classes of the share of their rows that are found",
    &[],
    include_str!("balanced_accuracy.rs"),
    MetricFacts {
        label: "balanced accuracy",
        heading: "Balanced accuracies",
        definition: "The balanced accuracy is the mean over the classes of the share of their rows whose class \
                     is found.",
        unit: TargetUnit::None,
        direction: Direction::Higher,
        axis: AxisKind::Linear,
        range: (0.0, 1.0),
        values: Values::Outputs(OfOutputs::Classes(value)),
    },
);

fn value(rows: &ClassRows<'_>) -> Result<f64, &'static str> {
    Ok(ClassCounts::of(rows)?.mean_recall())
}
