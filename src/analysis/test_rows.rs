//! Compares trained models row by row, where all seeds test on the same rows. This speaks of these models on new rows, not of the
//! optimizers that trained them: the luck of the one training sample is in both.

use super::contender::Contender;
use super::estimate::PairedDifference;
use super::stability_limits::StabilityLimits;
use crate::record::{SeedRepeats, Split, Study, StudyDataset, TestPredictions};
use crate::shape::mean;

/// With fewer test rows a held split says nothing of new rows.
pub const FEWEST_ROWS: usize = 20;

/// Whether all seeds of a data set share its test rows, and these are enough to be tested over.
#[must_use]
pub fn tests_over_rows(dataset: &StudyDataset) -> bool {
    dataset.repeats == SeedRepeats::Training && dataset.facts.n_test >= FEWEST_ROWS as u64
}

/// Why there is no test over the rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoRowTest {
    /// There are fewer than [`FEWEST_ROWS`].
    FewRows(usize),
    /// The predictions for them are not kept, or the metric is no mean over rows.
    NotKept,
}

/// `second − first`: the mean over the rows of the difference of their losses, each averaged over the seeds.
///
/// # Errors
/// Why there is no such test.
pub fn compare(
    study: &Study,
    first: &Contender<'_>,
    second: &Contender<'_>,
    n_test: u64,
) -> Result<PairedDifference, NoRowTest> {
    let rows = usize::try_from(n_test).unwrap_or(usize::MAX);
    if rows < FEWEST_ROWS {
        return Err(NoRowTest::FewRows(rows));
    }
    let losses = |contender| losses(study, contender).filter(|losses| losses.len() == rows);
    let (first, second) = losses(first).zip(losses(second)).ok_or(NoRowTest::NotKept)?;
    let differences: Vec<f64> = first.iter().zip(&second).map(|(first, second)| second - first).collect();
    PairedDifference::of(&differences, 0.0).ok_or(NoRowTest::NotKept)
}

/// The loss of each test row, averaged over the seeds of the best setting. Predicting the mean of the training targets stands in
/// for a trial that did not complete or is unstable, and never for one because of its test rows: models that are picked by the
/// rows they are tested on are no longer tested by them.
fn losses(study: &Study, contender: &Contender<'_>) -> Option<Vec<f64>> {
    let best = contender.first()?;
    let metric = study.metric;
    let mut limits = StabilityLimits::of(study, contender.combination);
    let mut all: Vec<Vec<f64>> = Vec::new();
    let mut targets = None;
    let mut unusable: Vec<f64> = Vec::new();
    for trial in study.records_of(best.setting) {
        let predictions = study.test_predictions.get(&trial.index);
        targets = targets.or_else(|| predictions.map(|predictions| &predictions.targets));
        if !trial.counts_as_completed() || limits.is_unstable(best.setting, &trial) {
            unusable.push(study.target_of(&trial, Split::Train)?.mean);
            continue;
        }
        let TestPredictions { outputs, targets } = predictions?;
        all.push(metric.by_row(outputs, targets)?);
    }
    // The rows' targets are those of any other trial.
    let targets = targets?;
    for constant in unusable {
        all.push(metric.by_row(&vec![constant; targets.len()], targets)?);
    }
    (0..targets.len()).map(|row| mean(&all.iter().map(|losses| losses[row]).collect::<Vec<_>>())).collect()
}
