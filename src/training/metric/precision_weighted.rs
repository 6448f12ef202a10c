//! The mean of the precision over the classes, each weighted by its rows in the split, as scikit-learn's
//! `precision_score(average = "weighted")`. It is 0 of a class that is never decided for (`zero_division = 0`). (The
//! recall, weighted so, is the accuracy.)

use super::class_counts::ClassCounts;
use crate::shape::{AxisKind, ClassRows, Direction, MetricFacts, MetricKind, OfOutputs, TargetUnit, Values};

pub const METRIC: MetricKind = MetricKind::new(
    "precision_weighted",
    "mean of the precision over the classes, by their rows",
    &[],
    include_str!("precision_weighted.rs"),
    MetricFacts {
        label: "weighted precision",
        heading: "Weighted precisions",
        definition: "The weighted precision is the mean over the classes, by their rows, of the share of the \
                     rows decided to be of the class that are of it.",
        unit: TargetUnit::None,
        direction: Direction::Higher,
        axis: AxisKind::Linear,
        range: (0.0, 1.0),
        values: Values::Outputs(OfOutputs::Classes(value)),
    },
);

fn value(rows: &ClassRows<'_>) -> Result<f64, &'static str> {
    Ok(ClassCounts::of(rows)?.mean_by_rows(ClassCounts::precision))
}
