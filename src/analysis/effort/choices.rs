//! The settings of one optimizer on one task in the order in which each seed chooses them, with what it reports of each.

use std::collections::{BTreeMap, BTreeSet};

use crate::analysis::baselines::mean_of_targets;
use crate::analysis::contender::Contender;
use crate::analysis::estimate::Level;
use crate::analysis::score::value;
use crate::analysis::stability_limits::StabilityLimits;
use crate::analysis::task::Task;
use crate::analysis::tuned::at_most;
use crate::record::{Id, Split, Study, StudySetting, Trial};

/// The settings of one optimizer that have a record at every seed, in the order of choice of each seed.
#[derive(Debug, Clone, PartialEq)]
pub struct Choices {
    /// In the order of the study's seeds; a single one if no setting depends on the seed.
    pub seeds: Vec<SeedChoices>,
    /// The number of settings that lack a record at some seed.
    pub left_out: usize,
}

/// The settings at one seed.
#[derive(Debug, Clone, PartialEq)]
pub struct SeedChoices {
    /// What is reported of each setting, in the order of choice. A trial that cannot be used counts as predicting the mean of the
    /// training targets, and so does one that is worse than that; NaN where the metric is not defined.
    pub reported: Vec<f64>,
    /// Whether what is reported is that of predicting the mean, in the same order.
    pub capped: Vec<bool>,
    /// The position of each setting among those of the contender, in the same order.
    pub settings: Vec<usize>,
    /// The distance of the first one on the rows that rank. `None` if no trial of the seed can be used.
    pub chosen: Option<f64>,
    /// The distance of predicting the mean of the training targets on the rows that rank, and its value on the rows that compare.
    pub baseline: (Option<f64>, Option<f64>),
}

impl Choices {
    #[must_use]
    pub fn of(study: &Study, task: &Task<'_>, contender: &Contender<'_>) -> Self {
        let has_records = |index: &usize| {
            let mut trials = contender.settings[*index].setting.trials();
            trials.all(|trial| study.trials.get(trial).has_record())
        };
        let complete: Vec<usize> = contender.ranking.order.iter().copied().filter(has_records).collect();
        let settings = complete.iter().map(|&index| contender.settings[index].setting);
        let seeds = settings.map(|setting| setting.n_trials as usize).max().unwrap_or(0);
        let mut limits = StabilityLimits::of(study, contender.combination);
        let mut of_seed = |seed: usize| SeedChoices::of(study, task, contender, &complete, &mut limits, seed);
        let left_out = contender.settings.len() - complete.len();
        Self { seeds: (0..seeds).map(&mut of_seed).collect(), left_out }
    }

    /// The number of settings.
    #[must_use]
    pub fn settings(&self) -> usize {
        self.seeds.first().map_or(0, |seed| seed.reported.len())
    }

    /// The number of seeds at which predicting the mean may stand in for the best of so many settings.
    #[must_use]
    pub fn capped(&self, drawn: usize) -> usize {
        let may_be_chosen = |seed: &&SeedChoices| {
            let last = (seed.capped.len() + 1).saturating_sub(drawn);
            seed.capped[..last.min(seed.capped.len())].contains(&true)
        };
        self.seeds.iter().filter(may_be_chosen).count()
    }

    /// The best of some settings at each seed, which chooses among them: the level, the setting that most seeds choose, and the number
    /// of seeds at which predicting the mean stands in. `None` if a seed has none of them, or no value.
    #[must_use]
    pub fn among(&self, task: &Task<'_>, settings: &BTreeSet<usize>) -> Option<(Level, usize, usize)> {
        let mut chosen: BTreeMap<usize, usize> = BTreeMap::new();
        let (mut values, mut capped) = (Vec::new(), 0);
        for seed in &self.seeds {
            let place = seed.settings.iter().position(|setting| settings.contains(setting))?;
            *chosen.entry(seed.settings[place]).or_default() += 1;
            values.push(seed.reported[place]);
            capped += usize::from(seed.capped[place]);
        }
        let setting = chosen.iter().max_by(|a, b| a.1.cmp(b.1).then(b.0.cmp(a.0))).map(|(setting, _)| *setting)?;
        if values.iter().any(|value| value.is_nan()) {
            return None;
        }
        Some((task.level_of(&values)?, setting, capped))
    }

    /// The choices at one seed of the study; those of the only trial where nothing depends on the seed.
    #[must_use]
    pub fn at(&self, seed: usize) -> Option<&SeedChoices> {
        if self.seeds.len() == 1 { self.seeds.first() } else { self.seeds.get(seed) }
    }
}

/// The trial of a setting at a seed.
pub fn trial_at<'a>(study: &'a Study, setting: &StudySetting, seed: usize) -> Option<Trial<'a>> {
    let at = if setting.deterministic { 0 } else { seed };
    setting.trials().nth(at).map(|trial| study.trials.get(trial))
}

impl SeedChoices {
    /// As in `tuned`, but of all settings: on rows that are drawn anew each seed has its own order, on held rows all have the order of
    /// the mean score.
    fn of(
        study: &Study,
        task: &Task<'_>,
        contender: &Contender<'_>,
        settings: &[usize],
        limits: &mut StabilityLimits<'_>,
        seed: usize,
    ) -> Self {
        let metric = task.metric;
        let trials: Vec<Option<Trial<'_>>> =
            settings.iter().map(|&index| trial_at(study, contender.settings[index].setting, seed)).collect();
        let problem: Option<Id> = trials.iter().flatten().find_map(Trial::problem);
        let baseline = |split: Split| problem.and_then(|problem| mean_of_targets(study, metric, &problem, split));
        let (on_ranked, on_compared) = (baseline(task.ranked_on), baseline(task.compared_on));
        // The distance that chooses, what is reported, and whether the baseline stands in.
        let mut of_trial = |(&index, trial): (&usize, &Option<Trial<'_>>)| {
            let lost = (f64::INFINITY, on_compared.unwrap_or_else(|| metric.worst()), true);
            let Some(trial) = trial else { return lost };
            if !trial.counts_as_completed() || limits.is_unstable(contender.settings[index].setting, trial) {
                return lost;
            }
            let Some(score) = study.value(trial, metric, task.ranked_on, study.epoch) else { return lost };
            let found = value(study, trial, metric, task.compared_on, study.epoch).unwrap_or(f64::NAN);
            let (value, capped) = at_most(metric, found, on_compared);
            (metric.distance(score), value, capped)
        };
        let found: Vec<(f64, f64, bool)> = settings.iter().zip(&trials).map(&mut of_trial).collect();
        let mut order: Vec<usize> = (0..settings.len()).collect();
        let held = task.design.is_some_and(|design| design.holds_rows() && task.compared_on == Split::Test);
        if !held {
            sort(&mut order, &|place| found[place].0, &|distance| {
                let target = contender.settings.first().and_then(|result| result.target);
                metric.resolution(distance, target, 1)
            });
        }
        Self {
            reported: order.iter().map(|&place| found[place].1).collect(),
            capped: order.iter().map(|&place| found[place].2).collect(),
            settings: order.iter().map(|&place| settings[place]).collect(),
            chosen: order.first().map(|&place| found[place].0).filter(|distance| distance.is_finite()),
            baseline: (on_ranked.map(|value| metric.distance(value)), on_compared),
        }
    }
}

/// Sorts by distance. Those within the resolution of the smallest keep the order of the ranking, then those within that of the
/// smallest of the rest, and so on.
fn sort(order: &mut [usize], distance: &dyn Fn(usize) -> f64, resolution: &dyn Fn(f64) -> f64) {
    order.sort_by(|&a, &b| distance(a).total_cmp(&distance(b)).then(a.cmp(&b)));
    let mut rest = order;
    while let Some(&first) = rest.first() {
        let lowest = distance(first);
        let within = if lowest.is_finite() { resolution(lowest) } else { 0.0 };
        let tied = rest.iter().take_while(|place| distance(**place) == lowest || distance(**place) - lowest <= within);
        let (group, after) = rest.split_at_mut(tied.count());
        group.sort_unstable();
        rest = after;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ties_keep_the_order_of_the_ranking() {
        let distances = [3.0, 1.05, 1.0, f64::INFINITY, 2.0, f64::INFINITY];
        let mut order: Vec<usize> = (0..6).collect();
        sort(&mut order, &|place| distances[place], &|_| 0.1);
        assert_eq!(order, [1, 2, 4, 0, 3, 5]);
    }
}
