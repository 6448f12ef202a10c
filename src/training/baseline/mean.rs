//! Predicting the mean of the training targets for every row.

use super::BaselineKind;
use crate::record::{ProblemRecord, Split};

pub const BASELINE: BaselineKind = BaselineKind {
    name: "mean",
    label: "mean of the target",
    doc: "predicts the mean of the training targets",
    label_under_l2: None,
    loss,
};

fn loss(problem: &ProblemRecord, split: Split) -> Option<f64> {
    problem.targets.as_ref()?[split as usize].map(|target| target.baseline_loss)
}
