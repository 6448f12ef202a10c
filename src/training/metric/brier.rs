//! The Brier score, the mean over rows of Σ_j (p_j − 1{y = j})², as scikit-learn's `brier_score_loss` from 1.8 on: of
//! two classes half of that, which is the mean of (p − y)² of class 1's probability p and lies between 0 and 1; of
//! more classes it lies between 0 and 2. G. W. Brier, Verification of forecasts expressed in terms of probability,
//! 1950.

use crate::shape::{
    AxisKind, ClassRows, Direction, MetricFacts, MetricKind, OfOutputs, TargetUnit, Values, weighted_mean,
};

pub const METRIC: MetricKind = MetricKind::new(
    "brier",
    "Brier score: the mean squared distance of the probabilities from the class",
    &[],
    include_str!("brier.rs"),
    MetricFacts {
        label: "Brier score",
        heading: "Brier scores",
        definition: "The Brier score is the mean of Σ (p − 1)² of the probability of a row's class and p² of \
                     those of the others; of two classes half of that, the mean of (p − y)².",
        unit: TargetUnit::None,
        direction: Direction::Lower,
        axis: AxisKind::Logarithmic,
        range: (0.0, 2.0),
        values: Values::Outputs(OfOutputs::Probabilities(value)),
    },
);

fn value(rows: &ClassRows<'_>) -> Result<f64, &'static str> {
    let mut squares = vec![0.0; rows.n_rows()];
    for class in 0..rows.n_classes() {
        for (row, (square, &code)) in squares.iter_mut().zip(rows.codes()).enumerate() {
            let error = rows.score(class, row) - if code == class { 1.0 } else { 0.0 };
            *square += error * error;
        }
    }
    let score = weighted_mean(&squares, rows.weights()).ok_or("all weights are zero")?;
    Ok(if rows.n_classes() == 2 { 0.5 * score } else { score })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shape::{Predicted, PredictionKind};

    #[test]
    fn by_hand() {
        let of = |outputs: &[f64], targets: &[f64]| {
            METRIC.of_outputs(&Predicted {
                kind: PredictionKind::Probabilities,
                outputs,
                targets,
                n_targets: 1,
                weights: None,
            })
        };
        assert_eq!(of(&[0.75, 0.5], &[1.0, 0.0]), Ok(0.15625));
        assert_eq!(of(&[0.25, 0.5, 0.75, 0.5], &[1.0, 0.0]), Ok(0.15625), "two outputs of two classes");
        assert_eq!(of(&[0.25, 0.25, 0.5], &[2.0]), Ok(0.375));
        assert!(of(&[0.75], &[2.0]).is_err());
    }
}
