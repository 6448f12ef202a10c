//! The square root of the mean squared error, in units of the target.

use crate::shape::{AxisKind, Direction, MetricFacts, MetricKind, TargetUnit, Values};

pub const METRIC: MetricKind = MetricKind::new(
    "rmse",
    "root mean squared error",
    &[],
    include_str!("root_mean_squared_error.rs"),
    MetricFacts {
        label: "RMSE",
        heading: "Root mean squared errors",
        definition: "RMSE is the square root of the mean of squared residuals, in units of the target.",
        unit: TargetUnit::Target,
        direction: Direction::Lower,
        axis: AxisKind::Logarithmic,
        range: (0.0, f64::INFINITY),
        values: Values::Derived { from: "mse", value: |mse, _| Ok(mse.sqrt()) },
    },
);
