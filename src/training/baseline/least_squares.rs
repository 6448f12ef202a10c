//! The exact minimiser of J on the training rows: least squares, or ridge under an l2 penalty.

use super::BaselineKind;
use crate::record::{ProblemRecord, Split};

pub const BASELINE: BaselineKind = BaselineKind {
    name: "exact",
    label: "least squares",
    doc: "the minimiser of the training objective",
    label_under_l2: Some("ridge"),
    loss,
};

fn loss(problem: &ProblemRecord, split: Split) -> Option<f64> {
    match split {
        Split::Train => Some(problem.exact_train_mse),
        Split::Validation => problem.exact_validation_mse,
        Split::Test => problem.exact_test_mse,
    }
}
