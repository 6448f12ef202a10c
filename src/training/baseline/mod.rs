//! What needs no training and stands beside the trained settings: one file per baseline.

mod kind;
mod lasso;
mod least_squares;
mod mean;

pub use kind::{BaselineFacts, BaselineKind, Fitted, KnownProblem, ProblemRows, WantedBaseline};
pub use least_squares::MOST_PARAMETERS as MOST_EXACT;
/// What a trial is held against that cannot be used.
pub use mean::BASELINE as MEAN;

use crate::registry::Registry;

/// Every baseline that exists.
pub static BASELINES: Registry<BaselineFacts> = Registry {
    noun: "baseline",
    key: "baseline",
    common: &[],
    rows: &[least_squares::BASELINE, lasso::BASELINE, mean::BASELINE],
};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::Split;
    use crate::shape::{PredictionKind, TargetMoments};

    /// Two training rows, one test row, and a solution that predicts 5 for each row.
    struct Rows;

    impl ProblemRows for Rows {
        fn targets(&self, split: Split) -> Option<&[f64]> {
            match split {
                Split::Train => Some(&[1.0, 4.0]),
                Split::Validation => None,
                Split::Test => Some(&[7.0]),
            }
        }

        fn weights(&self, _: Split) -> Option<&[f64]> {
            None
        }

        fn predicts(&self) -> (PredictionKind, usize) {
            (PredictionKind::Numbers, 1)
        }

        fn exact_outputs(&self, split: Split) -> Option<Vec<f64>> {
            Some(vec![5.0; self.targets(split)?.len()])
        }

        fn exact_mean_square(&self, split: Split) -> Option<f64> {
            self.targets(split).map(|_| 0.5)
        }

        fn exact_theta(&self) -> Option<Vec<f64>> {
            Some(vec![5.0])
        }
    }

    #[test]
    fn outputs_by_hand() {
        let of = |baseline: usize| Split::ALL.map(|split| (BASELINES.rows[baseline].outputs)(&Rows, split));
        assert_eq!(of(0), [Some(vec![5.0, 5.0]), None, Some(vec![5.0])]);
        assert_eq!(of(1), of(0));
        assert_eq!(of(2), [Some(vec![2.5, 2.5]), None, Some(vec![2.5])]);
    }

    #[test]
    fn the_mean_needs_no_record_of_the_problem() {
        let moments = TargetMoments { mean: 7.0, variance: 0.0, baseline_loss: 20.25, rows: None };
        let targets = [None, None, Some(moments)];
        let known = KnownProblem { fitted: None, targets: Some(&targets) };
        let of = |split| BASELINES.rows.iter().map(|kind| (kind.loss)(&known, split)).collect::<Vec<_>>();
        assert_eq!(of(Split::Test), [None, None, Some(20.25)]);
        assert_eq!(of(Split::Validation), [None, None, None]);
    }
}
