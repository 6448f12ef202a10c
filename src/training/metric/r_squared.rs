//! The coefficient of determination, 1 − MSE/Var(y), with the variance of the targets of the same split, as scikit-learn's
//! `r2_score`. A constant prediction of the split's mean has 0; worse predictions are negative. Of several
//! targets it is of all together, `multioutput="variance_weighted"` there.

use crate::shape::TargetMoments;
use crate::shape::{AxisKind, Direction, MetricFacts, MetricKind, TargetUnit, Values};

pub const METRIC: MetricKind = MetricKind::new(
    "r2",
    "coefficient of determination: 1 − MSE / variance of the target",
    &[],
    include_str!("r_squared.rs"),
    MetricFacts {
        label: "R²",
        heading: "Coefficients of determination",
        definition: "R² is 1 − MSE divided by the variance of the target on the same rows: predicting their mean has 0, and worse predictions are negative.",
        unit: TargetUnit::None,
        direction: Direction::Higher,
        axis: AxisKind::Linear,
        range: (f64::NEG_INFINITY, 1.0),
        values: Values::Derived { from: "mse", value },
    },
);

fn value(mse: f64, target: Option<&TargetMoments>) -> Result<f64, &'static str> {
    let TargetMoments { mean, variance, .. } = *target.ok_or("the variance of the target is not on record")?;
    // A constant that is no binary fraction has a variance of rounding.
    let rounding = 16.0 * f64::EPSILON * mean;
    if variance > rounding * rounding { Ok(1.0 - mse / variance) } else { Err("the target is constant on these rows") }
}
