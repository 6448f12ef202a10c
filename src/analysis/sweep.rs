//! The learning-rate sweep of one optimizer: series of settings that differ only in the rate.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::basin::{Basin, RateScore, basin};
use super::label::{label, linked_to_rate};
use super::optima::Optima;
use super::range::Range;
use super::score::SettingResult;
use super::ties::{EpochsNeeded, ordered};
use crate::record::{Id, ProblemRecord, Split, Stopped, Study, StudyCombination, StudySetting};
use crate::shape::{Regime, TargetMoments};
use crate::theory::{ExactCurve, descent_bound, largest_stable_rate};

/// Settings of one optimizer that differ only in the learning rate and in the keys linked to it.
#[derive(Debug, Clone)]
pub struct RateSeries {
    /// `batch 16, mom 0.9`. Empty if only the rate varies.
    pub label: String,
    /// Positions among the combination's settings, in ascending order of rate.
    pub settings: Vec<usize>,
    pub basin: Option<Basin>,
    /// The regime that theory assigns to the method. `None` if theory says nothing about it.
    pub regime: Option<Regime>,
    /// The largest stable rate, over the splits of the seeds.
    pub limit: Option<Range>,
    /// The rate below which gradient descent is known to descend, over the splits of the seeds. Larger rates need not diverge, so
    /// it says nothing of a trial.
    pub bound: Option<Range>,
    /// What is known of the minima of J under a smooth loss other than the squared error.
    pub optima: Option<Optima>,
    /// The number of steps of each trial, if all completed trials ran to their last epoch.
    pub steps: Option<u64>,
    /// The distinct problems that the trials were trained on.
    pub problems: Vec<Id>,
}

/// The series of a combination, given the settings of each. The series with the best score comes first, and ties are in the
/// order of the plan.
#[must_use]
pub fn series(
    study: &Study,
    combination: &StudyCombination,
    results: &[SettingResult<'_>],
    varying: &[String],
    groups: Vec<Vec<usize>>,
    needed: &EpochsNeeded,
) -> Vec<RateSeries> {
    let problems = &study.problems;
    let linked = linked_to_rate(combination);
    let label_keys: Vec<String> = varying.iter().filter(|key| !linked.contains(key.as_str())).cloned().collect();
    // With each series: its best setting, if that has a finite score.
    let mut all: Vec<(Option<usize>, u64, RateSeries)> = Vec::with_capacity(groups.len());
    for settings in groups {
        let rate = |index: usize| results[index].learning_rate.unwrap_or(f64::INFINITY);
        let first = combination.hyperparameters(results[settings[0]].setting);
        let label = label(&first, &label_keys, &study.labels);
        let regime = study.regime(results[settings[0]].setting);
        let known = problems_of(study, settings.iter().map(|&index| results[index].setting));
        let limits: Vec<f64> = regime.map_or_else(Vec::new, |regime| {
            known.iter().filter_map(|id| largest_stable_rate(regime, problems.get(id)?)).collect()
        });
        let limit = Range::of(&limits);
        let bound = regime.filter(|regime| matches!(regime, Regime::OtherLoss { .. })).and_then(|_| {
            let curvatures = known.iter().filter_map(|id| study.curvatures.get(id));
            Range::of(&curvatures.filter_map(|curvature| descent_bound(*curvature)).collect::<Vec<_>>())
        });
        let optima =
            regime.filter(|regime| matches!(regime, Regime::OtherLoss { .. })).and_then(|_| Optima::of(study, &known));
        let scores: Vec<RateScore> = settings
            .iter()
            .map(|&index| RateScore {
                rate: rate(index),
                score: results[index].distance(),
                unstable: results[index].unstable > 0,
            })
            .collect();
        let finite = |index: &usize| Some((results[*index].distance()?, *index)).filter(|(mean, _)| mean.is_finite());
        let best = ordered(settings.iter().filter_map(finite).collect(), results, needed).first().copied();
        let place = best.and_then(|best| settings.iter().position(|index| *index == best));
        let basin = place.zip(best).and_then(|(place, best)| {
            let resolution = results[best].metrics.score.resolution(
                results[best].score_mean?,
                results[best].target,
                results[best].scored,
            );
            basin(&scores, place, resolution, limit.map(|limit| limit.low))
        });
        let steps = full_steps(study, settings.iter().map(|&index| results[index].setting));
        let order = settings.iter().map(|&index| results[index].setting.index).min().unwrap_or(0);
        all.push((
            best,
            u64::from(order),
            RateSeries { label, settings, basin, regime, limit, bound, optima, steps, problems: known },
        ));
    }
    let bests = all.iter().filter_map(|(best, ..)| Some((results[(*best)?].distance()?, (*best)?)));
    let order = ordered(bests.collect(), results, needed);
    let places: HashMap<usize, usize> = order.into_iter().zip(0..).collect();
    let place = |best: Option<usize>| best.and_then(|best| places.get(&best).copied()).unwrap_or(usize::MAX);
    all.sort_by_key(|(best, order, _)| (place(*best), *order));
    all.into_iter().map(|(_, _, series)| series).collect()
}

/// The distinct problems of some settings' trials, in the order of the trials.
#[must_use]
pub fn problems_of<'a>(study: &Study, settings: impl Iterator<Item = &'a StudySetting>) -> Vec<Id> {
    let mut seen = HashSet::new();
    let mut ids: Vec<Id> = Vec::new();
    for trial in settings.flat_map(|setting| study.records_of(setting)) {
        if let Some(id) = trial.problem_number().filter(|number| seen.insert(*number)).and_then(|_| trial.problem()) {
            ids.push(id);
        }
    }
    ids
}

/// The targets of a split on that of some problems whose targets are largest.
#[must_use]
pub fn largest_of<'a>(study: &'a Study, problems: &[Id], split: Split) -> Option<&'a TargetMoments> {
    let known = problems.iter().filter_map(|id| study.targets.get(id)?[split as usize].as_ref());
    known.max_by(|a, b| a.root_mean_square().total_cmp(&b.root_mean_square()))
}

/// The steps of the completed trials. `None` if a stopping rule ended one of them, or if they differ.
fn full_steps<'a>(study: &Study, settings: impl Iterator<Item = &'a StudySetting>) -> Option<u64> {
    let mut steps = None;
    for trial in settings.flat_map(|setting| study.records_of(setting)) {
        if let Some(stopped) = trial.stopped() {
            if stopped != Stopped::Epochs || steps.is_some_and(|steps| steps != trial.steps()) {
                return None;
            }
            steps = Some(trial.steps());
        }
    }
    steps
}

impl RateSeries {
    /// The number of seeds whose own best rate lies in the basin, and the number of seeds with a score. `None` if the series has no
    /// basin, or does not depend on the seed.
    #[must_use]
    pub fn seeds_inside(&self, study: &Study, results: &[SettingResult<'_>]) -> Option<(usize, usize)> {
        let basin = self.basin.as_ref()?;
        let seeds = self.settings.iter().map(|index| results[*index].setting.n_trials as usize).max()?;
        if self.settings.iter().any(|index| results[*index].setting.deterministic) {
            return None;
        }
        let score = |position: usize, seed: usize| {
            let result = &results[self.settings[position]];
            let trial = study.trials.get(result.setting.trials().nth(seed)?);
            let metric = result.metrics.score;
            let value = study.value(&trial, metric, result.ranked_on, study.epoch)?;
            trial.counts_as_completed().then(|| metric.distance(value))
        };
        let (mut inside, mut known) = (0, 0);
        for seed in 0..seeds {
            let scores = (0..self.settings.len()).filter_map(|position| Some((score(position, seed)?, position)));
            let Some((_, best)) = scores.min_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1))) else { continue };
            known += 1;
            inside += usize::from((basin.low..=basin.high).contains(&best));
        }
        Some((inside, known))
    }

    /// The exact curves of the problems. Empty for minibatches, and if the trials differ in their number of steps.
    #[must_use]
    pub fn exact_curves(&self, problems: &BTreeMap<Id, ProblemRecord>) -> Vec<ExactCurve> {
        self.exact_curves_of_problems(problems).into_iter().map(|(_, curve)| curve).collect()
    }

    /// The same, each with its problem.
    #[must_use]
    pub fn exact_curves_of_problems(&self, problems: &BTreeMap<Id, ProblemRecord>) -> Vec<(Id, ExactCurve)> {
        let (Some(Regime::Full(recurrence)), Some(steps)) = (self.regime, self.steps) else {
            return Vec::new();
        };
        let curve = |id: &Id| Some((*id, ExactCurve::new(problems.get(id)?, recurrence, steps)?));
        self.problems.iter().filter_map(curve).collect()
    }

    /// Whether the objective of the exact curves includes a penalty.
    #[must_use]
    pub fn has_penalty(&self, problems: &BTreeMap<Id, ProblemRecord>) -> bool {
        self.problems.iter().filter_map(|id| problems.get(id)).any(|problem| problem.l2 > 0.0)
    }
}
