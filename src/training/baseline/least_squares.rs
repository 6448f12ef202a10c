//! The exact minimiser of J on the training rows: least squares, or ridge under an l2 penalty.

use super::{BaselineFacts, BaselineKind, Fitted, KnownProblem, ProblemRows};
use crate::record::Split;

/// The most parameters of which it is computed: those with which rows are reduced by QR.
pub const MOST_PARAMETERS: usize = 2048;

pub const BASELINE: BaselineKind = BaselineKind::new(
    "exact",
    "the minimiser of the training objective",
    &[],
    include_str!("least_squares.rs"),
    BaselineFacts {
        label: "least squares",
        label_under_l2: Some("ridge"),
        label_of_classes: None,
        fitted: Some(Fitted {
            most_parameters: MOST_PARAMETERS,
            under_l1: false,
            loss: |rows: &dyn ProblemRows, split| rows.exact_mean_square(split),
            theta: |rows: &dyn ProblemRows| rows.exact_theta(),
        }),
        loss: |problem: &KnownProblem<'_>, split: Split| problem.fitted?.values[split as usize],
        outputs: |rows: &dyn ProblemRows, split| rows.exact_outputs(split),
    },
)
.revised(2);
