//! The results of a study's settings, task by task, before anything is ranked; and the curves that decide ties among them.

use std::collections::HashMap;

use rayon::prelude::*;

use super::contender::setting_results;
use super::label::{classes, linked_to_rate, varying_keys};
use super::score::{SettingResult, keyed};
use super::task::{ranked_on, tasks};
use super::ties::{EpochsNeeded, tied};
use crate::record::{Split, Study, StudyCombination, TaskMetrics};

/// The settings of one combination with their results.
pub struct CombinationResults<'a> {
    pub combination: &'a StudyCombination,
    pub settings: Vec<SettingResult<'a>>,
    /// The keys that vary within the combination, without the learning rate.
    pub varying: Vec<String>,
    /// The settings of each series in ascending order of rate: settings that differ only in the rate and in what is linked to it.
    pub series: Vec<Vec<usize>>,
}

/// The results of one task.
pub struct TaskResults<'a> {
    pub dataset: &'a str,
    pub model: &'a str,
    pub metrics: &'a TaskMetrics,
    pub ranked_on: Split,
    pub combinations: Vec<CombinationResults<'a>>,
}

/// The results of every task, in the order of the study, and the epochs that tied settings need.
#[must_use]
pub fn results(study: &Study) -> (Vec<TaskResults<'_>>, EpochsNeeded) {
    let results: Vec<TaskResults<'_>> = tasks(study).into_par_iter().map(|task| of_task(study, task)).collect();
    let leading = results.iter().flat_map(|task| &task.combinations).flat_map(leading).collect();
    let needed = EpochsNeeded::read(study, leading);
    (results, needed)
}

fn of_task<'a>(
    study: &'a Study,
    (dataset, model, combinations): (&'a str, &'a str, Vec<&'a StudyCombination>),
) -> TaskResults<'a> {
    let ranked_on = ranked_on(study, dataset, &combinations);
    // A task has at least one combination, and all of them the same metrics.
    let metrics = &combinations[0].metrics;
    let of_combination = |(index, combination)| {
        let settings = setting_results(study, combination, index, ranked_on);
        let varying = varying_keys(combination);
        let series = series(combination, &settings, &varying);
        CombinationResults { combination, settings, varying, series }
    };
    let combinations = combinations.into_iter().enumerate().map(of_combination).collect();
    TaskResults { dataset, model, metrics, ranked_on, combinations }
}

/// The settings that can be called best: those tied with the best of the combination, and those tied with the best of a series
/// if there are several.
fn leading<'r, 'a>(results: &'r CombinationResults<'a>) -> Vec<&'r SettingResult<'a>> {
    let settings = &results.settings;
    let best = |indices: &mut dyn Iterator<Item = usize>| -> Vec<usize> {
        let mut keyed = keyed(settings, indices).0;
        keyed.retain(|(distance, _)| distance.is_finite());
        keyed.sort_by(|a, b| a.0.total_cmp(&b.0));
        keyed.truncate(tied(&keyed, settings));
        keyed.into_iter().map(|(_, index)| index).collect()
    };
    let mut found = best(&mut (0..settings.len()));
    for series in &results.series {
        let tied = best(&mut series.iter().copied());
        if tied.len() > 1 {
            found.extend(tied);
        }
    }
    found.into_iter().map(|index| &settings[index]).collect()
}

/// Groups settings that have a rate into series.
fn series(combination: &StudyCombination, results: &[SettingResult<'_>], varying: &[String]) -> Vec<Vec<usize>> {
    let linked = linked_to_rate(combination);
    let keys: Vec<&String> = varying.iter().filter(|key| !linked.contains(key.as_str())).collect();
    let classes = classes(combination, &keys);
    let mut known: HashMap<Vec<usize>, usize> = HashMap::new();
    let mut groups: Vec<Vec<usize>> = Vec::new();
    for (index, result) in results.iter().enumerate().filter(|(_, result)| result.learning_rate.is_some()) {
        let digits = combination.digits(result.setting);
        let class: Vec<usize> = classes.iter().zip(digits).map(|(classes, digit)| classes[digit]).collect();
        let group = *known.entry(class).or_insert(groups.len());
        match groups.get_mut(group) {
            Some(group) => group.push(index),
            None => groups.push(vec![index]),
        }
    }
    let rate = |index: usize| results[index].learning_rate.unwrap_or(f64::INFINITY);
    for group in &mut groups {
        group.sort_by(|&a, &b| rate(a).total_cmp(&rate(b)).then(a.cmp(&b)));
    }
    groups
}
