//! The mean of squared residuals: the mean of the squared error as a loss.

use super::kind::{AxisKind, Direction, MetricKind, TargetUnit, Values};

pub const METRIC: MetricKind = MetricKind {
    name: "mse",
    label: "MSE",
    doc: "mean squared error",
    heading: "Mean squared errors",
    definition: "MSE is the mean of squared residuals, without ½ and without a penalty.",
    unit: TargetUnit::TargetSquared,
    direction: Direction::Lower,
    axis: AxisKind::Logarithmic,
    range: (0.0, f64::INFINITY),
    values: Values::Loss,
    revision: 1,
};

/// The objective that training descends, before the penalty, in words of this metric: squared error as a loss is halved.
pub const OBJECTIVE: &str = "MSE/2";
