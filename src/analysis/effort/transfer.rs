//! An optimizer that is not tuned on a task: its setting that is best on the other tasks, which is one setting for all. It is what somebody
//! gets who brings along the setting that did well elsewhere.

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
    /// The number of seeds at which predicting the mean stands in.
    pub capped: usize,
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
        let known = places.into_iter().filter_map(|(number, position)| {
            let ranked = Ranked::of(&tasks[number], &tasks[number].contenders[position])?;
            Some(Place { number, position, origin: origin(study, &tasks[number]), ranked })
        });
        let known: Vec<Place<'_>> = known.collect();
        let sums = Sums::of(&known);
        for place in &known {
            let choices = choices[place.number].as_ref().and_then(|choices| choices[place.position].as_ref());
            found[place.number][place.position] =
                choices.and_then(|choices| of_task(&tasks[place.number], place, &sums, choices));
        }
    }
    found
}

/// One optimizer on one of its tasks.
struct Place<'s> {
    number: usize,
    position: usize,
    origin: &'s str,
    ranked: Ranked,
}

/// The ranks of each setting over all tasks, and over those of each origin: their sum and number.
struct Sums<'p> {
    all: HashMap<&'p str, (f64, usize)>,
    of_origin: HashMap<(&'p str, &'p str), (f64, usize)>,
    tasks: usize,
    tasks_of_origin: HashMap<&'p str, usize>,
}

impl<'p> Sums<'p> {
    fn of(places: &'p [Place<'_>]) -> Self {
        let mut sums = Self {
            all: HashMap::new(),
            of_origin: HashMap::new(),
            tasks: places.len(),
            tasks_of_origin: HashMap::new(),
        };
        for place in places {
            *sums.tasks_of_origin.entry(place.origin).or_default() += 1;
            for (key, _, rank) in &place.ranked.keys {
                let add = |(sum, n): &mut (f64, usize)| {
                    *sum += rank;
                    *n += 1;
                };
                add(sums.all.entry(key.as_str()).or_default());
                add(sums.of_origin.entry((place.origin, key.as_str())).or_default());
            }
        }
        sums
    }

    /// The number of tasks of other data, and the mean rank of a setting there; `None` unless all of them have it.
    fn elsewhere(&self, origin: &str, key: &str) -> Option<(usize, f64)> {
        let others = self.tasks - self.tasks_of_origin.get(origin).copied().unwrap_or(0);
        let (all, own) = (self.all.get(key)?, self.of_origin.get(&(origin, key)).copied().unwrap_or_default());
        (others > 0 && all.1 - own.1 == others).then(|| (others, (all.0 - own.0) / others as f64))
    }
}

fn of_task(task: &Task<'_>, place: &Place<'_>, sums: &Sums<'_>, choices: &Choices) -> Option<Transferred> {
    // Ties, up to rounding, go to the first in the order of the plan.
    let candidates = place.ranked.keys.iter().filter_map(|(key, settings, _)| {
        let (others, rank) = sums.elsewhere(place.origin, key)?;
        Some((rank, others, settings))
    });
    let (_, others, settings) = candidates.reduce(|best, other| if other.0 < best.0 - 1e-9 { other } else { best })?;
    let settings: BTreeSet<usize> = settings.iter().copied().collect();
    let (level, setting, capped) = choices.among(task, &settings)?;
    Some(Transferred { setting, level, capped, tasks: others })
}

/// What the data of a task come from.
fn origin<'s>(study: &'s Study, task: &Task<'s>) -> &'s str {
    study.datasets.get(task.dataset).map_or(task.dataset, |dataset| dataset.origin.as_str())
}

/// The settings of one contender on one task by the keys that are carried over, in the order of the plan, with the rank of the best
/// setting of each as a share of their number.
struct Ranked {
    keys: Vec<(String, Vec<usize>, f64)>,
}

impl Ranked {
    fn of(task: &Task<'_>, contender: &Contender<'_>) -> Option<Self> {
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
        let resolution = |at: usize| resolution_at(task.metric, distances[at], first.target, first.scored);
        let ranks = midranks(&distances, &resolution);
        // With fewer settings a rank would count less.
        let all = keys.len() as f64;
        let ranked = keys.into_iter().zip(ranks).map(|((key, settings), rank)| (key, settings, rank / all));
        Some(Self { keys: ranked.collect() })
    }
}
