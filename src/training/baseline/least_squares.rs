//! The exact minimiser of J on the training rows: least squares, or ridge under an l2 penalty.

use super::{BaselineFacts, BaselineKind, KnownProblem, ProblemRows};
use crate::record::Split;

pub const BASELINE: BaselineKind = BaselineKind::new(
    "exact",
    "the minimiser of the training objective",
    &[],
    include_str!("least_squares.rs"),
    BaselineFacts {
        label: "least squares",
        label_under_l2: Some("ridge"),
        needs_record: true,
        loss,
        outputs: |rows: &dyn ProblemRows, split| rows.exact_outputs(split),
    },
);

fn loss(problem: &KnownProblem<'_>, split: Split) -> Option<f64> {
    let record = problem.record?;
    match split {
        Split::Train => Some(record.exact_train_mse),
        Split::Validation => record.exact_validation_mse,
        Split::Test => record.exact_test_mse,
    }
}
