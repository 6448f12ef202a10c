//! One task (a dataset × model), and how the optimizers tried on it compare.

use std::collections::HashMap;

use rayon::prelude::*;

use super::baselines::{self, BaselineRow};
use super::comparison::{OptimizerComparison, compare};
use super::contender::{Contender, contender};
use super::score::{SettingResult, rank};
use crate::metric::MetricKind;
use crate::record::{Epoch, Split, Study, StudyCombination, Trial};

/// One dataset × model with the optimizers that were tried on it.
#[derive(Debug, Clone)]
pub struct Task<'a> {
    pub dataset: &'a str,
    pub model: &'a str,
    /// The metric that ranks and is compared.
    pub metric: &'static MetricKind,
    /// The split that settings are ranked on: validation, or training if there is no validation split.
    pub ranked_on: Split,
    /// The split that optimizers are compared on: test, else validation, else training.
    pub compared_on: Split,
    pub contenders: Vec<Contender<'a>>,
    /// The positions of the contenders with a record, best first.
    pub order: Vec<usize>,
    /// Comparisons of contenders at their best settings: all pairs, or only the leader with each other one if a study
    /// has very many pairs.
    pub comparisons: Vec<OptimizerComparison>,
    /// Whether another task has the same data set.
    pub shares_dataset: bool,
    /// The baselines on the problems that the best settings were trained on.
    pub baselines: Vec<BaselineRow>,
    /// The most parameters of such a problem, and the most for the exact solution, if they are too many for it.
    pub too_many_parameters: Option<(u64, u64)>,
}

/// Each data set and model of a study, with the optimizers that were tried on it, in the order of the study.
pub fn tasks(study: &Study) -> Vec<(&str, &str, Vec<&StudyCombination>)> {
    let mut groups: Vec<(&str, &str, Vec<&StudyCombination>)> = Vec::new();
    let mut known: HashMap<(&str, &str), usize> = HashMap::new();
    for combination in &study.combinations {
        let key = (combination.dataset.as_str(), combination.model.as_str());
        let number = *known.entry(key).or_insert(groups.len());
        match groups.get_mut(number) {
            Some(group) => group.2.push(combination),
            None => groups.push((key.0, key.1, vec![combination])),
        }
    }
    groups
}

/// The split that a task's settings are ranked on: validation, or training if there is no validation split.
pub fn ranked_on(study: &Study, dataset: &str, combinations: &[&StudyCombination]) -> Split {
    let validated = has_split(study, dataset, combinations, Split::Validation);
    if validated { Split::Validation } else { Split::Train }
}

pub fn task<'a>(
    study: &'a Study,
    dataset: &'a str,
    model: &'a str,
    combinations: &[&'a StudyCombination],
    all_pairs: bool,
) -> Task<'a> {
    let ranked_on = ranked_on(study, dataset, combinations);
    let has_test = has_split(study, dataset, combinations, Split::Test);
    let compared_on = if has_test { Split::Test } else { ranked_on };
    let contenders: Vec<Contender<'a>> = (combinations.iter().zip(0..))
        .map(|(combination, index)| contender(study, combination, index, ranked_on))
        .collect();

    let mut order: Vec<usize> = (0..contenders.len()).filter(|&i| contenders[i].first().is_some()).collect();
    let best: Vec<SettingResult<'a>> = order.iter().filter_map(|&i| contenders[i].first().cloned()).collect();
    // Contenders are ranked by the same rule as settings, so a contender with a diverged seed does not lead unflagged.
    order = rank(&best).order.into_iter().map(|position| order[position]).collect();

    let firsts = if all_pairs { order.len() } else { 1 };
    let pairs: Vec<(usize, usize)> = (order.iter().enumerate().take(firsts))
        .flat_map(|(position, &first)| order[position + 1..].iter().map(move |&second| (first, second)))
        .collect();
    let compared = |(first, second): (usize, usize)| {
        let (a, b) = (contenders[first].first()?, contenders[second].first()?);
        let (finding, unpaired) = compare(a, b, compared_on, study.epoch);
        let direction = study.metric.direction;
        Some(OptimizerComparison { first, second, split: compared_on, finding, unpaired, direction })
    };
    let comparisons = pairs.into_par_iter().filter_map(compared).collect();
    let baselines = baselines::rows(study, &contenders, &order);
    let too_many_parameters = baselines::too_many_parameters(study, &contenders);
    Task {
        dataset,
        model,
        metric: study.metric,
        ranked_on,
        compared_on,
        contenders,
        order,
        comparisons,
        shares_dataset: false,
        baselines,
        too_many_parameters,
    }
}

/// Whether a split exists: every completed trial has its metric. Before any trial has completed, the facts of the data
/// decide.
fn has_split(study: &Study, dataset: &str, combinations: &[&StudyCombination], split: Split) -> bool {
    let settings = combinations.iter().flat_map(|combination| &combination.settings);
    let mut completed = settings.flat_map(|setting| study.records_of(setting)).filter(Trial::is_completed).peekable();
    if completed.peek().is_none() {
        let facts = study.datasets.get(dataset);
        return facts.is_some_and(|facts| match split {
            Split::Train => true,
            Split::Validation => facts.n_validation > 0,
            Split::Test => facts.n_test > 0,
        });
    }
    completed.all(|trial| trial.loss(split, Epoch::Last).is_some())
}
