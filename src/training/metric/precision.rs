//! The share of the rows decided to be of class 1 of two classes that are of it, as scikit-learn's `precision_score`,
//! and 0 if there are none (`zero_division = 0`). Of more classes it has no value: see `precision_macro`.

use super::class_counts::of_two_classes;
use crate::shape::{AxisKind, ClassRows, Direction, MetricFacts, MetricKind, OfOutputs, TargetUnit, Values};

pub const METRIC: MetricKind = MetricKind::new(
    "precision",
    "share of the rows decided to be of class 1 of two that are of it",
    &[],
    include_str!("precision.rs"),
    MetricFacts {
        label: "precision",
        heading: "Precisions",
        definition: "The precision is the share of the rows decided to be of class 1, of two, that are of it.",
        unit: TargetUnit::None,
        direction: Direction::Higher,
        axis: AxisKind::Linear,
        range: (0.0, 1.0),
        values: Values::Outputs(OfOutputs::Classes(value)),
    },
);

fn value(rows: &ClassRows<'_>) -> Result<f64, &'static str> {
    Ok(of_two_classes(rows)?.precision(1))
}
