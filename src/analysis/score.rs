//! The number that ranks settings, and the ranking.

use std::cmp::Ordering;

use super::estimate::{Counts, Sample};
use crate::record::{Score, Split, StudySetting, TrialRecord};

/// A setting beside what its trials came to.
#[derive(Debug, Clone)]
pub struct SettingResult<'a> {
    pub setting: &'a StudySetting,
    pub counts: Counts,
    /// The score of each trial that has a record.
    pub score: Sample,
    /// Mean over the trials that have a record.
    pub gradient_evaluations: f64,
    pub learning_rate: Option<f64>,
    /// Completed trials beyond the stable limit: unstable, not yet diverged.
    pub unstable: usize,
}

impl SettingResult<'_> {
    /// An MSE of each trial that has a record, at the epoch that scores; `None` where the split does not exist.
    #[must_use]
    pub fn mse(&self, split: Split, score: Score) -> Option<Sample> {
        sample(self.setting, split, score)
    }

    /// No seed diverged or failed, and there is a record.
    #[must_use]
    pub const fn is_clean(&self) -> bool {
        self.counts.completed > 0 && self.counts.diverged == 0 && self.counts.failed == 0
    }
}

/// The value of one record; +∞ where it did not complete, `None` where the split does not exist.
#[must_use]
pub fn value(record: &TrialRecord, split: Split, score: Score) -> Option<f64> {
    if !record.outcome.is_completed() {
        return Some(f64::INFINITY);
    }
    match score {
        Score::Final => record.last(split),
        Score::Best => record.best(split),
    }
}

/// The values of a setting's recorded trials, in the order of its trials. `None` where no trial has a record, or a
/// completed one lacks the split.
#[must_use]
pub fn sample(setting: &StudySetting, split: Split, score: Score) -> Option<Sample> {
    let records = setting.trials.iter().filter_map(|trial| trial.record.as_deref());
    let values: Vec<f64> = records.map(|record| value(record, split, score)).collect::<Option<_>>()?;
    (!values.is_empty()).then(|| Sample::new(values))
}

/// Settings from best to worst, as positions; those without any record are left out.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Ranking {
    pub order: Vec<usize>,
    /// No setting has a finite score: they are ranked by their median.
    pub by_median: bool,
}

/// Ranks by the mean over seeds, +∞ where one diverged or failed; if no setting is finite, by the median. Ties go to
/// fewer gradient evaluations, then to the order of the plan.
#[must_use]
pub fn rank(settings: &[SettingResult<'_>]) -> Ranking {
    let means: Vec<Option<f64>> = settings.iter().map(|setting| setting.score.mean()).collect();
    let by_median = !means.iter().flatten().any(|mean| mean.is_finite());
    let keys: Vec<Option<f64>> =
        if by_median { settings.iter().map(|setting| setting.score.median()).collect() } else { means };
    let mut order: Vec<usize> = (0..settings.len()).filter(|&index| keys[index].is_some()).collect();
    order.sort_by(|&a, &b| {
        let value = |index: usize| keys[index].unwrap_or(f64::INFINITY);
        value(a).total_cmp(&value(b)).then_with(|| tie(&settings[a], &settings[b]))
    });
    let by_median = by_median && !order.is_empty();
    Ranking { order, by_median }
}

fn tie(a: &SettingResult<'_>, b: &SettingResult<'_>) -> Ordering {
    a.gradient_evaluations.total_cmp(&b.gradient_evaluations).then(a.setting.index.cmp(&b.setting.index))
}
