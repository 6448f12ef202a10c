//! The share of the rows of class 1 of two classes that are found, as scikit-learn's `recall_score`, and 0 if there
//! are none (`zero_division = 0`). Of more classes it has no value: see `recall_macro`.

use super::class_counts::of_two_classes;
use crate::shape::{AxisKind, ClassRows, Direction, MetricFacts, MetricKind, OfOutputs, TargetUnit, Values};

pub const METRIC: MetricKind = MetricKind::new(
    "recall",
    "share of the rows of class 1 of two that are found",
    &[],
    include_str!("recall.rs"),
    MetricFacts {
        label: "recall",
        heading: "Recalls",
        definition: "The recall is the share of the rows of class 1, of two, that are decided to be of it.",
        unit: TargetUnit::None,
        direction: Direction::Higher,
        axis: AxisKind::Linear,
        range: (0.0, 1.0),
        values: Values::Outputs(OfOutputs::Classes(value)),
    },
);

fn value(rows: &ClassRows<'_>) -> Result<f64, &'static str> {
    Ok(of_two_classes(rows)?.recall(1))
}
