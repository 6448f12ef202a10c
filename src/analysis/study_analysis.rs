//! A whole study, analysed: its tasks, its counts and its failures.

use std::collections::HashMap;

use rayon::prelude::*;

use super::across::{AcrossDatasets, across};
use super::effort::TuningEffort;
use super::failures::{FailureGroup, failures};
use super::models::{ModelsApart, ModelsCompared, compared_models};
use super::results::results;
use super::sample::Counts;
use super::task::{Task, task};
use super::ties::EpochsNeeded;
use crate::record::Study;

/// A study with everything that a report says about it.
#[derive(Debug, Clone)]
pub struct Analysis<'a> {
    pub study: &'a Study,
    pub tasks: Vec<Task<'a>>,
    /// The models of each data set that has several, as contenders.
    pub models: Vec<ModelsCompared<'a>>,
    /// Data sets with models that have no common score.
    pub models_apart: Vec<ModelsApart<'a>>,
    /// How optimizers compare over independent data sets, by model.
    pub across: Vec<AcrossDatasets>,
    /// What optimizers give for how many settings tried.
    pub effort: TuningEffort,
    pub counts: Counts,
    pub settings: usize,
    pub failures: Vec<FailureGroup>,
    /// What decides ties among settings.
    pub epochs_needed: EpochsNeeded,
    /// Whether every pair of optimizers was compared.
    pub all_pairs: bool,
}

/// All pairs of optimizers are compared if a study has at most this many.
const MOST_COMPARISONS: usize = 1_000;

impl<'a> Analysis<'a> {
    #[must_use]
    pub fn new(study: &'a Study) -> Self {
        let (groups, needed) = results(study);
        let pairs = |optimizers: usize| optimizers * optimizers.saturating_sub(1) / 2;
        let all_pairs = groups.iter().map(|group| pairs(group.combinations.len())).sum::<usize>() <= MOST_COMPARISONS;
        let mut models: HashMap<&str, usize> = HashMap::new();
        groups.iter().for_each(|group| *models.entry(group.dataset).or_default() += 1);
        let shared = |dataset: &str| models.get(dataset).is_some_and(|models| *models > 1);
        let tasks: Vec<Task<'a>> = groups
            .into_par_iter()
            .map(|group| Task { shares_dataset: shared(group.dataset), ..task(study, group, &needed, all_pairs) })
            .collect();
        let mut counts = Counts::default();
        for contender in tasks.iter().flat_map(|task| &task.contenders) {
            counts.add(contender.counts);
        }
        let settings = study.combinations.iter().map(|combination| combination.settings.len()).sum();
        let (models, models_apart) = compared_models(study, &tasks, &needed);
        let across = across(study, &tasks);
        let effort = TuningEffort::of(study, &tasks);
        Self {
            study,
            tasks,
            models,
            models_apart,
            across,
            effort,
            counts,
            settings,
            failures: failures(study),
            epochs_needed: needed,
            all_pairs,
        }
    }
}
