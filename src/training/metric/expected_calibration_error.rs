//! The expected calibration error of the probability of the class that is decided for, in 15 bins of equal width: Σ_b
//! |rows found − Σ p| / rows, over the rows of each bin ((b − 1)/15, b/15] that their largest probability p lies in.
//! A row is found if its class is the one decided for.
//!
//! It is 0 where of the rows with probability p a share of p is found, and depends on the bins. C. Guo et al., On
//! calibration of modern neural networks, 2017.

use crate::shape::{AxisKind, ClassRows, Direction, MetricFacts, MetricKind, OfOutputs, TargetUnit, Values};

pub const METRIC: MetricKind = MetricKind::new(
    "expected_calibration_error",
    "expected calibration error: how far probabilities are from the share of rows they hold for",
    &[],
    include_str!("expected_calibration_error.rs"),
    MetricFacts {
        label: "calibration error",
        heading: "Calibration errors",
        definition: "The calibration error is the mean over rows of the distance, within 15 bins of the largest \
                     probability, between its mean and the share of rows that are found.",
        unit: TargetUnit::None,
        direction: Direction::Lower,
        axis: AxisKind::Logarithmic,
        range: (0.0, 1.0),
        values: Values::Outputs(OfOutputs::Probabilities(value)),
    },
);

/// The bins of equal width over [0, 1], here and in figures of calibration.
pub const BINS: usize = 15;

fn value(rows: &ClassRows<'_>) -> Result<f64, &'static str> {
    let (mut excess, mut total) = ([0.0; BINS], 0.0);
    for (row, (&code, decided)) in rows.codes().iter().zip(rows.decided()).enumerate() {
        let (probability, weight) = (rows.score(decided, row), rows.weight(row));
        let found = if code == decided { 1.0 } else { 0.0 };
        let above = libm::ceil(BINS as f64 * probability) as usize;
        excess[above.clamp(1, BINS) - 1] += weight * (found - probability);
        total += weight;
    }
    let sum = excess.iter().fold(0.0, |sum, excess: &f64| sum + excess.abs());
    if total > 0.0 { Ok(sum / total) } else { Err("all weights are zero") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shape::{Predicted, PredictionKind};

    /// 0.75 and 0.75 of one found and one missed row: |1 − 1.5|; 0.5 of a found one: 0.5.
    #[test]
    fn by_hand() {
        let predicted = |outputs, targets| Predicted {
            kind: PredictionKind::Probabilities,
            outputs,
            targets,
            n_targets: 1,
            weights: None,
        };
        assert_eq!(METRIC.of_outputs(&predicted(&[0.75, 0.25, 0.5], &[1.0, 1.0, 0.0])), Ok(1.0 / 3.0));
        assert_eq!(METRIC.of_outputs(&predicted(&[0.0, 1.0], &[0.0, 1.0])), Ok(0.0));
    }
}
