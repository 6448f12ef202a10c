//! A row of the registry of baselines, and what a baseline is computed from.

use crate::record::{ProblemRecord, Split, SplitMoments};
use crate::registry::Row;

/// One row of the registry of baselines. Its name is the word in tables, and its `doc` stands in `sweep list`.
pub type BaselineKind = Row<BaselineFacts>;

/// What the registry knows of a baseline.
#[derive(Debug, Clone, Copy)]
pub struct BaselineFacts {
    /// The words in reports.
    pub label: &'static str,
    /// Its name under an l2 penalty, before the penalty; `None` if it is the same for every model and penalty.
    pub label_under_l2: Option<&'static str>,
    /// Whether it exists only where theory has the problem's record.
    pub needs_record: bool,
    /// Its mean loss on a split, from what is stored; `None` if the split does not exist, or too little is stored.
    pub loss: fn(&KnownProblem<'_>, Split) -> Option<f64>,
    /// Its outputs for the rows of a split, `[rows]`; `None` if the split does not exist, or the data do not allow it.
    pub outputs: fn(&dyn ProblemRows, Split) -> Option<Vec<f64>>,
}

/// What is stored of a problem.
#[derive(Debug, Clone, Copy)]
pub struct KnownProblem<'a> {
    pub record: Option<&'a ProblemRecord>,
    pub targets: Option<&'a SplitMoments>,
}

/// The rows of a problem, where its data is.
pub trait ProblemRows {
    /// The targets of a split, `[rows]`; `None` if it has no rows.
    fn targets(&self, split: Split) -> Option<&[f64]>;

    /// The outputs of the exact minimiser of J on the training rows, `[rows]`; `None` if it is not computed for this problem.
    fn exact_outputs(&self, split: Split) -> Option<Vec<f64>>;
}
