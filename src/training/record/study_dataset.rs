//! A data set of a study: its facts, what the seeds repeat on it, and where its rows come from.

use super::data_facts::DataFacts;
use crate::shape::PredictionKind;

/// A data set as reporting sees it.
#[derive(Debug, Clone, PartialEq)]
pub struct StudyDataset {
    pub facts: DataFacts,
    pub repeats: SeedRepeats,
    /// The path of its file, or the name of the source that generates it. Data sets of one origin are not independent.
    pub origin: String,
}

/// What changes from seed to seed, and with it what a difference over the seeds speaks of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SeedRepeats {
    /// Every seed draws rows of its own.
    FreshData,
    /// Every seed splits the same rows anew.
    Splits,
    /// Rows and split are held: only batches and starts change, if anything does.
    Training,
}

/// What a model predicts for test rows, beside the truth.
#[derive(Debug, Clone, PartialEq)]
pub struct TestPredictions {
    /// What they are.
    pub kind: PredictionKind,
    /// `[outputs, test rows]`
    pub outputs: Vec<f64>,
    /// `[n_targets, test rows]`
    pub targets: std::sync::Arc<[f64]>,
    /// The number of targets of a row.
    pub n_targets: usize,
    /// How much each row counts, `[test rows]`, with mean 1; `None` if all count the same.
    pub weights: Option<std::sync::Arc<[f64]>>,
}
