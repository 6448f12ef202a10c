//! The mean of absolute residuals, in units of the target: the mean of the absolute error as a loss.

use crate::shape::{AxisKind, Direction, MetricFacts, MetricKind, TargetUnit, Values};

pub const METRIC: MetricKind = MetricKind::new(
    "mae",
    "mean absolute error",
    &[],
    include_str!("mean_absolute_error.rs"),
    MetricFacts {
        label: "MAE",
        heading: "Mean absolute errors",
        definition: "MAE is the mean of absolute residuals, in units of the target.",
        unit: TargetUnit::Target,
        direction: Direction::Lower,
        axis: AxisKind::Logarithmic,
        range: (0.0, f64::INFINITY),
        values: Values::Loss(Some(value)),
    },
);

/// Folded over the rows in their order.
fn value(outputs: &[f64], targets: &[f64]) -> Result<f64, &'static str> {
    let sum = outputs.iter().zip(targets).fold(0.0, |sum, (output, target)| sum + (output - target).abs());
    if targets.is_empty() { Err("there are no rows") } else { Ok(sum / targets.len() as f64) }
}

#[cfg(test)]
mod tests {
    #[test]
    fn by_hand() {
        assert_eq!(super::value(&[1.0, 2.0, 5.0], &[2.0, 0.0, 5.0]), Ok(1.0));
        assert!(super::value(&[], &[]).is_err());
    }
}
