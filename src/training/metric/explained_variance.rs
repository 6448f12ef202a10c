//! The explained variance, 1 − Var(y − ŷ)/Var(y), with the variances of the rows of the same split, as scikit-learn's
//! `explained_variance_score`. It is R² of predictions whose mean residual is taken off: it forgives a constant bias.
//!
//! Of a constant target it has no value, where scikit-learn gives 1 or 0 by convention.

use crate::shape::{AxisKind, Direction, MetricFacts, MetricKind, OfOutputs, TargetUnit, Values, weighted_mean};

pub const METRIC: MetricKind = MetricKind::new(
    "explained_variance",
    "explained variance: 1 − variance of the residuals / variance of the target",
    &[],
    include_str!("explained_variance.rs"),
    MetricFacts {
        label: "explained variance",
        heading: "Explained variances",
        definition: "The explained variance is 1 − the variance of the residuals divided by that of the target \
                     on the same rows: R², but for a constant bias, which it forgives.",
        unit: TargetUnit::None,
        direction: Direction::Higher,
        axis: AxisKind::Linear,
        range: (f64::NEG_INFINITY, 1.0),
        values: Values::Outputs(OfOutputs::Numbers(value)),
    },
);

fn value(outputs: &[f64], targets: &[f64], weights: Option<&[f64]>) -> Result<f64, &'static str> {
    let residuals: Vec<f64> = outputs.iter().zip(targets).map(|(output, target)| target - output).collect();
    let (center, variance) = moments(targets, weights).ok_or("there are no rows")?;
    let (_, unexplained) = moments(&residuals, weights).ok_or("there are no rows")?;
    // A constant that is no binary fraction has a variance of rounding.
    let rounding = 16.0 * f64::EPSILON * center;
    if variance > rounding * rounding {
        Ok(1.0 - unexplained / variance)
    } else {
        Err("the target is constant on these rows")
    }
}

/// The mean, and the mean squared deviation from it, folded over the rows in their order. `None` without rows.
fn moments(values: &[f64], weights: Option<&[f64]>) -> Option<(f64, f64)> {
    let center = weighted_mean(values, weights)?;
    let squares: Vec<f64> = values.iter().map(|value| (value - center) * (value - center)).collect();
    Some((center, weighted_mean(&squares, weights)?))
}

#[cfg(test)]
mod tests {
    #[test]
    fn by_hand() {
        assert_eq!(super::value(&[11.0, 12.0, 14.0], &[1.0, 2.0, 4.0], None), Ok(1.0), "a constant bias is forgiven");
        assert_eq!(super::value(&[0.0, 0.0], &[1.0, 3.0], None), Ok(0.0));
        assert!(super::value(&[1.0, 2.0], &[0.1, 0.1], None).is_err());
        assert!(super::value(&[], &[], None).is_err());
    }
}
