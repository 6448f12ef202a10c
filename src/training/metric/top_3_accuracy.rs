//! The share of rows whose class is among the 3 with the largest probabilities or scores, as scikit-learn's
//! `top_k_accuracy_score(k = 3)`: of equal ones the later class counts as the larger. Of 3 classes or fewer it has no
//! value: it would be 1.

use super::top_k::among_largest;
use crate::shape::{AxisKind, ClassRows, Direction, MetricFacts, MetricKind, OfOutputs, TargetUnit, Values};

pub const METRIC: MetricKind = MetricKind::new(
    "top_3_accuracy",
    "share of rows whose class is among the 3 most probable",
    &[],
    include_str!("top_3_accuracy.rs"),
    MetricFacts {
        label: "top-3 accuracy",
        heading: "Top-3 accuracies",
        definition: "The top-3 accuracy is the share of rows whose class is among the 3 with the largest \
                     probabilities or scores.",
        unit: TargetUnit::None,
        direction: Direction::Higher,
        axis: AxisKind::Linear,
        range: (0.0, 1.0),
        values: Values::Outputs(OfOutputs::Classes(value)),
    },
);

fn value(rows: &ClassRows<'_>) -> Result<f64, &'static str> {
    among_largest(rows, 3)
}
