//! The mean of F1 over the classes, as scikit-learn's `f1_score(average = "macro")`: each class counts the same. A
//! class that neither has rows in the split nor is decided for does not count, and F1 is 0 of one that is never found
//! (`zero_division = 0`).

use super::class_counts::ClassCounts;
use crate::shape::{AxisKind, ClassRows, Direction, MetricFacts, MetricKind, OfOutputs, TargetUnit, Values};

pub const METRIC: MetricKind = MetricKind::new(
    "f1_macro",
    "mean of F1 over the classes",
    &[],
    include_str!("f1_macro.rs"),
    MetricFacts {
        label: "macro F1",
        heading: "Macro F1 scores",
        definition: "Macro F1 is the mean over the classes of F1, the harmonic mean of precision and recall.",
        unit: TargetUnit::None,
        direction: Direction::Higher,
        axis: AxisKind::Linear,
        range: (0.0, 1.0),
        values: Values::Outputs(OfOutputs::Classes(value)),
    },
);

fn value(rows: &ClassRows<'_>) -> Result<f64, &'static str> {
    Ok(ClassCounts::of(rows)?.macro_mean(ClassCounts::f1))
}
