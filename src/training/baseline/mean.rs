//! Predicting the mean of the training targets for every row. Of classes that is the share of each in the training
//! rows, as scikit-learn's `DummyClassifier(strategy="prior")`: the largest class is decided for. Where scores of two
//! classes are no probabilities it is the mean of −1 and 1.

use super::{BaselineFacts, BaselineKind, KnownProblem, ProblemRows};
use crate::record::Split;
use crate::shape::{PredictionKind, means_of_targets, weighted_mean};

pub const BASELINE: BaselineKind = BaselineKind::new(
    "mean",
    "predicts the mean of the training targets, of classes their shares",
    &[],
    include_str!("mean.rs"),
    BaselineFacts {
        label: "mean of the target",
        label_under_l2: None,
        label_of_classes: Some("shares of the classes"),
        fitted: None,
        loss,
        outputs,
    },
);

fn loss(problem: &KnownProblem<'_>, split: Split) -> Option<f64> {
    problem.targets?[split as usize].map(|target| target.baseline_loss)
}

fn outputs(rows: &dyn ProblemRows, split: Split) -> Option<Vec<f64>> {
    let (targets, outputs) = (rows.targets(Split::Train)?, rows.targets(split)?.len());
    let count = match rows.predicts() {
        (PredictionKind::Numbers, n_targets) => outputs.checked_div(n_targets)?,
        _ => outputs,
    };
    let weights = rows.weights(Split::Train);
    let means: Vec<f64> = match rows.predicts() {
        (PredictionKind::Scores, 1) => vec![2.0 * weighted_mean(targets, weights)? - 1.0],
        (PredictionKind::Numbers, n_targets) => means_of_targets(targets, n_targets, weights)?,
        (_, 1) => vec![weighted_mean(targets, weights)?],
        (_, outputs) => {
            let is = |class: usize| targets.iter().map(|target| f64::from(*target == class as f64)).collect::<Vec<_>>();
            (0..outputs).map(|class| weighted_mean(&is(class), weights)).collect::<Option<_>>()?
        }
    };
    Some(means.into_iter().flat_map(|mean| std::iter::repeat_n(mean, count)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Classes 0, 1, 1, 1 in the training rows, and two test rows.
    struct Classes(PredictionKind, usize);

    impl ProblemRows for Classes {
        fn targets(&self, split: Split) -> Option<&[f64]> {
            match split {
                Split::Train => Some(&[0.0, 1.0, 1.0, 1.0]),
                Split::Validation => None,
                Split::Test => Some(&[1.0, 0.0]),
            }
        }

        fn weights(&self, _: Split) -> Option<&[f64]> {
            None
        }

        fn predicts(&self) -> (PredictionKind, usize) {
            (self.0, self.1)
        }

        fn exact_outputs(&self, _: Split) -> Option<Vec<f64>> {
            None
        }

        fn exact_mean_square(&self, _: Split) -> Option<f64> {
            None
        }

        fn exact_theta(&self) -> Option<Vec<f64>> {
            None
        }
    }

    #[test]
    fn each_target_has_its_mean() {
        // The training rows as two rows of two targets; the test rows as one.
        let of = outputs(&Classes(PredictionKind::Numbers, 2), Split::Test);
        assert_eq!(of, Some(vec![0.5, 1.0]));
    }

    #[test]
    fn of_classes_it_is_their_shares() {
        let of = |kind, count| outputs(&Classes(kind, count), Split::Test);
        assert_eq!(of(PredictionKind::Probabilities, 1), Some(vec![0.75, 0.75]));
        assert_eq!(of(PredictionKind::Probabilities, 3), Some(vec![0.25, 0.25, 0.75, 0.75, 0.0, 0.0]));
        assert_eq!(of(PredictionKind::Scores, 1), Some(vec![0.5, 0.5]));
        assert_eq!(outputs(&Classes(PredictionKind::Scores, 1), Split::Validation), None);
    }
}
