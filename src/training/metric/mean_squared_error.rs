//! The mean of squared residuals: the mean of the squared error as a loss.

use crate::shape::{AxisKind, Direction, MetricFacts, MetricKind, OfOutputs, TargetUnit, Values, weighted_mean};

pub const METRIC: MetricKind = MetricKind::new(
    "mse",
    "mean squared error",
    &[],
    include_str!("mean_squared_error.rs"),
    MetricFacts {
        label: "MSE",
        heading: "Mean squared errors",
        definition: "MSE is the mean of squared residuals, without ½ and without a penalty.",
        unit: TargetUnit::TargetSquared,
        direction: Direction::Lower,
        axis: AxisKind::Logarithmic,
        range: (0.0, f64::INFINITY),
        values: Values::Loss(Some(OfOutputs::Numbers(value))),
    },
);

fn value(outputs: &[f64], targets: &[f64], weights: Option<&[f64]>) -> Result<f64, &'static str> {
    let squares = outputs.iter().zip(targets).map(|(output, target)| (output - target) * (output - target));
    weighted_mean(&squares.collect::<Vec<_>>(), weights).ok_or("there are no rows")
}
