//! A plan bound to its data: which settings depend on the seed, and the identity of every trial. Trials are decoded from their
//! position; only what several trials share is kept.

use std::collections::hash_map::Entry;
use std::collections::{BTreeSet, HashMap};

use super::canonical::{Canonical, write_seed};
use super::data_canonical::{data_canonical, problem_canonical};
use super::learning_rate_axis::{LearningRateAxis, representative};
use super::numbering::{IdNumbers, PlannedSetting, PlannedTrial, Starts};
use super::revisions::{data_rows, rows};
use super::unfit::Unfit;
use super::{Combination, FactsByDataset, Plan, Setting, SettingShape, dataset_key};
use crate::optimizer::LEARNING_RATE;
use crate::record::{Id, Revisions, RowRevision};
use crate::shape::PredictionKind;

/// The most trials of one plan. A position takes 32 bits, and every id is kept in memory.
pub const MOST_TRIALS: u64 = 100_000_000;

/// A plan whose data is known.
pub struct BoundPlan<'a> {
    pub plan: &'a Plan,
    pub facts: &'a FactsByDataset,
    pub shapes: Vec<SettingShape>,
    /// The problems of the plan, each once.
    pub problems: Vec<Id>,
    /// The different revisions that records of the plan must have.
    pub revisions: Vec<Revisions>,
    /// The different texts of the revisions that made prepared data.
    pub(super) data_revisions: Vec<String>,
    combinations: Vec<BoundCombination>,
    settings: usize,
    trials: usize,
}

/// What is known of one combination.
struct BoundCombination {
    first_setting: usize,
    first_trial: usize,
    /// The first trial of each of its settings, within the combination.
    starts: Starts,
    canonical: Canonical,
    rates: Option<LearningRateAxis>,
    /// Shapes by position. Settings that differ in their learning rate alone share the position with the first rate.
    shapes: HashMap<u64, usize>,
}

/// Numbers for the ids of prepared data and of problems, and what is asked of registry rows.
struct KnownIds<'r> {
    data: IdNumbers,
    problems: IdNumbers,
    revision: &'r dyn Fn(&RowRevision) -> u32,
}

impl KnownIds<'_> {
    fn revisions(&self, rows: Vec<RowRevision>) -> Revisions {
        Revisions::new(rows.into_iter().map(|row| RowRevision { revision: (self.revision)(&row), ..row }).collect())
    }
}

impl<'a> BoundPlan<'a> {
    /// # Errors
    /// One sentence for each setting that the data rules out (a start of the wrong length, batches larger than the data).
    pub fn new(plan: &'a Plan, facts: &'a FactsByDataset) -> Result<Self, Vec<Unfit>> {
        Self::at_revisions(plan, facts, &|row| row.revision)
    }

    /// The same with other revisions of registry rows than theirs.
    ///
    /// # Errors
    /// Those of [`Self::new`].
    pub fn at_revisions(
        plan: &'a Plan,
        facts: &'a FactsByDataset,
        revision: &dyn Fn(&RowRevision) -> u32,
    ) -> Result<Self, Vec<Unfit>> {
        let planned = u128::from(plan.settings()) * plan.seeds.len() as u128;
        if planned > u128::from(MOST_TRIALS) {
            return Err(vec![Unfit::from(format!(
                "the experiment has {} settings × {} seeds = {planned} trials; at most {MOST_TRIALS} can be planned at once",
                plan.settings(),
                plan.seeds.len()
            ))]);
        }
        let mut bound = Self {
            plan,
            facts,
            shapes: Vec::new(),
            problems: Vec::new(),
            revisions: Vec::new(),
            data_revisions: Vec::new(),
            combinations: Vec::new(),
            settings: 0,
            trials: 0,
        };
        let mut known = KnownIds { data: IdNumbers::default(), problems: IdNumbers::default(), revision };
        let mut problems = BTreeSet::new();
        for combination in 0..plan.combinations.len() {
            bound.push_combination(combination, &mut known, &mut problems);
        }
        bound.problems = known.problems.order;
        if problems.is_empty() { Ok(bound) } else { Err(problems.into_iter().collect()) }
    }

    fn push_combination(&mut self, index: usize, known: &mut KnownIds<'_>, problems: &mut BTreeSet<Unfit>) {
        let (combination, facts) = (&self.plan.combinations[index], self.facts);
        let fingerprint = |setting: &Setting| {
            facts.get(&dataset_key(setting)).map_or_else(String::new, |facts| facts.fingerprint.clone())
        };
        let rates = LearningRateAxis::of(combination);
        let mut shapes: HashMap<u64, usize> = HashMap::new();
        let first_shape = self.shapes.len();
        for local in 0..combination.len() {
            let position = combination.position(local);
            let Entry::Vacant(place) = shapes.entry(representative(rates.as_ref(), position)) else { continue };
            let setting = combination.grid.setting(position);
            place.insert(self.shapes.len());
            match self.shape(index, &setting, known) {
                Ok(shape) => self.shapes.push(shape),
                Err(Unfit { message, key, whatever_optimizer }) => {
                    let (dataset, model) = (&setting.dataset.table, &setting.model.table);
                    let optimizer = match whatever_optimizer {
                        true => String::new(),
                        false => format!(", optimizer \"{}\"", setting.optimizer.table),
                    };
                    let message = format!("dataset \"{dataset}\", model \"{model}\"{optimizer}: {message}");
                    problems.insert(Unfit { message, key, whatever_optimizer });
                }
            }
        }
        if !problems.is_empty() {
            return;
        }
        let seeds = self.plan.seeds.len();
        let settings = usize::try_from(combination.len()).unwrap_or(usize::MAX);
        let trials_of = |shape: &SettingShape| if shape.deterministic { 1 } else { seeds };
        let new = &self.shapes[first_shape..];
        let each = new.first().map_or(seeds, trials_of);
        let (starts, trials) = if new.iter().all(|shape| trials_of(shape) == each) {
            (Starts::Equal(each), settings * each)
        } else {
            let mut next: u32 = 0;
            let mut starts = vec![0];
            for local in 0..combination.len() {
                let shape = shapes[&representative(rates.as_ref(), combination.position(local))];
                next += u32::try_from(trials_of(&self.shapes[shape])).unwrap_or(u32::MAX);
                starts.push(next);
            }
            (Starts::Listed(starts), next as usize)
        };
        self.combinations.push(BoundCombination {
            first_setting: self.settings,
            first_trial: self.trials,
            starts,
            canonical: Canonical::new(&combination.grid, &fingerprint),
            rates,
            shapes,
        });
        self.settings += settings;
        self.trials += trials;
    }

    fn shape(
        &mut self,
        combination: usize,
        setting: &Setting,
        known: &mut KnownIds<'_>,
    ) -> Result<SettingShape, Unfit> {
        let facts = self
            .facts
            .get(&dataset_key(setting))
            .ok_or_else(|| "its data was never read; `sweep run` reads it".to_owned())?;
        let mut shape = SettingShape::new(combination, setting, facts)?;
        let score = self.plan.metrics[combination].score;
        if let Some(reason) = facts.classes.as_ref().and_then(|classes| score.undefined_for(classes.names.len()))
            && shape.predicts != PredictionKind::Numbers
        {
            let message = format!("`score = \"{}\"` has no value: {reason}", score.name);
            return Err(Unfit::of("report.score", message));
        }
        let revisions = known.revisions(rows(setting));
        let at = self.revisions.iter().position(|known| *known == revisions).unwrap_or(self.revisions.len());
        if at == self.revisions.len() {
            self.revisions.push(revisions);
        }
        shape.revisions = u32::try_from(at).unwrap_or(u32::MAX);
        let data_revisions = known.revisions(data_rows(setting));
        let text = data_revisions.text();
        let at = self.data_revisions.iter().position(|known| *known == text).unwrap_or(self.data_revisions.len());
        if at == self.data_revisions.len() {
            self.data_revisions.push(text);
        }
        shape.data_revisions = u32::try_from(at).unwrap_or(u32::MAX);
        let seeds: Vec<Option<u64>> =
            if shape.deterministic { vec![None] } else { self.plan.seeds.iter().copied().map(Some).collect() };
        for seed in seeds {
            shape.data.push(known.data.number(Id::of(&data_canonical(setting, &facts.fingerprint, seed))));
            let text = problem_canonical(setting, &facts.fingerprint, seed, &data_revisions)?;
            shape.problems.push(known.problems.number(Id::of(&text)));
        }
        Ok(shape)
    }

    /// The number of settings in all combinations.
    #[must_use]
    pub const fn settings(&self) -> usize {
        self.settings
    }

    /// The number of trials of all settings.
    #[must_use]
    pub const fn trials(&self) -> usize {
        self.trials
    }

    /// The setting at `index` in the plan's order; `index < settings()`.
    #[must_use]
    pub fn planned_setting(&self, index: usize) -> PlannedSetting {
        let combination = self.combinations.partition_point(|combination| combination.first_setting <= index) - 1;
        self.local_setting(combination, index - self.combinations[combination].first_setting)
    }

    fn local_setting(&self, combination: usize, local: usize) -> PlannedSetting {
        let bound = &self.combinations[combination];
        let position = self.plan.combinations[combination].position(local as u64);
        let shape = bound.shapes.get(&representative(bound.rates.as_ref(), position)).copied().unwrap_or(0);
        let (start, n_trials) = match &bound.starts {
            Starts::Equal(each) => (local * each, *each),
            Starts::Listed(starts) => (starts[local] as usize, (starts[local + 1] - starts[local]) as usize),
        };
        PlannedSetting {
            index: bound.first_setting + local,
            combination,
            position,
            shape,
            first_trial: bound.first_trial + start,
            n_trials,
        }
    }

    /// The trial at `index` in the plan's order; `index < trials()`.
    #[must_use]
    pub fn trial(&self, index: usize) -> PlannedTrial {
        let combination = self.combinations.partition_point(|combination| combination.first_trial <= index) - 1;
        let bound = &self.combinations[combination];
        let local = index - bound.first_trial;
        let setting = match &bound.starts {
            Starts::Equal(each) => local / each,
            Starts::Listed(starts) => starts.partition_point(|start| *start as usize <= local) - 1,
        };
        let setting = self.local_setting(combination, setting);
        self.trial_of(setting, index - setting.first_trial)
    }

    /// The trial of a setting with the `seed`-th seed.
    #[must_use]
    pub fn trial_of(&self, setting: PlannedSetting, seed: usize) -> PlannedTrial {
        let deterministic = self.shapes[setting.shape].deterministic;
        let number = if deterministic { None } else { self.plan.seeds.get(seed).copied() };
        PlannedTrial { index: setting.first_trial + seed, setting, seed: number }
    }

    #[must_use]
    pub fn shape_of(&self, trial: &PlannedTrial) -> &SettingShape {
        &self.shapes[trial.setting.shape]
    }

    /// The setting itself, decoded from the plan.
    #[must_use]
    pub fn setting(&self, planned: &PlannedSetting) -> Setting {
        self.plan.combinations[planned.combination].grid.setting(planned.position)
    }

    /// The learning rate of a setting.
    #[must_use]
    pub fn learning_rate(&self, planned: &PlannedSetting) -> Option<f64> {
        match &self.combinations[planned.combination].rates {
            Some(rates) => rates.values.get(usize::try_from(rates.digit(planned.position)).ok()?).copied(),
            None => {
                let values = &self.plan.combinations[planned.combination].grid.base.optimizer.values;
                values.get(LEARNING_RATE.name)?.as_float()
            }
        }
    }

    /// The number of the prepared data that a trial trains on.
    #[must_use]
    pub fn data_number(&self, trial: &PlannedTrial) -> u32 {
        let seed = trial.index - trial.setting.first_trial;
        self.shape_of(trial).data.get(seed).copied().unwrap_or(u32::MAX)
    }

    /// The number of a trial's problem: an index into [`Self::problems`].
    #[must_use]
    pub fn problem_number(&self, trial: &PlannedTrial) -> Option<u32> {
        self.shape_of(trial).problems.get(trial.index - trial.setting.first_trial).copied()
    }

    /// The id of a trial's problem. (`None` only for a trial that the plan does not have.)
    #[must_use]
    pub fn problem(&self, trial: &PlannedTrial) -> Option<Id> {
        self.problems.get(self.problem_number(trial)? as usize).copied()
    }

    /// The problem as the trial's record names it: not at all without modes.
    #[must_use]
    pub fn recorded_problem(&self, trial: &PlannedTrial) -> Option<Id> {
        self.problem(trial).filter(|_| self.shape_of(trial).names_problem)
    }

    /// The canonical text of a trial, whose hash is its id.
    #[must_use]
    pub fn canonical(&self, trial: &PlannedTrial) -> String {
        let mut text = String::with_capacity(512);
        let mut digits = Vec::new();
        self.write_canonical(&trial.setting, &mut digits, &mut text);
        write_seed(&mut text, trial.seed);
        text
    }

    /// What all trials with the same steps have in common: the canonical text without what only decides when they end.
    #[must_use]
    pub fn steps_canonical(&self, trial: &PlannedTrial) -> String {
        let (mut text, mut digits) = (String::with_capacity(512), Vec::new());
        self.plan.combinations[trial.setting.combination].grid.digits(trial.setting.position, &mut digits);
        self.combinations[trial.setting.combination].canonical.write_steps(&digits, &mut text);
        write_seed(&mut text, trial.seed);
        text
    }

    /// The revisions that a trial's record must have.
    #[must_use]
    pub fn revisions_of(&self, trial: &PlannedTrial) -> &Revisions {
        &self.revisions[self.shape_of(trial).revisions as usize]
    }

    /// A trial's identity.
    #[must_use]
    pub fn id(&self, trial: &PlannedTrial) -> Id {
        Id::of(&self.canonical(trial))
    }

    /// Appends the text that all trials of a setting share.
    pub(super) fn write_canonical(&self, setting: &PlannedSetting, digits: &mut Vec<usize>, text: &mut String) {
        self.plan.combinations[setting.combination].grid.digits(setting.position, digits);
        self.combinations[setting.combination].canonical.write(digits, text);
    }

    /// The facts about the data sets that the plan uses.
    #[must_use]
    pub fn facts_in_use(&self) -> FactsByDataset {
        let mut keys = BTreeSet::new();
        for (combination, bound) in self.plan.combinations.iter().zip(&self.combinations) {
            // The learning rate does not affect which data set is used, so the position with the first rate is enough.
            keys.extend(bound.shapes.keys().map(|&position| dataset_key(&combination.grid.setting(position))));
        }
        keys.into_iter().filter_map(|key| self.facts.get(&key).map(|facts| (key.clone(), facts.clone()))).collect()
    }
}

/// An upper bound on the number of shapes among a plan's settings.
#[must_use]
pub fn shapes_at_most(plan: &Plan) -> u64 {
    let of = |combination: &Combination| match LearningRateAxis::of(combination) {
        Some(rates) if rates.alone => (combination.grid.len() / rates.points.max(1)).min(combination.len()),
        _ => combination.len(),
    };
    plan.combinations.iter().map(of).fold(0, u64::saturating_add)
}
