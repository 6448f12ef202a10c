//! Predicting the mean of the training targets for every row.

use super::{BaselineFacts, BaselineKind, KnownProblem, ProblemRows};
use crate::record::Split;
use crate::shape::weighted_mean;

pub const BASELINE: BaselineKind = BaselineKind::new(
    "mean",
    "predicts the mean of the training targets",
    &[],
    include_str!("mean.rs"),
    BaselineFacts { label: "mean of the target", label_under_l2: None, fitted: None, loss, outputs },
);

fn loss(problem: &KnownProblem<'_>, split: Split) -> Option<f64> {
    problem.targets?[split as usize].map(|target| target.baseline_loss)
}

fn outputs(rows: &dyn ProblemRows, split: Split) -> Option<Vec<f64>> {
    let mean = weighted_mean(rows.targets(Split::Train)?, rows.weights(Split::Train))?;
    rows.targets(split).map(|targets| vec![mean; targets.len()])
}
