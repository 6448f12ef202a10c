//! An optimizer that is not tuned on a task: its setting that is best on the other tasks. There is no default learning rate, so this
//! stands for what somebody gets who brings along the setting that did well elsewhere.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::choices::Choices;
use crate::analysis::contender::Contender;
use crate::analysis::estimate::Level;
use crate::analysis::task::Task;
use crate::analysis::ties::{midranks, resolution_at};
use crate::record::Study;

/// The setting that an optimizer brings along to a task.
#[derive(Debug, Clone, PartialEq)]
pub struct Transferred {
    /// Its position among the contender's settings on this task: the one that most seeds choose, where keys of data and model
    /// leave several.
    pub setting: usize,
    /// What it gives on the rows that compare.
    pub level: Level,
    /// The number of other tasks that chose it.
    pub tasks: usize,
}

/// With more settings of an optimizer on a task none is carried over.
const MOST_SETTINGS: usize = 10_000;

/// For each task and contender the setting that its namesakes on tasks of other data rank best: the one with the lowest mean rank
/// by the score that ranks. Of each task only the keys of optimizer and training are carried over; what belongs to data and model is
/// tuned as usual. Diverged settings share the last rank. `None` where no other data has the optimizer, or no setting is on all.
#[must_use]
pub fn transfer(
    study: &Study,
    tasks: &[Task<'_>],
    choices: &[Option<Vec<Option<Choices>>>],
) -> Vec<Vec<Option<Transferred>>> {
    let mut by_name: BTreeMap<&str, Vec<(usize, usize)>> = BTreeMap::new();
    for (number, task) in tasks.iter().enumerate().filter(|(number, _)| choices[*number].is_some()) {
        for (position, contender) in task.contenders.iter().enumerate() {
            by_name.entry(contender.name()).or_default().push((number, position));
        }
    }
    let mut found: Vec<Vec<Option<Transferred>>> = tasks.iter().map(|task| vec![None; task.contenders.len()]).collect();
    for places in by_name.into_values() {
        let ranked: Vec<Option<Ranked>> =
            places.iter().map(|(task, position)| Ranked::of(&tasks[*task].contenders[*position])).collect();
        for (at, &(number, position)) in places.iter().enumerate() {
            let (task, origin) = (&tasks[number], origin(study, &tasks[number]));
            let Some(here) = &ranked[at] else { continue };
            let others: Vec<&Ranked> = (places.iter().zip(&ranked))
                .filter(|((other, _), _)| self::origin(study, &tasks[*other]) != origin)
                .filter_map(|(_, ranked)| ranked.as_ref())
                .collect();
            let choices = choices[number].as_ref().and_then(|choices| choices[position].as_ref());
            found[number][position] = choices.and_then(|choices| of_task(task, here, &others, choices));
        }
    }
    found
}

fn of_task(task: &Task<'_>, here: &Ranked, others: &[&Ranked], choices: &Choices) -> Option<Transferred> {
    if others.is_empty() {
        return None;
    }
    let mean_rank = |key: &String| {
        let sum = others.iter().try_fold(0.0, |sum, other| Some(sum + other.ranks.get(key)?))?;
        Some(sum / others.len() as f64)
    };
    // Ties go to the first in the order of the plan.
    let candidates = here.keys.iter().filter_map(|(key, settings)| Some((mean_rank(key)?, settings)));
    let (_, settings) = candidates.reduce(|best, other| if other.0 < best.0 { other } else { best })?;
    let settings: BTreeSet<usize> = settings.iter().copied().collect();
    let mut chosen: BTreeMap<usize, usize> = BTreeMap::new();
    let mut values = Vec::new();
    for seed in &choices.seeds {
        let place = seed.settings.iter().position(|setting| settings.contains(setting))?;
        *chosen.entry(seed.settings[place]).or_default() += 1;
        values.push(seed.reported[place]);
    }
    let setting = chosen.iter().max_by(|a, b| a.1.cmp(b.1).then(b.0.cmp(a.0))).map(|(setting, _)| *setting)?;
    if values.iter().any(|value| value.is_nan()) {
        return None;
    }
    let level = task.level_of(&values)?;
    Some(Transferred { setting, level, tasks: others.len() })
}

/// What the data of a task come from.
fn origin<'s>(study: &'s Study, task: &Task<'s>) -> &'s str {
    study.datasets.get(task.dataset).map_or(task.dataset, |dataset| dataset.origin.as_str())
}

/// The settings of one contender on one task by the keys that are carried over.
struct Ranked {
    /// In the order of the plan.
    keys: Vec<(String, Vec<usize>)>,
    /// The rank of the best setting of each.
    ranks: HashMap<String, f64>,
}

impl Ranked {
    fn of(contender: &Contender<'_>) -> Option<Self> {
        if contender.settings.len() > MOST_SETTINGS {
            return None;
        }
        let mut known: HashMap<String, usize> = HashMap::new();
        let mut keys: Vec<(String, Vec<usize>)> = Vec::new();
        for (index, result) in contender.settings.iter().enumerate().filter(|(_, result)| result.scored > 0) {
            let mut values = contender.combination.hyperparameters(result.setting);
            values.retain(|key, _| key.starts_with("optimizer.") || key.starts_with("train."));
            let key = values.iter().map(|(key, value)| format!("{key}={value}\n")).collect::<String>();
            let number = *known.entry(key.clone()).or_insert(keys.len());
            match keys.get_mut(number) {
                Some((_, settings)) => settings.push(index),
                None => keys.push((key, vec![index])),
            }
        }
        let distance = |index: &usize| {
            let result = &contender.settings[*index];
            result.distance().filter(|_| result.unstable == 0).unwrap_or(f64::INFINITY)
        };
        let best =
            |settings: &Vec<usize>| settings.iter().map(distance).min_by(f64::total_cmp).unwrap_or(f64::INFINITY);
        let distances: Vec<f64> = keys.iter().map(|(_, settings)| best(settings)).collect();
        let first = contender.settings.first()?;
        let resolution = |at: usize| resolution_at(first.study.metric, distances[at], first.target, first.scored);
        let ranks = midranks(&distances, &resolution);
        // With fewer settings a rank would count less.
        let share = |rank: f64| rank / keys.len() as f64;
        let ranks = keys.iter().zip(ranks).map(|((key, _), rank)| (key.clone(), share(rank))).collect();
        Some(Self { keys, ranks })
    }
}
