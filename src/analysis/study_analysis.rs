//! A whole study, analysed: its tasks, its counts and its failures.

use std::collections::HashMap;

use rayon::prelude::*;

use super::failures::{FailureGroup, failures};
use super::sample::Counts;
use super::task::{Task, task, tasks};
use crate::record::Study;

/// A study with everything that a report says about it.
#[derive(Debug, Clone)]
pub struct Analysis<'a> {
    pub study: &'a Study,
    pub tasks: Vec<Task<'a>>,
    pub counts: Counts,
    pub settings: usize,
    pub failures: Vec<FailureGroup>,
    /// Whether every pair of optimizers was compared.
    pub all_pairs: bool,
}

/// All pairs of optimizers are compared if a study has at most this many.
const MOST_COMPARISONS: usize = 1_000;

impl<'a> Analysis<'a> {
    #[must_use]
    pub fn new(study: &'a Study) -> Self {
        let groups = tasks(study);
        let pairs = |optimizers: usize| optimizers * optimizers.saturating_sub(1) / 2;
        let all_pairs = groups.iter().map(|group| pairs(group.2.len())).sum::<usize>() <= MOST_COMPARISONS;
        let mut models: HashMap<&str, usize> = HashMap::new();
        groups.iter().for_each(|(dataset, ..)| *models.entry(dataset).or_default() += 1);
        let shared = |dataset: &str| models.get(dataset).is_some_and(|models| *models > 1);
        let tasks: Vec<Task<'a>> = groups
            .into_par_iter()
            .map(|(dataset, model, combinations)| Task {
                shares_dataset: shared(dataset),
                ..task(study, dataset, model, &combinations, all_pairs)
            })
            .collect();
        let mut counts = Counts::default();
        for contender in tasks.iter().flat_map(|task| &task.contenders) {
            counts.add(contender.counts);
        }
        let settings = study.combinations.iter().map(|combination| combination.settings.len()).sum();
        Self { study, tasks, counts, settings, failures: failures(study), all_pairs }
    }
}
