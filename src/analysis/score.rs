//! The number that ranks settings, and the ranking.

use std::cmp::Ordering;

use super::label::number;
use super::sample::{Counts, Sample};
use super::ties::{EpochsNeeded, group_sizes, ordered};
use crate::metric::MetricKind;
use crate::record::{Epoch, Split, Study, StudyAxis, StudyCombination, StudySetting, TaskMetrics, Trial};
use crate::shape::TargetMoments;

/// A setting with the results of its trials.
#[derive(Debug, Clone)]
pub struct SettingResult<'a> {
    pub study: &'a Study,
    /// What its task is measured by.
    pub metrics: &'a TaskMetrics,
    pub setting: &'a StudySetting,
    pub counts: Counts,
    /// The number of trials with a value of the score: those that did not complete, and those whose score is defined.
    pub scored: usize,
    /// The mean and the median of [`Self::score`].
    pub score_mean: Option<f64>,
    pub score_median: Option<f64>,
    /// The mean over the trials with a record.
    pub gradient_evaluations: f64,
    pub learning_rate: Option<f64>,
    /// The number of completed trials beyond the stable limit: unstable, but not yet diverged.
    pub unstable: u32,
    /// The split that the score is computed on.
    pub ranked_on: Split,
    /// The targets of that split, on the problem whose targets are largest.
    pub target: Option<&'a TargetMoments>,
    /// The position among all settings, first by combination, then in a plan in which every list of the file ascends.
    pub ascending_position: (usize, u64),
}

impl SettingResult<'_> {
    /// The score of each trial with a record.
    #[must_use]
    pub fn score(&self) -> Sample {
        sample(self.study, self.setting, self.metrics.score, self.ranked_on, self.study.epoch).unwrap_or_default()
    }

    /// The metric that ranks, of each trial with a record. `None` if the split does not exist.
    #[must_use]
    pub fn metric(&self, split: Split, epoch: Epoch) -> Option<Sample> {
        self.of_metric(self.metrics.score, split, epoch)
    }

    /// Any metric of each trial with a record. `None` if the split does not exist, or no record has the metric.
    #[must_use]
    pub fn of_metric(&self, kind: &MetricKind, split: Split, epoch: Epoch) -> Option<Sample> {
        sample(self.study, self.setting, kind, split, epoch)
    }

    /// The distance of the mean score from the best that there is.
    #[must_use]
    pub fn distance(&self) -> Option<f64> {
        self.score_mean.map(|mean| self.metrics.score.distance(mean))
    }

    /// Whether the mean score is no further from the best that there is than rounding.
    #[must_use]
    pub fn fits_exactly(&self) -> bool {
        self.score_mean.is_some_and(|mean| self.metrics.score.fits_exactly(mean, self.target))
    }

    /// Whether there is a record and no seed diverged or failed.
    #[must_use]
    pub const fn is_clean(&self) -> bool {
        self.counts.completed > 0 && self.counts.diverged == 0 && self.counts.failed == 0
    }
}

/// The value of one record. The worst value if the trial did not complete or did not descend, `None` if the split does not exist or the
/// metric is not defined.
#[must_use]
pub fn value(study: &Study, trial: &Trial<'_>, kind: &MetricKind, split: Split, epoch: Epoch) -> Option<f64> {
    if trial.counts_as_completed() { study.value(trial, kind, split, epoch) } else { Some(kind.worst()) }
}

/// The values of a setting's recorded trials, in the order of the trials, without those whose metric is not defined.
/// `None` if none is left.
#[must_use]
pub fn sample(study: &Study, setting: &StudySetting, kind: &MetricKind, split: Split, epoch: Epoch) -> Option<Sample> {
    let records = study.records_of(setting);
    let values: Vec<f64> = records.filter_map(|trial| value(study, &trial, kind, split, epoch)).collect();
    // Trials that did not complete say nothing of a metric that none of the others has.
    let completed = study.records_of(setting).any(|trial| trial.counts_as_completed());
    let defined = values.iter().any(|value| value.is_finite());
    (!values.is_empty() && (defined || !completed)).then(|| Sample::new(values))
}

/// The positions of the settings from best to worst, without those that have no record.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Ranking {
    pub order: Vec<usize>,
    /// No setting has a finite mean, so settings are ranked by their median.
    pub by_median: bool,
    /// No setting has a finite median either, so none is called best.
    pub none_is_best: bool,
    /// How many others are tied with the first within the metric's resolution: their scores do not tell them apart from it.
    pub tied: usize,
}

/// The distances by which some settings are ranked, without those that have no record, and whether they are of medians: no
/// setting has a finite mean then.
#[must_use]
pub fn keyed(settings: &[SettingResult<'_>], indices: &mut dyn Iterator<Item = usize>) -> (Vec<(f64, usize)>, bool) {
    let indices: Vec<usize> = indices.collect();
    let by_median = !indices.iter().filter_map(|index| settings[*index].score_mean).any(f64::is_finite);
    let key = |index: usize| {
        let result = &settings[index];
        let value = if by_median { result.score_median } else { result.score_mean };
        value.map(|value| result.metrics.score.distance(value))
    };
    (indices.into_iter().filter_map(|index| Some((key(index)?, index))).collect(), by_median)
}

/// Ranks settings. Among tied ones fewer epochs come first.
#[must_use]
pub fn rank(settings: &[SettingResult<'_>], needed: &EpochsNeeded) -> Ranking {
    let (mut keyed, by_median) = keyed(settings, &mut (0..settings.len()));
    let none_is_best = !keyed.is_empty() && keyed.iter().all(|(distance, _)| distance.is_infinite());
    let first = group_sizes(&mut keyed, settings).first().copied().filter(|_| !none_is_best);
    let order = ordered(keyed, settings, needed);
    let by_median = by_median && !order.is_empty();
    Ranking { order, by_median, none_is_best, tied: first.unwrap_or(1).saturating_sub(1) }
}

/// Whether each setting of [`Ranking::order`] is tied with another one. All that diverged are not.
#[must_use]
pub fn ties(settings: &[SettingResult<'_>]) -> Vec<bool> {
    let (keyed, _) = keyed(settings, &mut (0..settings.len()));
    let mut finite: Vec<(f64, usize)> = keyed.into_iter().filter(|(distance, _)| distance.is_finite()).collect();
    group_sizes(&mut finite, settings).into_iter().flat_map(|size| std::iter::repeat_n(size > 1, size)).collect()
}

/// The positions that a combination's settings would have if every list of its grid ascended.
pub struct AscendingOrder {
    /// For each axis: its stride in settings, and the ascending position of each of its points.
    axes: Vec<(u64, Vec<u64>)>,
}

impl AscendingOrder {
    #[must_use]
    pub fn of(combination: &StudyCombination) -> Self {
        let ascending = |(index, axis): (usize, &StudyAxis)| {
            let mut keys: Vec<&str> = axis.columns.iter().map(|(key, _)| key.as_str()).collect();
            keys.sort_unstable();
            let mut points: Vec<usize> = (0..axis.points).collect();
            points.sort_by(|&a, &b| {
                let each = keys.iter().map(|key| by_value(axis.get(key, a), axis.get(key, b)));
                each.fold(Ordering::Equal, Ordering::then)
            });
            let mut places = vec![0; axis.points];
            for (place, point) in (0..).zip(points) {
                places[point] = place;
            }
            (combination.stride(index), places)
        };
        Self { axes: combination.axes.iter().enumerate().map(ascending).collect() }
    }

    #[must_use]
    pub fn get(&self, combination: &StudyCombination, setting: &StudySetting) -> u64 {
        let place =
            |(axis, (stride, places)): (usize, &(u64, Vec<u64>))| stride * places[combination.digit(setting, axis)];
        self.axes.iter().enumerate().map(place).sum()
    }
}

/// The order: absent values, false, true, numbers by size, texts, lists by their elements, then all others by their
/// text.
fn by_value(a: Option<&toml::Value>, b: Option<&toml::Value>) -> Ordering {
    let kind = |value: Option<&toml::Value>| match value {
        None => 0,
        Some(toml::Value::Boolean(_)) => 1,
        Some(toml::Value::Integer(_) | toml::Value::Float(_)) => 2,
        Some(toml::Value::String(_)) => 3,
        Some(toml::Value::Array(_)) => 4,
        Some(_) => 5,
    };
    match (a, b) {
        (Some(toml::Value::String(a)), Some(toml::Value::String(b))) => a.cmp(b),
        (Some(toml::Value::Array(a)), Some(toml::Value::Array(b))) => {
            let each = a.iter().zip(b).map(|(a, b)| by_value(Some(a), Some(b)));
            each.fold(Ordering::Equal, Ordering::then).then(a.len().cmp(&b.len()))
        }
        (Some(a), Some(b)) if kind(Some(a)) == kind(Some(b)) => match (number(a), number(b)) {
            (Some(a), Some(b)) => a.total_cmp(&b),
            _ => a.to_string().cmp(&b.to_string()),
        },
        _ => kind(a).cmp(&kind(b)),
    }
}
