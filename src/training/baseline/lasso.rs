//! The exact minimiser of J on the training rows under an l1 penalty: the lasso, or with l2 too the elastic net.

use super::least_squares::MOST_PARAMETERS;
use super::{BaselineFacts, BaselineKind, Fitted, KnownProblem, ProblemRows};
use crate::record::Split;

pub const BASELINE: BaselineKind = BaselineKind::new(
    "lasso",
    "the minimiser of the training objective with its l1 penalty",
    &[],
    include_str!("lasso.rs"),
    BaselineFacts {
        label: "lasso",
        label_under_l2: Some("elastic net"),
        label_of_classes: None,
        fitted: Some(Fitted {
            most_parameters: MOST_PARAMETERS,
            under_l1: true,
            loss: |rows: &dyn ProblemRows, split| rows.exact_mean_square(split),
            theta: |rows: &dyn ProblemRows| rows.exact_theta(),
        }),
        loss: |problem: &KnownProblem<'_>, split: Split| problem.fitted?.values[split as usize],
        outputs: |rows: &dyn ProblemRows, split| rows.exact_outputs(split),
    },
);
