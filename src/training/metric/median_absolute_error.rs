//! The median of absolute residuals, in units of the target: half of the rows are predicted at least as well. With
//! weights it is where half of the weight lies below, as in scikit-learn: between two rows that it parts evenly,
//! their mean.

use crate::shape::{AxisKind, Direction, MetricFacts, MetricKind, OfOutputs, TargetUnit, Values};

pub const METRIC: MetricKind = MetricKind::new(
    "median_absolute_error",
    "median absolute error: half of the rows are predicted at least as well",
    &[],
    include_str!("median_absolute_error.rs"),
    MetricFacts {
        label: "median absolute error",
        heading: "Median absolute errors",
        definition: "The median absolute error is the median of absolute residuals, in units of the target; of \
                     an even number of rows, the mean of the middle two.",
        unit: TargetUnit::Target,
        direction: Direction::Lower,
        axis: AxisKind::Logarithmic,
        range: (0.0, f64::INFINITY),
        values: Values::Outputs(OfOutputs::Numbers(value)),
    },
);

fn value(outputs: &[f64], targets: &[f64], weights: Option<&[f64]>) -> Result<f64, &'static str> {
    let mut errors: Vec<f64> = outputs.iter().zip(targets).map(|(output, target)| (output - target).abs()).collect();
    if errors.is_empty() {
        return Err("there are no rows");
    }
    // A NaN sorts last, and would hide behind the median.
    if errors.iter().any(|error| error.is_nan()) {
        return Ok(f64::NAN);
    }
    if let Some(weights) = weights {
        return weighted_median(&errors, weights).ok_or("there are no rows");
    }
    let middle = errors.len() / 2;
    let (below, upper, _) = errors.select_nth_unstable_by(middle, f64::total_cmp);
    let upper = *upper;
    let lower = below.iter().copied().fold(0.0, f64::max);
    Ok(if errors.len().is_multiple_of(2) { lower + (upper - lower) / 2.0 } else { upper })
}

/// `None` if all weights are zero.
fn weighted_median(errors: &[f64], weights: &[f64]) -> Option<f64> {
    let mut rows: Vec<(f64, f64)> = errors.iter().copied().zip(weights.iter().copied()).collect();
    rows.retain(|(_, weight)| *weight > 0.0);
    rows.sort_by(|a, b| a.0.total_cmp(&b.0));
    let half = rows.iter().fold(0.0, |sum, (_, weight)| sum + weight) / 2.0;
    let mut below = 0.0;
    for (position, (error, weight)) in rows.iter().enumerate() {
        below += weight;
        if below >= half {
            let next = rows.get(position + 1).filter(|_| below == half);
            return Some(next.map_or(*error, |(next, _)| error + (next - error) / 2.0));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    #[test]
    fn by_hand() {
        assert_eq!(super::value(&[1.0, 2.0, 5.0], &[2.0, 0.0, 5.0], None), Ok(1.0));
        assert_eq!(super::value(&[4.0, 2.0, 5.0, 0.0], &[0.0; 4], None), Ok(3.0));
        let weighted = |weights: [f64; 4]| super::value(&[4.0, 2.0, 5.0, 0.0], &[0.0; 4], Some(&weights));
        assert_eq!(weighted([1.0, 1.0, 2.0, 0.0]), Ok(4.5));
        assert_eq!((weighted([1.0; 4]), weighted([0.5, 4.0, 1.0, 1.0])), (Ok(3.0), Ok(2.0)));
        assert!(weighted([0.0; 4]).is_err());
        assert!(super::value(&[f64::NAN, 1.0, 1.0], &[0.0; 3], None).is_ok_and(f64::is_nan));
        assert!(super::value(&[], &[], None).is_err());
    }
}
