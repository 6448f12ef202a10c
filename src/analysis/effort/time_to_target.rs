//! How many gradient evaluations each optimizer needs to reach a target, as in AlgoPerf (Dahl et al., 2023): of all settings of a
//! seed the fastest counts, and a seed at which none gets there is cut off at the largest number of evaluations that was spent.

use super::choices::Choices;
use super::kaplan_meier::{Observation, median};
use super::targets::targets;
use crate::analysis::stability_limits::StabilityLimits;
use crate::analysis::task::Task;
use crate::record::{CurveRow, Study, Trial};

/// The times of the optimizers of one task.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct TargetTimes {
    /// The target of each seed, as a value of the metric. `None` where there is none, or training starts within it.
    pub targets: Vec<Option<f64>>,
    /// By contender and seed.
    pub times: Vec<Vec<Option<SeedTime>>>,
    /// By contender: Kaplan and Meier's median over the seeds. `None` where half of the seeds do not get there.
    pub medians: Vec<Option<f64>>,
}

/// One optimizer at one seed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SeedTime {
    /// Gradient evaluations until the fastest setting is there, at the epochs that were evaluated; or all that were spent by the
    /// longest trial.
    pub gradient_evaluations: u64,
    pub reached: bool,
}

impl TargetTimes {
    /// The number of seeds at which a contender gets there, and of those with a target at which it has a record.
    #[must_use]
    pub fn reached(&self, contender: usize) -> (usize, usize) {
        let times = || self.times[contender].iter().flatten();
        (times().filter(|time| time.reached).count(), times().count())
    }

    /// Whether any seed has a target.
    #[must_use]
    pub fn has_target(&self) -> bool {
        self.targets.iter().any(Option::is_some)
    }
}

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
    let shape = |task: usize| vec![vec![None; distances[task].len()]; tasks[task].contenders.len()];
    let mut fastest: Vec<Vec<Vec<Option<u64>>>> = (0..tasks.len()).map(shape).collect();
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
            let Some((time, _)) = curve.iter().find(|(_, distance)| *distance <= target) else { continue };
            starts_within[one.task][seed] |= usable && *time == 0;
            let best = &mut fastest[one.task][one.contender][seed];
            if usable && best.is_none_or(|best| *time < best) {
                *best = Some(*time);
            }
        }
    });
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
            let time = |gradient_evaluations, reached| SeedTime { gradient_evaluations, reached };
            fastest.map(|at| time(at, true)).or_else(|| spent.map(|at| time(at, false)))
        };
        let times: Vec<Vec<Option<SeedTime>>> = (0..tasks[number].contenders.len())
            .map(|contender| seeds.clone().map(|seed| of_seed(contender, seed)).collect())
            .collect();
        let observed = |time: &SeedTime| Observation { time: time.gradient_evaluations as f64, reached: time.reached };
        let of_contender =
            |times: &Vec<Option<SeedTime>>| median(&times.iter().flatten().map(observed).collect::<Vec<_>>());
        let medians = times.iter().map(of_contender).collect();
        Some(TargetTimes { targets, times, medians }).filter(|times| times.has_target())
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

/// The gradient evaluations and the distance of each evaluated epoch, where the metric is defined.
fn distances_of(task: &Task<'_>, study: &Study, trial: &Trial<'_>, curve: CurveRow<'_>) -> Vec<(u64, f64)> {
    let values = curve.values(task.metric, task.ranked_on, study.target_of(trial, task.ranked_on));
    let known = curve.gradient_evaluations.iter().zip(values);
    known.filter_map(|(spent, value)| Some((*spent, task.metric.distance(value?)))).collect()
}
