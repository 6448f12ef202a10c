//! The median of absolute residuals, in units of the target: half of the rows are predicted at least as well.

use crate::shape::{AxisKind, Direction, MetricFacts, MetricKind, TargetUnit, Values};

pub const METRIC: MetricKind = MetricKind::new(
    "median_absolute_error",
    "median absolute error: half of the rows are predicted at least as well",
    &[],
    include_str!("median_absolute_error.rs"),
    MetricFacts {
        label: "median absolute error",
        heading: "Median absolute errors",
        definition: "The median absolute error is the median of absolute residuals, in units of the target; of an even number of rows, the mean of the middle two.",
        unit: TargetUnit::Target,
        direction: Direction::Lower,
        axis: AxisKind::Logarithmic,
        range: (0.0, f64::INFINITY),
        values: Values::Outputs(value),
    },
);

fn value(outputs: &[f64], targets: &[f64]) -> Result<f64, &'static str> {
    let mut errors: Vec<f64> = outputs.iter().zip(targets).map(|(output, target)| (output - target).abs()).collect();
    if errors.is_empty() {
        return Err("there are no rows");
    }
    // A NaN sorts last, and would hide behind the median.
    if errors.iter().any(|error| error.is_nan()) {
        return Ok(f64::NAN);
    }
    let middle = errors.len() / 2;
    let (below, upper, _) = errors.select_nth_unstable_by(middle, f64::total_cmp);
    let upper = *upper;
    let lower = below.iter().copied().fold(0.0, f64::max);
    Ok(if errors.len().is_multiple_of(2) { lower + (upper - lower) / 2.0 } else { upper })
}

#[cfg(test)]
mod tests {
    #[test]
    fn by_hand() {
        assert_eq!(super::value(&[1.0, 2.0, 5.0], &[2.0, 0.0, 5.0]), Ok(1.0));
        assert_eq!(super::value(&[4.0, 2.0, 5.0, 0.0], &[0.0; 4]), Ok(3.0));
        assert!(super::value(&[f64::NAN, 1.0, 1.0], &[0.0; 3]).is_ok_and(f64::is_nan));
        assert!(super::value(&[], &[]).is_err());
    }
}
