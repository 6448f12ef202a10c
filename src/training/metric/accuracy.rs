//! The share of rows whose class is found, as scikit-learn's `accuracy_score`: decided for is the class with the
//! largest probability or score, the first of several; of two classes with one output class 1, if its probability is
//! above ½, or its score above 0.
//!
//! One row is its resolution: settings that differ by no more than 1/rows are tied.

use super::class_counts::ClassCounts;
use crate::shape::{AxisKind, ClassRows, Direction, MetricFacts, MetricKind, OfOutputs, TargetUnit, Values};

pub const METRIC: MetricKind = MetricKind::new(
    "accuracy",
    "share of rows whose class is found",
    &[],
    include_str!("accuracy.rs"),
    MetricFacts {
        label: "accuracy",
        heading: "Accuracies",
        definition: "The accuracy is the share of rows whose class has the largest probability or score of all \
                     classes.",
        unit: TargetUnit::None,
        direction: Direction::Higher,
        axis: AxisKind::Linear,
        range: (0.0, 1.0),
        values: Values::Outputs(OfOutputs::Classes(value)),
    },
);

fn value(rows: &ClassRows<'_>) -> Result<f64, &'static str> {
    Ok(ClassCounts::of(rows)?.accuracy())
}
