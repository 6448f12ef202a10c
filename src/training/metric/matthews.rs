//! The Matthews correlation coefficient R_k of any number of classes, as scikit-learn's `matthews_corrcoef`: (c·s − Σ
//! t_k·p_k) / √((s² − Σ p_k²)·(s² − Σ t_k²)), with s rows, of which c are found, t_k of class k and p_k decided to be
//! of it.
//!
//! It is 0 where all rows are decided to be of one class, and has no value where all are of one class (scikit-learn
//! gives 0). B. W. Matthews, 1975; J. Gorodkin, Comparing two K-category assignments by a K-category correlation
//! coefficient, 2004.

use super::class_counts::ClassCounts;
use crate::shape::{AxisKind, ClassRows, Direction, MetricFacts, MetricKind, OfOutputs, TargetUnit, Values};

pub const METRIC: MetricKind = MetricKind::new(
    "matthews",
    "Matthews correlation coefficient of the classes and those decided for",
    &[],
    include_str!("matthews.rs"),
    MetricFacts {
        label: "Matthews correlation",
        heading: "Matthews correlations",
        definition: "The Matthews correlation coefficient is the correlation of the classes of the rows with \
                     those decided for: 1 if all are found, 0 for guesses.",
        unit: TargetUnit::None,
        direction: Direction::Higher,
        axis: AxisKind::Linear,
        range: (-1.0, 1.0),
        values: Values::Outputs(OfOutputs::Classes(value)),
    },
);

fn value(rows: &ClassRows<'_>) -> Result<f64, &'static str> {
    ClassCounts::of(rows)?.correlation().ok_or("all rows are of one class")
}
