//! The mean of the precision over the classes, as scikit-learn's `precision_score(average = "macro")`: each class
//! counts the same. A class that neither has rows in the split nor is decided for does not count, and the precision
//! is 0 of one that is never decided for (`zero_division = 0`).

use super::class_counts::ClassCounts;
use crate::shape::{AxisKind, ClassRows, Direction, MetricFacts, MetricKind, OfOutputs, TargetUnit, Values};

pub const METRIC: MetricKind = MetricKind::new(
    "precision_macro",
    "mean of the precision over the classes",
    &[],
    include_str!("precision_macro.rs"),
    MetricFacts {
        label: "macro precision",
        heading: "Macro precisions",
        definition: "The macro precision is the mean over the classes of the share of the rows decided to be of \
                     the class that are of it.",
        unit: TargetUnit::None,
        direction: Direction::Higher,
        axis: AxisKind::Linear,
        range: (0.0, 1.0),
        values: Values::Outputs(OfOutputs::Classes(value)),
    },
);

fn value(rows: &ClassRows<'_>) -> Result<f64, &'static str> {
    Ok(ClassCounts::of(rows)?.macro_mean(ClassCounts::precision))
}
