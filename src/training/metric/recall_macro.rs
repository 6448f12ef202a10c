//! The mean of the recall over the classes, as scikit-learn's `recall_score(average = "macro")`: each class counts
//! the same. A class that neither has rows in the split nor is decided for does not count; one that is decided for
//! and has no rows counts as 0 (`zero_division = 0`), which `balanced_accuracy` leaves out. (Weighted by the rows of
//! the classes it is the accuracy.)

use super::class_counts::ClassCounts;
use crate::shape::{AxisKind, ClassRows, Direction, MetricFacts, MetricKind, OfOutputs, TargetUnit, Values};

pub const METRIC: MetricKind = MetricKind::new(
    "recall_macro",
    "mean of the recall over the classes",
    &[],
    include_str!("recall_macro.rs"),
    MetricFacts {
        label: "macro recall",
        heading: "Macro recalls",
        definition: "The macro recall is the mean over the classes of the share of the rows of the class that \
                     are found.",
        unit: TargetUnit::None,
        direction: Direction::Higher,
        axis: AxisKind::Linear,
        range: (0.0, 1.0),
        values: Values::Outputs(OfOutputs::Classes(value)),
    },
);

fn value(rows: &ClassRows<'_>) -> Result<f64, &'static str> {
    Ok(ClassCounts::of(rows)?.macro_mean(ClassCounts::recall))
}
