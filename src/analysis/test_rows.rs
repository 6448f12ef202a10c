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

/// Two optimizers, compared over the rows that their models were tested on.
#[derive(Debug, Clone, Copy)]
pub struct RowComparison {
    /// `second − first`: the mean over the rows of the difference of their losses, each averaged over the seeds.
    pub difference: PairedDifference,
    /// The mean loss of the first one.
    pub level: f64,
    /// The seeds at which predicting the mean stands in for the first and for the second one.
    pub as_mean: (usize, usize),
}

/// # Errors
/// Why there is no such test.
pub fn compare(
    study: &Study,
    first: &Contender<'_>,
    second: &Contender<'_>,
    n_test: u64,
) -> Result<RowComparison, NoRowTest> {
    let rows = usize::try_from(n_test).unwrap_or(usize::MAX);
    if rows < FEWEST_ROWS {
        return Err(NoRowTest::FewRows(rows));
    }
    let losses = |contender| losses(study, contender).filter(|(losses, _)| losses.len() == rows);
    let ((first, first_as_mean), (second, second_as_mean)) =
        losses(first).zip(losses(second)).ok_or(NoRowTest::NotKept)?;
    let differences: Vec<f64> = first.iter().zip(&second).map(|(first, second)| second - first).collect();
    let found = PairedDifference::of_rows(&differences).zip(mean(&first));
    let (difference, level) = found.ok_or(NoRowTest::NotKept)?;
    Ok(RowComparison { difference, level, as_mean: (first_as_mean, second_as_mean) })
}

/// The loss of each test row, averaged over the seeds of the best setting, and for how many seeds predicting the mean of the
/// training targets stands in: where the trial did not complete or is unstable. A model that is worse than the mean on the test
/// rows keeps its own losses: to replace it because of these very rows would bias the mean over them.
fn losses(study: &Study, contender: &Contender<'_>) -> Option<(Vec<f64>, usize)> {
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
        let TestPredictions { outputs, targets, .. } = predictions?;
        all.push(metric.by_row(outputs, targets)?);
    }
    // The rows' targets are those of any other trial.
    let targets = targets?;
    let as_mean = unusable.len();
    for constant in unusable {
        all.push(metric.by_row(&vec![constant; targets.len()], targets)?);
    }
    let by_row = (0..targets.len()).map(|row| mean(&all.iter().map(|losses| losses[row]).collect::<Vec<_>>()));
    Some((by_row.collect::<Option<_>>()?, as_mean))
}
