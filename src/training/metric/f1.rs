//! F1 of class 1 of two classes, the harmonic mean of precision and recall, as scikit-learn's `f1_score`:
//! 2·found/(rows of the class + rows decided to be of it), and 0 if there are none (`zero_division = 0`). Of more
//! classes it has no value: see `f1_macro`.

use super::class_counts::of_two_classes;
use crate::shape::{AxisKind, ClassRows, Direction, MetricFacts, MetricKind, OfOutputs, TargetUnit, Values};

pub const METRIC: MetricKind = MetricKind::new(
    "f1",
    "F1 of class 1 of two: the harmonic mean of precision and recall",
    &[],
    include_str!("f1.rs"),
    MetricFacts {
        label: "F1",
        heading: "F1 scores",
        definition: "F1 is the harmonic mean of precision and recall of class 1 of two.",
        unit: TargetUnit::None,
        direction: Direction::Higher,
        axis: AxisKind::Linear,
        range: (0.0, 1.0),
        values: Values::Outputs(OfOutputs::Classes(value)),
    },
);

fn value(rows: &ClassRows<'_>) -> Result<f64, &'static str> {
    Ok(of_two_classes(rows)?.f1(1))
}
