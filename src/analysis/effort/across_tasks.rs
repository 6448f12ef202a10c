//! What all tasks say together: performance profiles of the times to the target, interquartile means and probabilities of improvement.

use std::collections::BTreeSet;

use rayon::prelude::*;

use super::bootstrap::{of_improvement, of_interquartile_mean};
use super::choices::Choices;
use super::expected_best::{expected_best, points};
use super::improvement::{Compared, probability_of_improvement};
use super::interquartile_mean::interquartile_mean;
use super::performance_profile::{ratios, score};
use super::task_effort::TaskEffort;
use crate::analysis::task::Task;

/// With fewer tasks there is no profile: its steps would be as high as what they compare.
pub const FEWEST_TASKS: usize = 3;

/// Only so many optimizers, the best, have intervals.
const MOST_INTERVALS: usize = 40;

/// All tasks that have all optimizers.
#[derive(Debug, Clone, PartialEq)]
pub struct AcrossTasks {
    /// The optimizers, best first by their mean rank on the rows that rank.
    pub names: Vec<String>,
    /// The positions of the tasks.
    pub tasks: Vec<usize>,
    /// By optimizer: the smallest and the largest number of settings that it has on a task.
    pub settings: Vec<(usize, usize)>,
    /// By optimizer: at how many seeds of all tasks predicting the mean stands in for its best setting.
    pub capped: Vec<usize>,
    /// By optimizer and number of settings tried: the share of the distance of predicting the mean that remains, expected of the best
    /// of so many; the mean over seeds and tasks. Where predicting the mean has no value on some task, `None`.
    pub remaining: Option<Vec<Vec<(usize, f64)>>>,
    /// `None` with fewer than [`FEWEST_TASKS`] tasks on which some optimizer reaches the target.
    pub profiles: Option<Profiles>,
    /// How many tasks have a target that some optimizer reaches.
    pub raced: usize,
    /// By optimizer. `None` where predicting the mean of the training targets has no value to compare with on some task.
    pub over_tasks: Option<Vec<OverTasks>>,
    /// The most seeds of a task.
    pub seeds: usize,
}

/// Performance profiles, by optimizer in the order of [`AcrossTasks::names`].
#[derive(Debug, Clone, PartialEq)]
pub struct Profiles {
    /// The positions of the tasks that count.
    pub tasks: Vec<usize>,
    /// By optimizer, one ratio a task.
    pub ratios: Vec<Vec<f64>>,
    /// AlgoPerf's score.
    pub scores: Vec<f64>,
}

/// One optimizer over all tasks.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct OverTasks {
    /// The interquartile mean of the share of the baseline's distance that is removed: 0 for predicting the mean of the training
    /// targets, 1 for a perfect fit.
    pub interquartile_mean: f64,
    pub mean_interval: Option<(f64, f64)>,
    /// The probability of a better value than that of the first optimizer. `None` for the first itself.
    pub improvement: Option<f64>,
    pub improvement_interval: Option<(f64, f64)>,
}

/// `None` with fewer than two tasks that have all optimizers.
#[must_use]
pub fn across_tasks(
    tasks: &[Task<'_>],
    choices: &[Option<Vec<Option<Choices>>>],
    efforts: &[Option<TaskEffort>],
) -> Option<AcrossTasks> {
    let numbers = (0..tasks.len()).filter(|number| choices[*number].is_some());
    let names: BTreeSet<&str> =
        numbers.clone().flat_map(|number| tasks[number].contenders.iter().map(|contender| contender.name())).collect();
    let places = |number: usize| -> Option<Vec<usize>> {
        let place = |name: &&str| {
            let position = tasks[number].contenders.iter().position(|contender| contender.name() == *name)?;
            choices[number].as_ref()?.get(position)?.as_ref().filter(|choices| choices.settings() > 0)?;
            Some(position)
        };
        names.iter().map(place).collect()
    };
    let with_all: Vec<(usize, Vec<usize>)> = numbers.filter_map(|number| Some((number, places(number)?))).collect();
    if with_all.len() < 2 || names.len() < 2 {
        return None;
    }
    let mean_rank = |at: usize| {
        let ranks = with_all.iter().map(|(number, places)| tasks[*number].ranks[places[at]].unwrap_or(f64::INFINITY));
        ranks.fold(0.0, |sum, rank| sum + rank) / with_all.len() as f64
    };
    let mut order: Vec<usize> = (0..names.len()).collect();
    order.sort_by(|&a, &b| mean_rank(a).total_cmp(&mean_rank(b)).then(a.cmp(&b)));
    let names: Vec<&str> = names.into_iter().collect();
    let with_all: Vec<(usize, Vec<usize>)> =
        with_all.into_iter().map(|(number, places)| (number, order.iter().map(|&at| places[at]).collect())).collect();
    let raced: Vec<(usize, Vec<Option<f64>>)> = with_all
        .iter()
        .filter_map(|(number, places)| Some((*number, medians(efforts[*number].as_ref()?, places)?)))
        .collect();
    let all = |at: usize| {
        let of_task = |(number, places): &(usize, Vec<usize>)| choices[*number].as_ref()?[places[at]].as_ref();
        with_all.iter().filter_map(of_task).collect::<Vec<&Choices>>()
    };
    let settings = |at: usize| {
        let sizes = || all(at).into_iter().map(Choices::settings);
        (sizes().min().unwrap_or(0), sizes().max().unwrap_or(0))
    };
    let capped = |at: usize| all(at).into_iter().fold(0, |sum, choices| sum + choices.capped(choices.settings()));
    Some(AcrossTasks {
        settings: (0..order.len()).map(settings).collect(),
        capped: (0..order.len()).map(capped).collect(),
        remaining: remaining(tasks, choices, &with_all),
        names: order.iter().map(|&at| names[at].to_owned()).collect(),
        tasks: with_all.iter().map(|(number, _)| *number).collect(),
        raced: raced.len(),
        profiles: (raced.len() >= FEWEST_TASKS).then(|| profiles(&raced)),
        over_tasks: over_tasks(tasks, choices, &with_all),
        seeds: with_all.iter().map(|(number, _)| tasks[*number].seeds()).max().unwrap_or(1),
    })
}

/// The median times of a task, what is tied with the fastest as fast. `None` if no optimizer has one.
fn medians(effort: &TaskEffort, places: &[usize]) -> Option<Vec<Option<f64>>> {
    let times = effort.times.as_ref()?;
    let tied = times.with_ties();
    let medians: Vec<Option<f64>> = places.iter().map(|&place| tied[place]).collect();
    medians.iter().any(Option::is_some).then_some(medians)
}

fn profiles(raced: &[(usize, Vec<Option<f64>>)]) -> Profiles {
    let times: Vec<Vec<Option<f64>>> = raced.iter().map(|(_, times)| times.clone()).collect();
    let by_task = ratios(&times);
    let of_optimizer = |at: usize| by_task.iter().map(|task| task[at]).collect::<Vec<f64>>();
    let ratios: Vec<Vec<f64>> = (0..times.first().map_or(0, Vec::len)).map(of_optimizer).collect();
    let scores = ratios.iter().map(|ratios| score(ratios)).collect();
    Profiles { tasks: raced.iter().map(|(number, _)| *number).collect(), ratios, scores }
}

fn remaining(
    tasks: &[Task<'_>],
    choices: &[Option<Vec<Option<Choices>>>],
    with_all: &[(usize, Vec<usize>)],
) -> Option<Vec<Vec<(usize, f64)>>> {
    let optimizers = with_all.first()?.1.len();
    // By task the shares of every seed, in the order of choice.
    let of_optimizer = |at: usize| -> Option<Vec<(usize, f64)>> {
        let mut shares: Vec<Vec<Vec<f64>>> = Vec::new();
        for (number, places) in with_all {
            let (metric, choices) = (tasks[*number].metric, choices[*number].as_ref()?[places[at]].as_ref()?);
            let of_seed = |seed: &super::choices::SeedChoices| {
                let baseline =
                    seed.baseline.1.map(|value| metric.distance(value)).filter(|distance| *distance > 0.0)?;
                Some(seed.reported.iter().map(|value| metric.distance(*value) / baseline).collect())
            };
            shares.push(choices.seeds.iter().map(of_seed).collect::<Option<_>>()?);
        }
        let largest = shares.iter().flatten().map(Vec::len).max()?;
        let mean = |tried: usize| {
            let of_task = |seeds: &Vec<Vec<f64>>| {
                let sum = seeds
                    .iter()
                    .try_fold(0.0, |sum, shares| Some(sum + expected_best(shares, tried.min(shares.len()))?));
                Some(sum? / seeds.len() as f64)
            };
            let sum = shares.iter().try_fold(0.0, |sum, seeds| Some(sum + of_task(seeds)?));
            Some((tried, sum? / shares.len() as f64))
        };
        Some(points(largest).into_iter().filter_map(mean).collect())
    };
    (0..optimizers).into_par_iter().map(of_optimizer).collect()
}

fn over_tasks(
    tasks: &[Task<'_>],
    choices: &[Option<Vec<Option<Choices>>>],
    with_all: &[(usize, Vec<usize>)],
) -> Option<Vec<OverTasks>> {
    let optimizers = with_all.first()?.1.len();
    // By optimizer and task, one score a seed.
    let of_optimizer = |at: usize| -> Option<Vec<Vec<f64>>> {
        with_all
            .iter()
            .map(|(number, places)| removed(&tasks[*number], choices[*number].as_ref()?, places[at]))
            .collect()
    };
    let scores: Vec<Vec<Vec<f64>>> = (0..optimizers).map(of_optimizer).collect::<Option<_>>()?;
    // What redrawn splits share is the same for the interval of a level and of a difference as elsewhere; of several tasks the most.
    let widest = |overlap: fn(&Task<'_>) -> f64| {
        let factor = |number: &usize| (1.0 + tasks[*number].seeds() as f64 * overlap(&tasks[*number])).sqrt();
        with_all.iter().map(|(number, _)| factor(number)).max_by(f64::total_cmp).unwrap_or(1.0)
    };
    let of_level = widest(|task| task.design.map_or(0.0, |design| design.overlap_of_level()));
    let of_difference = widest(|task| task.design.map_or(0.0, |design| design.overlap()));
    // Seeds on held rows repeat batches and starts, and say nothing of new data.
    let silent = with_all.iter().any(|(number, _)| {
        let task = &tasks[*number];
        task.holds_its_split() || task.design.is_none() || task.compared_on == crate::record::Split::Validation
    });
    let widened = |center: f64, interval: Option<(f64, f64)>, factor: f64| {
        let at_most_one = |value: f64| if value > 1.0 { 1.0 } else { value };
        interval.map(|(low, high)| {
            (factor.mul_add(low - center, center), at_most_one(factor.mul_add(high - center, center)))
        })
    };
    let has_interval = |at: usize| !silent && at < MOST_INTERVALS;
    let of = |at: usize| {
        let mut pooled: Vec<f64> = scores[at].iter().flatten().copied().collect();
        let mean = interquartile_mean(&mut pooled)?;
        let against = |(own, first): (&Vec<f64>, &Vec<f64>)| Compared::new(own, first);
        let compared: Vec<Compared> =
            if at == 0 { Vec::new() } else { scores[at].iter().zip(&scores[0]).map(against).collect() };
        let improvement = probability_of_improvement(&compared);
        let interval = improvement
            .filter(|_| has_interval(at))
            .and_then(|center| widened(center, of_improvement(&compared), of_difference));
        Some(OverTasks {
            interquartile_mean: mean,
            mean_interval: widened(
                mean,
                has_interval(at).then(|| of_interquartile_mean(&scores[at])).flatten(),
                of_level,
            ),
            improvement,
            improvement_interval: interval.map(|(low, high)| (if low < 0.0 { 0.0 } else { low }, high)),
        })
    };
    (0..optimizers).into_par_iter().map(of).collect()
}

/// The share of the baseline's distance that an optimizer removes at each seed, tuned on that seed: 1 − d/d₀ on the rows that
/// compare. `None` where the baseline is not known, or leaves nothing to remove.
fn removed(task: &Task<'_>, choices: &[Option<Choices>], position: usize) -> Option<Vec<f64>> {
    let choices = choices[position].as_ref()?;
    let share = |seed: &super::choices::SeedChoices| {
        let baseline = task.metric.distance(seed.baseline.1?);
        let own = task.metric.distance(*seed.reported.first()?);
        Some(1.0 - own / baseline).filter(|share| share.is_finite())
    };
    choices.seeds.iter().map(share).collect()
}
