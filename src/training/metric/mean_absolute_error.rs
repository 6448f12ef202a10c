//! The mean of absolute residuals, in units of the target: the mean of the absolute error as a loss.

use crate::shape::{AxisKind, Direction, MetricFacts, MetricKind, OfOutputs, TargetUnit, Values, weighted_mean};

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
        values: Values::Loss(Some(OfOutputs::Numbers(value))),
    },
);

/// Folded over the rows in their order.
fn value(outputs: &[f64], targets: &[f64], weights: Option<&[f64]>) -> Result<f64, &'static str> {
    let errors = outputs.iter().zip(targets).map(|(output, target)| (output - target).abs());
    weighted_mean(&errors.collect::<Vec<_>>(), weights).ok_or("there are no rows")
}

#[cfg(test)]
mod tests {
    #[test]
    fn by_hand() {
        assert_eq!(super::value(&[1.0, 2.0, 5.0], &[2.0, 0.0, 5.0], None), Ok(1.0));
        assert!(super::value(&[], &[], None).is_err());
    }
}
