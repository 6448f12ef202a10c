//! The number that ranks settings, and the ranking.

use std::cmp::Ordering;

use super::estimate::{Counts, Sample, ten_digits};
use crate::record::{Score, Split, Study, StudySetting, Trial};

/// A setting beside what its trials came to.
#[derive(Debug, Clone)]
pub struct SettingResult<'a> {
    pub study: &'a Study,
    pub setting: &'a StudySetting,
    pub counts: Counts,
    /// The mean and the median of [`Self::score`].
    pub score_mean: Option<f64>,
    pub score_median: Option<f64>,
    /// Mean over the trials that have a record.
    pub gradient_evaluations: f64,
    pub learning_rate: Option<f64>,
    /// Completed trials beyond the stable limit: unstable, not yet diverged.
    pub unstable: u32,
    /// The split that scores.
    pub ranked_on: Split,
}

impl SettingResult<'_> {
    /// The score of each trial that has a record.
    #[must_use]
    pub fn score(&self) -> Sample {
        sample(self.study, self.setting, self.ranked_on, self.study.score).unwrap_or_default()
    }

    /// An MSE of each trial that has a record, at the epoch that scores; `None` where the split does not exist.
    #[must_use]
    pub fn mse(&self, split: Split, score: Score) -> Option<Sample> {
        sample(self.study, self.setting, split, score)
    }

    /// No seed diverged or failed, and there is a record.
    #[must_use]
    pub const fn is_clean(&self) -> bool {
        self.counts.completed > 0 && self.counts.diverged == 0 && self.counts.failed == 0
    }
}

/// The value of one record; +∞ where it did not complete, `None` where the split does not exist.
#[must_use]
pub fn value(trial: &Trial<'_>, split: Split, score: Score) -> Option<f64> {
    if trial.is_completed() { trial.mse(split, score) } else { Some(f64::INFINITY) }
}

/// The values of a setting's recorded trials, in the order of its trials. `None` where no trial has a record, or a
/// completed one lacks the split.
#[must_use]
pub fn sample(study: &Study, setting: &StudySetting, split: Split, score: Score) -> Option<Sample> {
    let records = study.records_of(setting);
    let values: Vec<f64> = records.map(|trial| value(&trial, split, score)).collect::<Option<_>>()?;
    (!values.is_empty()).then(|| Sample::new(values))
}

/// Settings from best to worst, as positions; those without any record are left out.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Ranking {
    pub order: Vec<usize>,
    /// No setting has a finite score: they are ranked by their median.
    pub by_median: bool,
}

/// Ranks by the mean over seeds, +∞ where one diverged or failed; if no setting is finite, by the median. What differs
/// beyond ten digits is a tie: no data decides it. Ties go to
/// fewer gradient evaluations, then to the order of the plan.
#[must_use]
pub fn rank(settings: &[SettingResult<'_>]) -> Ranking {
    let by_median = !settings.iter().filter_map(|setting| setting.score_mean).any(f64::is_finite);
    let key = |index: usize| if by_median { settings[index].score_median } else { settings[index].score_mean };
    let mut keyed: Vec<(f64, usize)> =
        (0..settings.len()).filter_map(|index| Some((ten_digits(key(index)?), index))).collect();
    keyed.sort_by(|a, b| a.0.total_cmp(&b.0).then_with(|| tie(&settings[a.1], &settings[b.1])));
    let order: Vec<usize> = keyed.into_iter().map(|(_, index)| index).collect();
    let by_median = by_median && !order.is_empty();
    Ranking { order, by_median }
}

fn tie(a: &SettingResult<'_>, b: &SettingResult<'_>) -> Ordering {
    a.gradient_evaluations.total_cmp(&b.gradient_evaluations).then(a.setting.index.cmp(&b.setting.index))
}
