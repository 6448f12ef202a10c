//! A row of the registry of baselines, and what a baseline is computed from.

use crate::record::{BaselineRecord, Split, SplitMoments};
use crate::registry::Row;
use crate::shape::{MetricKind, PredictionKind};

/// One row of the registry of baselines. Its name is the word in tables, and its `doc` stands in `sweep list`.
pub type BaselineKind = Row<BaselineFacts>;

/// What the registry knows of a baseline.
#[derive(Debug, Clone, Copy)]
pub struct BaselineFacts {
    /// The words in reports.
    pub label: &'static str,
    /// Its name under an l2 penalty, before the penalty; `None` if it is the same for every model and penalty.
    pub label_under_l2: Option<&'static str>,
    /// Its name where the target is classes; `None` if it is the same.
    pub label_of_classes: Option<&'static str>,
    /// How it is fitted to the training rows, so that its mean loss must be stored; `None` if that follows from the targets.
    /// A fitted baseline exists only for least squares.
    pub fitted: Option<Fitted>,
    /// Its mean loss on a split, from what is stored; `None` if the split does not exist, or too little is stored.
    pub loss: fn(&KnownProblem<'_>, Split) -> Option<f64>,
    /// Its predictions for the rows of a split, `[outputs, rows]`; `None` if the split does not exist, or the data do
    /// not allow it.
    pub outputs: fn(&dyn ProblemRows, Split) -> Option<Vec<f64>>,
}

/// What is stored of a baseline that is fitted to the training rows.
#[derive(Debug, Clone, Copy)]
pub struct Fitted {
    /// The most parameters that it is computed for.
    pub most_parameters: usize,
    /// Whether it is of problems under an l1 penalty, one for each, or of those without.
    pub under_l1: bool,
    /// Its mean loss on a split; `None` if the split does not exist, or the data do not allow it.
    pub loss: fn(&dyn ProblemRows, Split) -> Option<f64>,
    /// Its parameters, `[d]`.
    pub theta: fn(&dyn ProblemRows) -> Option<Vec<f64>>,
}

/// A metric of a baseline that is wanted. Without l1 in its fit, l1 is 0.
#[derive(Debug, Clone, Copy)]
pub struct WantedBaseline {
    pub kind: &'static BaselineKind,
    pub metric: &'static MetricKind,
    pub l1: f64,
}

/// What is stored of a problem.
#[derive(Debug, Clone, Copy)]
pub struct KnownProblem<'a> {
    /// The stored mean loss of a fitted baseline.
    pub fitted: Option<&'a BaselineRecord>,
    pub targets: Option<&'a SplitMoments>,
}

/// The rows of a problem, where its data is.
pub trait ProblemRows {
    /// The targets of a split, `[n_targets, rows]`; `None` if it has no rows.
    fn targets(&self, split: Split) -> Option<&[f64]>;

    /// How much each row of a split counts, `[rows]`, with mean 1; `None` if all count the same.
    fn weights(&self, split: Split) -> Option<&[f64]>;

    /// What the predictions of the model are, and how many there are of a row.
    fn predicts(&self) -> (PredictionKind, usize);

    /// The outputs of the exact minimiser of J on the training rows, `[rows]`; `None` if it is not computed for this
    /// problem.
    fn exact_outputs(&self, split: Split) -> Option<Vec<f64>>;

    /// Its mean squared error on a split, and its parameters, `[d]`. They keep digits that outputs in f64 lose.
    fn exact_mean_square(&self, split: Split) -> Option<f64>;
    fn exact_theta(&self) -> Option<Vec<f64>>;
}
