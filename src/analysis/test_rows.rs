//! Compares trained models row by row, where all seeds test on the same rows. This speaks of these models on new rows, not of the
//! optimizers that trained them: the luck of the one training sample is in both.

use super::contender::Contender;
use super::estimate::PairedDifference;
use super::stability_limits::StabilityLimits;
use crate::metric::MetricKind;
use crate::record::{SeedRepeats, Split, Study, StudyDataset, TestPredictions};
use crate::shape::{Predicted, PredictionKind, mean};

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

/// Two optimizers, compared over the rows that their models were tested on, by the share of each row in the metric.
#[derive(Debug, Clone, Copy)]
pub struct RowComparison {
    /// `second − first`: the mean over the rows of the difference of their losses, each averaged over the seeds.
    pub difference: PairedDifference,
    /// The distance of the first one's mean from the best that there is.
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
    let metric = first.combination.metrics.score;
    let losses = |contender| losses(study, contender).filter(|(losses, _)| losses.len() == rows);
    let ((first, first_as_mean), (second, second_as_mean)) =
        losses(first).zip(losses(second)).ok_or(NoRowTest::NotKept)?;
    let differences: Vec<f64> = first.iter().zip(&second).map(|(first, second)| second - first).collect();
    let found = PairedDifference::of_rows(&differences).zip(mean(&first));
    let (difference, level) = found.ok_or(NoRowTest::NotKept)?;
    let level = metric.distance(level);
    Ok(RowComparison { difference, level, as_mean: (first_as_mean, second_as_mean) })
}

/// The loss of each test row, averaged over the seeds of the best setting, and for how many seeds predicting the mean of the
/// training targets stands in: where the trial did not complete or is unstable. A model that is worse than the mean on the test
/// rows keeps its own losses: to replace it because of these very rows would bias the mean over them.
fn losses(study: &Study, contender: &Contender<'_>) -> Option<(Vec<f64>, usize)> {
    let best = contender.first()?;
    let metric = contender.combination.metrics.score;
    let mut limits = StabilityLimits::of(study, contender.combination);
    let mut all: Vec<Vec<f64>> = Vec::new();
    let mut known: Option<&TestPredictions> = None;
    let mut unusable: Vec<f64> = Vec::new();
    for trial in study.records_of(best.setting) {
        let predictions = study.test_predictions.get(&trial.index);
        known = known.or(predictions);
        if !trial.counts_as_completed() || limits.is_unstable(best.setting, &trial) {
            unusable.push(study.target_of(&trial, Split::Train)?.mean);
            continue;
        }
        let predictions = predictions?;
        all.push(by_row(metric, predictions, &predictions.outputs)?);
    }
    // The rows' targets are those of any other trial.
    let known = known?;
    let as_mean = unusable.len();
    for mean in unusable {
        all.push(by_row_of_mean(metric, known, mean)?);
    }
    let rows = known.targets.len() / known.n_targets.max(1);
    let by_row = (0..rows).map(|row| mean(&all.iter().map(|losses| losses[row]).collect::<Vec<_>>()));
    Some((by_row.collect::<Option<_>>()?, as_mean))
}

/// The share of each row in the metric of predicting the mean of the training targets: of two classes that is the share of class 1. `None`
/// for more classes, whose shares are not known here, and for several targets, whose means are not.
fn by_row_of_mean(metric: &MetricKind, known: &TestPredictions, mean: f64) -> Option<Vec<f64>> {
    let rows = known.targets.len();
    let constant = match known.kind {
        PredictionKind::Numbers | PredictionKind::Probabilities => mean,
        PredictionKind::Scores => 2.0 * mean - 1.0,
    };
    let outputs = vec![constant; rows];
    if known.outputs.len() == rows && known.n_targets == 1 { by_row(metric, known, &outputs) } else { None }
}

/// The share of each row in the metric, times its weight: their mean is the metric, or grows and falls with it.
fn by_row(metric: &MetricKind, known: &TestPredictions, outputs: &[f64]) -> Option<Vec<f64>> {
    let TestPredictions { kind, targets, n_targets, weights, .. } = known;
    let (n_targets, weights) = (*n_targets, weights.as_deref());
    let mut shares = metric.by_row(&Predicted { kind: *kind, outputs, targets, n_targets, weights })?;
    if let Some(weights) = weights {
        shares.iter_mut().zip(weights).for_each(|(share, weight)| *share *= weight);
    }
    Some(shares)
}
