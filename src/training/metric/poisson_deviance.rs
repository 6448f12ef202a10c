//! The mean Poisson deviance of counts y and predicted means μ, as scikit-learn's `mean_poisson_deviance`: 2·mean(y·ln(y/μ) − y + μ), with
//! y·ln y = 0 at y = 0.
//!
//! It is the metric of the loss `poisson`: twice the mean loss, plus a constant of the targets that makes it 0 where each mean is its
//! target. Under another loss it has no value where some prediction is not positive, or some target negative.

use crate::numeric::elementary::ln_each;
use crate::shape::{AxisKind, Direction, MetricFacts, MetricKind, OfOutputs, TargetUnit, Values, weighted_mean};

pub const METRIC: MetricKind = MetricKind::new(
    "poisson_deviance",
    "mean Poisson deviance of counts and their predicted means",
    &[],
    include_str!("poisson_deviance.rs"),
    MetricFacts {
        label: "Poisson deviance",
        heading: "Poisson deviances",
        definition: "The Poisson deviance is the mean of 2·(y·ln(y/μ) − y + μ) over counts y and predicted means \
                     μ, without a penalty: 0 where each mean is its count.",
        unit: TargetUnit::Target,
        direction: Direction::Lower,
        axis: AxisKind::Logarithmic,
        range: (0.0, f64::INFINITY),
        values: Values::Loss(Some(OfOutputs::Numbers(value))),
    },
);

fn value(means: &[f64], targets: &[f64], weights: Option<&[f64]>) -> Result<f64, &'static str> {
    if targets.iter().any(|target| *target < 0.0) {
        return Err("a target is negative");
    }
    if means.iter().any(|mean| *mean <= 0.0) {
        return Err("a prediction is not positive");
    }
    let ratio = |(mean, target): (&f64, &f64)| if *target == 0.0 { 1.0 } else { target / mean };
    let mut logarithms: Vec<f64> = means.iter().zip(targets).map(ratio).collect();
    ln_each(&mut logarithms);
    let rows = means.iter().zip(targets).zip(&logarithms);
    let terms: Vec<f64> = rows.map(|((mean, target), logarithm)| target * logarithm - target + mean).collect();
    let deviance = 2.0 * weighted_mean(&terms, weights).ok_or("there are no rows")?;
    // A sum of rounding alone may be below 0. A NaN stays.
    Ok(if deviance < 0.0 { 0.0 } else { deviance })
}

#[cfg(test)]
mod tests {
    #[test]
    fn by_hand() {
        let found = super::value(&[1.0, 2.0, 3.0], &[1.0, 4.0, 0.0], None).expect("defined");
        assert!((found - 2.0 * (4.0 * libm::log(2.0) - 2.0 + 3.0) / 3.0).abs() < 1e-15, "{found}");
        assert_eq!(super::value(&[0.3, 7.0], &[0.3, 7.0], None), Ok(0.0));
        assert!(super::value(&[f64::NAN], &[1.0], None).is_ok_and(f64::is_nan));
        for (means, targets) in [([1.0, 0.0], [1.0, 1.0]), ([1.0, -1.0], [1.0, 1.0]), ([1.0, 1.0], [1.0, -1.0])] {
            assert!(super::value(&means, &targets, None).is_err());
        }
        assert!(super::value(&[], &[], None).is_err());
    }
}
