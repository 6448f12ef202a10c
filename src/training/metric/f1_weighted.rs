//! The mean of F1 over the classes, each weighted by its rows in the split, as scikit-learn's `f1_score(average =
//! "weighted")`. F1 is 0 of a class that is never found (`zero_division = 0`).

use super::class_counts::ClassCounts;
use crate::shape::{AxisKind, ClassRows, Direction, MetricFacts, MetricKind, OfOutputs, TargetUnit, Values};

pub const METRIC: MetricKind = MetricKind::new(
    "f1_weighted",
    "mean of F1 over the classes, by their rows",
    &[],
    include_str!("f1_weighted.rs"),
    MetricFacts {
        label: "weighted F1",
        heading: "Weighted F1 scores",
        definition: "Weighted F1 is the mean over the classes, by their rows, of F1, the harmonic mean of \
                     precision and recall.",
        unit: TargetUnit::None,
        direction: Direction::Higher,
        axis: AxisKind::Linear,
        range: (0.0, 1.0),
        values: Values::Outputs(OfOutputs::Classes(value)),
    },
);

fn value(rows: &ClassRows<'_>) -> Result<f64, &'static str> {
    Ok(ClassCounts::of(rows)?.mean_by_rows(ClassCounts::f1))
}
