//! Ties among settings: which scores differ by no more than rounding, and which of the tied settings comes first.

use std::cmp::Ordering;
use std::collections::HashMap;

use super::score::SettingResult;
use crate::metric::MetricKind;
use crate::record::{CurveRow, Study};
use crate::shape::TargetMoments;

/// The evaluated epoch after which a setting's score has come within 1 % of where it ends, for the settings that were asked for.
#[derive(Debug, Clone, Default)]
pub struct EpochsNeeded(HashMap<u32, u64>);

/// At most this many settings have their curves read. Ties among more go to fewer gradient evaluations.
const MOST_READ: usize = 10_000;

impl EpochsNeeded {
    /// Reads the curves of these settings in one pass.
    #[must_use]
    pub fn read(study: &Study, mut settings: Vec<&SettingResult<'_>>) -> Self {
        settings.sort_unstable_by_key(|result| result.setting.first_trial);
        settings.dedup_by_key(|result| result.setting.index);
        if settings.is_empty() || settings.len() > MOST_READ {
            return Self::default();
        }
        let trials: Vec<usize> = settings.iter().flat_map(|result| result.setting.trials()).collect();
        let mut epochs: Vec<Vec<u64>> = vec![Vec::new(); settings.len()];
        study.curves.read(&trials, &mut |trial, curve| {
            let at = settings.partition_point(|result| result.setting.first_trial as usize <= trial).saturating_sub(1);
            epochs[at].extend(epochs_of_trial(settings[at], trial, curve));
        });
        let median = |mut epochs: Vec<u64>| {
            epochs.sort_unstable();
            epochs.get(epochs.len().saturating_sub(1) / 2).copied()
        };
        let of_setting =
            |(result, epochs): (&SettingResult<'_>, Vec<u64>)| Some((result.setting.index, median(epochs)?));
        Self(settings.into_iter().zip(epochs).filter_map(of_setting).collect())
    }

    /// The median over the seeds. `None` if it was not asked for, or no curve of the score is on record.
    #[must_use]
    pub fn of(&self, result: &SettingResult<'_>) -> Option<u64> {
        self.0.get(&result.setting.index).copied()
    }
}

/// The first evaluated epoch whose score is within 1 % of the trial's, or equal to it up to rounding.
fn epochs_of_trial(result: &SettingResult<'_>, trial: usize, curve: CurveRow<'_>) -> Option<u64> {
    let study = result.study;
    let trial = study.trials.get(trial);
    let metric = result.metrics.score;
    let score = study.value(&trial, metric, result.ranked_on, study.epoch)?;
    let enough = 1.01 * metric.distance(score) + metric.resolution(score, result.target, 1);
    let values = curve.values(metric, result.ranked_on, study.target_of(&trial, result.ranked_on));
    let mut known = curve.epoch.iter().zip(values);
    known.find_map(|(epoch, value)| (metric.distance(value?) <= enough).then_some(*epoch))
}

/// The given settings from best to worst, each with its distance: of the mean score, which is +∞ if a seed diverged or failed, or
/// of the median if no setting has a finite mean. Settings that are tied within the metric's resolution with the best of them are
/// in the order of their losses if the score counts rows, and else of [`by_cost`]; then follow those tied with the best of the
/// rest, and so on. All code that names a best setting uses this order.
#[must_use]
pub fn ordered(mut keyed: Vec<(f64, usize)>, settings: &[SettingResult<'_>], needed: &EpochsNeeded) -> Vec<usize> {
    let mut rest = keyed.as_mut_slice();
    for size in group_sizes(rest, settings) {
        let (group, after) = rest.split_at_mut(size);
        if group[0].0.is_finite() {
            let losses = losses(group, settings);
            let loss = |index: usize| losses.get(&index).copied().unwrap_or(f64::INFINITY);
            group.sort_by(|a, b| {
                loss(a.1).total_cmp(&loss(b.1)).then_with(|| by_cost(&settings[a.1], &settings[b.1], needed))
            });
        }
        rest = after;
    }
    keyed.into_iter().map(|(_, index)| index).collect()
}

/// The mean loss of each of some tied settings, where the score counts rows: a model that predicts one class for every row may find as
/// many as a good one. Empty for other scores, and where settings differ in their loss.
fn losses(group: &[(f64, usize)], settings: &[SettingResult<'_>]) -> HashMap<usize, f64> {
    let metrics = settings[group[0].1].metrics;
    let Some(loss) = metrics.loss().filter(|_| group.len() > 1 && metrics.score.counts_rows()) else {
        return HashMap::new();
    };
    let mean = |index: usize| {
        let result = &settings[index];
        Some(loss.distance(result.of_metric(loss, result.ranked_on, result.study.epoch)?.mean()?))
    };
    group.iter().filter_map(|(_, index)| Some((*index, mean(*index)?))).collect()
}

/// Sorts settings by distance, and returns the sizes of the groups of tied ones, best first.
#[must_use]
pub fn group_sizes(keyed: &mut [(f64, usize)], settings: &[SettingResult<'_>]) -> Vec<usize> {
    keyed.sort_by(|a, b| a.0.total_cmp(&b.0).then(position(&settings[a.1]).cmp(&position(&settings[b.1]))));
    let (mut rest, mut sizes) = (&*keyed, Vec::new());
    while !rest.is_empty() {
        let size = tied(rest, settings);
        sizes.push(size);
        rest = &rest[size..];
    }
    sizes
}

/// The number of leading settings that are tied with the first; they are in ascending order of distance.
#[must_use]
pub fn tied(keyed: &[(f64, usize)], settings: &[SettingResult<'_>]) -> usize {
    let Some(&(best, first)) = keyed.first() else { return 0 };
    let resolution = resolution_at(settings[first].metrics.score, best, settings[first].target, settings[first].scored);
    keyed.iter().take_while(|(distance, _)| is_tied(best, *distance, resolution)).count()
}

/// The metric's resolution at a distance, of a mean over so many seeds.
#[must_use]
pub fn resolution_at(metric: &MetricKind, distance: f64, target: Option<&TargetMoments>, n: usize) -> f64 {
    metric.resolution(metric.at_distance(distance), target, n)
}

/// Whether a distance is tied with a smaller one: equal to it, also at +∞, or no further from it than the resolution there.
fn is_tied(best: f64, distance: f64, resolution: f64) -> bool {
    distance == best || distance - best <= resolution
}

/// The rank of each distance, 1 for the smallest. Those tied with the smallest share the mean of their ranks; then follow those tied
/// with the smallest of the rest, and so on, as in [`ordered`]. `resolution` is that of a metric at the distance of a position.
#[must_use]
pub fn midranks(distances: &[f64], resolution: &dyn Fn(usize) -> f64) -> Vec<f64> {
    let mut order: Vec<usize> = (0..distances.len()).collect();
    order.sort_by(|&a, &b| distances[a].total_cmp(&distances[b]));
    let mut ranks = vec![0.0; distances.len()];
    let (mut rest, mut before) = (order.as_slice(), 0);
    while let Some(&first) = rest.first() {
        let (best, resolution) = (distances[first], resolution(first));
        let tied = rest.iter().take_while(|index| is_tied(best, distances[**index], resolution)).count();
        for &index in &rest[..tied] {
            ranks[index] = before as f64 + f64::midpoint(1.0, tied as f64);
        }
        before += tied;
        rest = &rest[tied..];
    }
    ranks
}

/// Fewer epochs to within 1 % of the score, then fewer gradient evaluations, then the plan in which every list ascends.
fn by_cost(a: &SettingResult<'_>, b: &SettingResult<'_>, needed: &EpochsNeeded) -> Ordering {
    let epochs = |result: &SettingResult<'_>| needed.of(result).unwrap_or(u64::MAX);
    (epochs(a).cmp(&epochs(b)))
        .then(a.gradient_evaluations.total_cmp(&b.gradient_evaluations))
        .then(position(a).cmp(&position(b)))
}

const fn position(result: &SettingResult<'_>) -> (usize, u64) {
    result.ascending_position
}

#[cfg(test)]
mod tests {
    use super::*;

    /// SciPy 1.17.1: `stats.rankdata([3, 1, inf, 1, 2, inf, 1])`.
    #[test]
    fn equal_distances_share_the_mean_of_their_ranks() {
        let distances = [3.0, 1.0, f64::INFINITY, 1.0, 2.0, f64::INFINITY, 1.0];
        assert_eq!(midranks(&distances, &|_| 0.0), [5.0, 2.0, 6.5, 2.0, 4.0, 6.5, 2.0]);
        assert_eq!(midranks(&[], &|_| 0.0), [0.0; 0]);
    }

    /// SciPy 1.17.1: `stats.rankdata([1, 0, 0, 1, 2])`, after rounding to multiples of the resolution.
    #[test]
    fn distances_within_the_resolution_are_tied() {
        let distances = [1.0 + 3e-10, 2e-16, 1e-16, 1.0, 2.0];
        let resolution = |index: usize| crate::metric::mse().resolution(distances[index], None, 1) + 1e-15;
        assert_eq!(midranks(&distances, &resolution), [3.5, 1.5, 1.5, 3.5, 5.0]);
        // Each is compared with the best of its group, as where settings are ordered.
        assert_eq!(midranks(&[0.0, 0.6, 1.2], &|_| 1.0), [1.5, 1.5, 3.0]);
    }
}
