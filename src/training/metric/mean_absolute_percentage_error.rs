//! The mean absolute percentage error, as scikit-learn's `mean_absolute_percentage_error`: the mean of |y − ŷ| / max(ε, |y|),
//! with ε = 2⁻⁵², the spacing of f64 at 1. It is a fraction and no per cent: 0.1 means 10 %.
//!
//! A target of 0 counts as one of ε, so that a single one makes the value enormous.

use crate::shape::{AxisKind, Direction, MetricFacts, MetricKind, OfOutputs, TargetUnit, Values, weighted_mean};

pub const METRIC: MetricKind = MetricKind::new(
    "mape",
    "mean absolute percentage error, as a fraction: the mean of |y − ŷ| / |y|",
    &[],
    include_str!("mean_absolute_percentage_error.rs"),
    MetricFacts {
        label: "MAPE",
        heading: "Mean absolute percentage errors",
        definition: "MAPE is the mean of absolute residuals divided by the size of the target, as a fraction \
                     (0.1 is 10 %); a target of 0 counts as 2⁻⁵².",
        unit: TargetUnit::None,
        direction: Direction::Lower,
        axis: AxisKind::Logarithmic,
        range: (0.0, f64::INFINITY),
        values: Values::Outputs(OfOutputs::Numbers(value)),
    },
);

fn value(outputs: &[f64], targets: &[f64], weights: Option<&[f64]>) -> Result<f64, &'static str> {
    let share = |(output, target): (&f64, &f64)| {
        let size = target.abs();
        (target - output).abs() / if size > f64::EPSILON { size } else { f64::EPSILON }
    };
    let shares: Vec<f64> = outputs.iter().zip(targets).map(share).collect();
    weighted_mean(&shares, weights).ok_or("there are no rows")
}

#[cfg(test)]
mod tests {
    #[test]
    fn by_hand() {
        assert_eq!(super::value(&[1.0, -3.0], &[2.0, -2.0], None), Ok(0.5));
        assert_eq!(super::value(&[1.0], &[0.0], None), Ok(2.0_f64.powi(52)));
        assert!(super::value(&[f64::NAN], &[1.0], None).is_ok_and(f64::is_nan));
        assert!(super::value(&[], &[], None).is_err());
    }
}
