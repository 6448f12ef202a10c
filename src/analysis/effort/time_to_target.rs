//! How many gradient evaluations each optimizer needs to reach a target, as in AlgoPerf (Dahl et al., 2023): of all settings of a
//! seed the fastest counts, and a seed at which none gets there is cut off at the largest number of evaluations that was spent.
//!
//! AlgoPerf stops the clock at the first evaluation that meets the target. A loss that is measured between noisy steps may dip below it
//! once and come back, and with thousands of trials some do. So where the last epoch is the score, a trial is there from the first
//! evaluated epoch after which it stays there. Where the best epoch is the score, the first one counts: it would also be the score.
//!
//! A time is known up to the evaluated epoch before it. Two optimizers whose times overlap within that are tied.

use super::choices::Choices;
use super::kaplan_meier::{Observation, median};
use super::targets::targets;
use crate::analysis::stability_limits::StabilityLimits;
use crate::analysis::task::Task;
use crate::record::{CurveRow, Epoch, Study, Trial};

/// The times of the optimizers of one task.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct TargetTimes {
    /// The target of each seed, as a value of the metric. `None` where there is none, or training starts within it.
    pub targets: Vec<Option<f64>>,
    /// By contender and seed.
    pub times: Vec<Vec<Option<SeedTime>>>,
    /// By contender: Kaplan and Meier's median over the seeds. `None` where half of the seeds do not get there.
    pub medians: Vec<Option<f64>>,
    /// By contender: the gradient evaluations between its median and the evaluated epoch before, where it was not there yet.
    pub spacings: Vec<Option<f64>>,
    /// Whether the target must hold to the end of a trial.
    pub stays: bool,
}

/// One optimizer at one seed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SeedTime {
    /// Gradient evaluations until the fastest setting is there, at the epochs that were evaluated; or all that were spent by the
    /// longest trial.
    pub gradient_evaluations: u64,
    pub reached: bool,
    /// The gradient evaluations since the evaluated epoch before.
    pub spacing: u64,
}

impl TargetTimes {
    /// The number of seeds at which a contender gets there, and of those with a target at which it has a record.
    #[must_use]
    pub fn reached(&self, contender: usize) -> (usize, usize) {
        let times = || self.times[contender].iter().flatten();
        (times().filter(|time| time.reached).count(), times().count())
    }

    /// The smallest median.
    #[must_use]
    pub fn fastest(&self) -> Option<f64> {
        self.medians.iter().flatten().copied().min_by(f64::total_cmp)
    }

    /// Whether a contender may have been there as early as the fastest one: its median less its spacing lies before the fastest median.
    #[must_use]
    pub fn is_tied(&self, contender: usize) -> bool {
        let known = self.medians[contender].zip(self.spacings[contender]).zip(self.fastest());
        known.is_some_and(|((median, spacing), fastest)| median <= fastest || median - spacing < fastest)
    }

    /// The medians, that of the fastest for all that are tied with it.
    #[must_use]
    pub fn with_ties(&self) -> Vec<Option<f64>> {
        let of = |at: usize| if self.is_tied(at) { self.fastest() } else { self.medians[at] };
        (0..self.medians.len()).map(of).collect()
    }

    /// Whether any seed has a target.
    #[must_use]
    pub fn has_target(&self) -> bool {
        self.targets.iter().any(Option::is_some)
    }
}

/// Gradient evaluations, and those since the evaluated epoch before.
type Arrival = (u64, u64);

/// The study's trials are read if there are at most this many.
const MOST_TRIALS: usize = 200_000;

/// What curves say: by trial of the study, its first distance, and by task, contender and seed the fastest time.
pub struct CurvesRead {
    pub times: Vec<Option<TargetTimes>>,
    /// By trial; NaN where it is not known.
    starts: Vec<f64>,
}

impl CurvesRead {
    /// The mean distance of some trials before their first step. `None` if it is known of none.
    #[must_use]
    pub fn start(&self, trials: impl Iterator<Item = usize>) -> Option<f64> {
        let known = trials.filter_map(|trial| self.starts.get(trial).copied().filter(|start| start.is_finite()));
        let (sum, n) = known.fold((0.0, 0_u32), |(sum, n), start| (sum + start, n + 1));
        (n > 0).then(|| sum / f64::from(n))
    }
}

/// The settings of one contender in the order of their trials.
struct Watched<'a, 't> {
    task: usize,
    contender: usize,
    first_trial: usize,
    trials: usize,
    deterministic: bool,
    /// The position of its limits.
    limits: usize,
    setting: &'t crate::record::StudySetting,
    study: &'a Study,
}

/// Reads the curves of all tasks in one pass. `choices` has one entry a task, without those that are no part of the chapter.
#[must_use]
pub fn read(study: &Study, tasks: &[Task<'_>], choices: &[Option<Vec<Option<Choices>>>]) -> CurvesRead {
    let mut watched: Vec<Watched<'_, '_>> = Vec::new();
    let mut limits: Vec<StabilityLimits<'_>> = Vec::new();
    let mut distances: Vec<Vec<Option<f64>>> = vec![Vec::new(); tasks.len()];
    for (number, (task, choices)) in tasks.iter().zip(choices).enumerate() {
        let Some(choices) = choices else { continue };
        distances[number] = targets(task, choices);
        for (position, contender) in task.contenders.iter().enumerate().filter(|(at, _)| choices[*at].is_some()) {
            limits.push(StabilityLimits::of(study, contender.combination));
            watched.extend(contender.settings.iter().map(|result| Watched {
                task: number,
                contender: position,
                first_trial: result.setting.first_trial as usize,
                trials: result.setting.n_trials as usize,
                deterministic: result.setting.deterministic,
                limits: limits.len() - 1,
                setting: result.setting,
                study,
            }));
        }
    }
    watched.sort_unstable_by_key(|one| one.first_trial);
    let trials: Vec<usize> = watched.iter().flat_map(|one| one.first_trial..one.first_trial + one.trials).collect();
    if trials.is_empty() || trials.len() > MOST_TRIALS {
        return CurvesRead { times: vec![None; tasks.len()], starts: Vec::new() };
    }
    let stays = study.epoch == Epoch::Last;
    let shape = |task: usize| vec![vec![None; distances[task].len()]; tasks[task].contenders.len()];
    let mut fastest: Vec<Vec<Vec<Option<Arrival>>>> = (0..tasks.len()).map(shape).collect();
    let mut starts_within: Vec<Vec<bool>> = distances.iter().map(|seeds| vec![false; seeds.len()]).collect();
    let mut starts = vec![f64::NAN; trials.last().map_or(0, |last| last + 1)];
    study.curves.read(&trials, &mut |index, curve| {
        let at = watched.partition_point(|one| one.first_trial <= index).saturating_sub(1);
        let one = &watched[at];
        let task = &tasks[one.task];
        let trial = study.trials.get(index);
        let curve = distances_of(task, study, &trial, curve);
        if let Some((0, start)) = curve.first() {
            starts[index] = *start;
        }
        let usable = trial.counts_as_completed() && !limits[one.limits].is_unstable(one.setting, &trial);
        for seed in one.seeds(index, distances[one.task].len()) {
            let Some(target) = distances[one.task][seed] else { continue };
            let starts = curve.first().is_some_and(|(spent, distance)| *spent == 0 && *distance <= target);
            starts_within[one.task][seed] |= usable && starts;
            let Some(time) = arrival(&curve, target, stays).filter(|_| usable) else { continue };
            let best = &mut fastest[one.task][one.contender][seed];
            if best.is_none_or(|best| time.0 < best.0) {
                *best = Some(time);
            }
        }
    });
    let shape = |task: usize| vec![vec![None; distances[task].len()]; tasks[task].contenders.len()];
    let mut spent: Vec<Vec<Vec<Option<u64>>>> = (0..tasks.len()).map(shape).collect();
    for one in &watched {
        for index in one.first_trial..one.first_trial + one.trials {
            let trial = one.study.trials.get(index);
            if trial.has_record() {
                for seed in one.seeds(index, distances[one.task].len()) {
                    let most = &mut spent[one.task][one.contender][seed];
                    *most = (*most).max(Some(trial.gradient_evaluations()));
                }
            }
        }
    }
    let of_task = |number: usize| {
        choices[number].as_ref()?;
        let metric = tasks[number].metric;
        let counts = |seed: usize| distances[number][seed].filter(|_| !starts_within[number][seed]);
        let seeds = 0..distances[number].len();
        let targets = seeds.clone().map(|seed| counts(seed).map(|distance| metric.at_distance(distance))).collect();
        let of_seed = |contender: usize, seed: usize| {
            counts(seed)?;
            let (fastest, spent) = (fastest[number][contender][seed], spent[number][contender][seed]);
            let time = |(gradient_evaluations, spacing), reached| SeedTime { gradient_evaluations, reached, spacing };
            fastest.map(|at| time(at, true)).or_else(|| spent.map(|at| time((at, 0), false)))
        };
        let times: Vec<Vec<Option<SeedTime>>> = (0..tasks[number].contenders.len())
            .map(|contender| seeds.clone().map(|seed| of_seed(contender, seed)).collect())
            .collect();
        let observed = |time: &SeedTime| Observation { time: time.gradient_evaluations as f64, reached: time.reached };
        let of_contender =
            |times: &Vec<Option<SeedTime>>| median(&times.iter().flatten().map(observed).collect::<Vec<_>>());
        let medians: Vec<Option<f64>> = times.iter().map(of_contender).collect();
        let spacing = |(times, median): (&Vec<Option<SeedTime>>, &Option<f64>)| {
            let at_median = times.iter().flatten().filter(|time| Some(time.gradient_evaluations as f64) == *median);
            at_median.filter(|time| time.reached).map(|time| time.spacing as f64).max_by(f64::total_cmp)
        };
        let spacings = times.iter().zip(&medians).map(spacing).collect();
        Some(TargetTimes { targets, times, medians, spacings, stays }).filter(|times| times.has_target())
    };
    CurvesRead { times: (0..tasks.len()).map(of_task).collect(), starts }
}

impl Watched<'_, '_> {
    /// The seeds that a trial stands for: its own, or all where nothing depends on it.
    fn seeds(&self, trial: usize, seeds: usize) -> std::ops::Range<usize> {
        let own = trial - self.first_trial;
        if self.deterministic { 0..seeds } else { own.min(seeds)..(own + 1).min(seeds) }
    }
}

/// The gradient evaluations after which a curve is at the target, and those since the evaluated epoch before: at the first evaluated epoch,
/// or at the first one after which it stays there.
fn arrival(curve: &[(u64, f64)], target: f64, stays: bool) -> Option<Arrival> {
    let place = if stays {
        curve.iter().rposition(|(_, distance)| *distance > target || distance.is_nan()).map_or(0, |last| last + 1)
    } else {
        curve.iter().position(|(_, distance)| *distance <= target)?
    };
    let (spent, _) = curve.get(place)?;
    let before = place.checked_sub(1).map_or(0, |before| curve[before].0);
    Some((*spent, spent - before))
}

/// The gradient evaluations and the distance of each evaluated epoch, where the metric is defined.
fn distances_of(task: &Task<'_>, study: &Study, trial: &Trial<'_>, curve: CurveRow<'_>) -> Vec<(u64, f64)> {
    let values = curve.values(task.metric, task.ranked_on, study.target_of(trial, task.ranked_on));
    let known = curve.gradient_evaluations.iter().zip(values);
    known.filter_map(|(spent, value)| Some((*spent, task.metric.distance(value?)))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lucky_evaluation_is_no_arrival() {
        let curve = [(0, 9.0), (60, 1.0), (120, 3.0), (240, 1.5), (480, 1.9)];
        assert_eq!(arrival(&curve, 2.0, true), Some((240, 120)), "it came back after 60");
        assert_eq!(arrival(&curve, 2.0, false), Some((60, 60)));
        assert_eq!(arrival(&curve, 1.2, true), None);
        assert_eq!((arrival(&curve, 0.5, false), arrival(&[], 1.0, true)), (None, None));
        assert_eq!(arrival(&[(0, 1.0), (60, 1.0)], 2.0, true), Some((0, 0)));
    }

    #[test]
    fn what_lies_within_one_spacing_of_the_fastest_is_tied_with_it() {
        let times = TargetTimes {
            medians: vec![Some(100.0), Some(120.0), Some(120.0), None],
            spacings: vec![Some(20.0), Some(20.0), Some(30.0), None],
            ..TargetTimes::default()
        };
        assert_eq!([0, 1, 2, 3].map(|at| times.is_tied(at)), [true, false, true, false]);
        assert_eq!(times.with_ties(), [Some(100.0), Some(120.0), Some(100.0), None]);
    }
}
