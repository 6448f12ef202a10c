//! A plan bound to its data: which settings depend on the seed, and the identity of every trial.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use super::identity::{dataset_canonical, model_shape, setting_canonical, trial_canonical};
use super::{Plan, Setting};
use crate::model::Model;
use crate::optimizer::{Batching, Optimizer, Recurrence};
use crate::record::{DataFacts, Id};
use crate::train::{MOST_MODES, Options, Path, Precision, check_steps};
use crate::{dataset, model, optimizer};

/// Facts about each data set that the plan names, by [`dataset_key`].
pub type Facts = BTreeMap<String, DataFacts>;

/// What names a data set within one experiment: its table and every option.
#[must_use]
pub fn dataset_key(setting: &Setting) -> String {
    let cell = toml::Value::Table(setting.dataset.cell.clone());
    format!("{} {} {cell}", setting.dataset.table, setting.dataset.kind)
}

/// A plan whose data is known.
pub struct Bound<'a> {
    pub plan: &'a Plan,
    pub facts: &'a Facts,
    /// Every setting, in the plan's order.
    pub settings: Vec<BoundSetting>,
    /// Every trial, in the plan's order.
    pub trials: Vec<PlannedTrial>,
}

/// What planning knows of one setting once its data is known.
#[derive(Debug, Clone)]
pub struct BoundSetting {
    pub block: usize,
    /// Position within its block.
    pub position: u64,
    /// Nothing in it depends on the seed.
    pub deterministic: bool,
    pub batching: Batching,
    pub path: Path,
    pub precision: Precision,
    pub n_parameters: usize,
    pub epochs: u64,
    pub l2: f64,
    /// What theory needs to know of it.
    pub theory: Option<TheoryNeed>,
}

/// The part of theory that one setting asks for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum TheoryNeed {
    /// The spectrum and the exact solution.
    Problem,
    /// Also SGD's stability limit at this batch size.
    SgdLimit { batch_size: u64 },
    /// Also check trials of this recurrence, of so many steps.
    Check { momentum: f64, nesterov: bool, steps: u64 },
}

/// A trial of the plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PlannedTrial {
    /// Index into [`Bound::settings`].
    pub setting: usize,
    /// `None` where nothing depends on it.
    pub seed: Option<u64>,
    pub id: Id,
    /// Its problem's record, where the loss is least squares.
    pub problem: Option<Id>,
}

/// Rows of a curve at most.
const MOST_EVALUATIONS: u64 = 1_000_000;

impl<'a> Bound<'a> {
    /// # Errors
    /// A sentence for each setting that its data rules out (a start of the wrong length, batches larger than the data).
    pub fn new(plan: &'a Plan, facts: &'a Facts) -> Result<Self, Vec<String>> {
        let mut bound = Self { plan, facts, settings: Vec::new(), trials: Vec::new() };
        let mut problems = BTreeSet::new();
        for (block_index, block) in plan.blocks.iter().enumerate() {
            for position in 0..block.len() {
                let setting = block.setting(position);
                if let Err(problem) = bound.push(block_index, position, &setting) {
                    problems.insert(format!(
                        "dataset \"{}\", model \"{}\", optimizer \"{}\": {problem}",
                        setting.dataset.table, setting.model.table, setting.optimizer.table
                    ));
                }
            }
        }
        if problems.is_empty() { Ok(bound) } else { Err(problems.into_iter().collect()) }
    }

    /// The setting itself, decoded from the plan.
    #[must_use]
    pub fn setting(&self, bound: &BoundSetting) -> Setting {
        self.plan.blocks[bound.block].setting(bound.position)
    }

    /// The canonical text of a trial, whose hash is its id.
    #[must_use]
    pub fn canonical(&self, trial: &PlannedTrial) -> String {
        let setting = self.setting(&self.settings[trial.setting]);
        let fingerprint = self.facts.get(&dataset_key(&setting)).map_or("", |facts| &facts.fingerprint);
        trial_canonical(&setting_canonical(&setting, fingerprint), trial.seed)
    }

    /// The facts about the data sets that the plan names.
    #[must_use]
    pub fn facts_in_use(&self) -> Facts {
        let keys: BTreeSet<String> = self.settings.iter().map(|bound| dataset_key(&self.setting(bound))).collect();
        keys.into_iter().filter_map(|key| self.facts.get(&key).map(|facts| (key.clone(), facts.clone()))).collect()
    }

    fn push(&mut self, block: usize, position: u64, setting: &Setting) -> Result<(), String> {
        let facts = self.facts.get(&dataset_key(setting)).ok_or("its data was never read; `sweep run` reads it")?;
        let model = build_model(setting)?;
        let optimizer = build_optimizer(setting)?;
        let options = Options::read(&setting.train).map_err(|error| error.to_string())?;
        if let Some(rows) = options.evaluations().filter(|rows| *rows > MOST_EVALUATIONS) {
            return Err(format!(
                "{rows} evaluated epochs are too many to keep ({MOST_EVALUATIONS} at most); raise evaluate_every"
            ));
        }
        let n_features = usize::try_from(facts.n_features).map_err(|error| error.to_string())?;
        let n_train = usize::try_from(facts.n_train).map_err(|error| error.to_string())?;
        let n_parameters = model.parameters(n_features)?;
        model.start(n_parameters, Some(0))?;
        if let Batching::Rows { size, replacement: true, .. } = optimizer.batching()
            && size > facts.n_train
        {
            return Err(format!(
                "batch_size = {size} with replacement is larger than the {} training rows",
                facts.n_train
            ));
        }
        let batching = optimizer.batching().resolve(facts.n_train);
        let path = Path::of(&options, &*model, &*optimizer, n_train, n_parameters)?;
        let data_by_seed = data_by_seed(setting);
        let deterministic = batching == Batching::Full && !data_by_seed && !model.start_by_seed();
        let steps = check_steps(n_train, n_parameters, model.penalty().l2, options.epochs);
        let bound_setting = BoundSetting {
            block,
            position,
            deterministic,
            batching,
            path,
            precision: options.precision,
            n_parameters,
            epochs: options.epochs,
            l2: model.penalty().l2,
            theory: theory_need(setting, &*model, &*optimizer, batching, steps).filter(|_| n_parameters <= MOST_MODES),
        };
        let index = self.settings.len();
        let seeds: Vec<Option<u64>> =
            if deterministic { vec![None] } else { self.plan.seeds.iter().copied().map(Some).collect() };
        let shared = setting_canonical(setting, &facts.fingerprint);
        for seed in seeds {
            let problem =
                bound_setting.theory.map(|_| Id::of(&problem_canonical(setting, &facts.fingerprint, seed, &*model)));
            let id = Id::of(&trial_canonical(&shared, seed));
            self.trials.push(PlannedTrial { setting: index, seed, id, problem });
        }
        self.settings.push(bound_setting);
        Ok(())
    }
}

/// Whether the rows that are trained on differ from seed to seed.
fn data_by_seed(setting: &Setting) -> bool {
    dataset::split_by_seed(&setting.dataset.cell)
        || dataset::source(&setting.dataset.kind).is_some_and(|source| (source.by_seed)(&setting.dataset.cell))
}

/// The canonical text of the prepared data that a trial is trained on: what a cohort shares.
#[must_use]
pub fn data_canonical(setting: &Setting, fingerprint: &str, seed: Option<u64>) -> String {
    let mut text = dataset_canonical(setting, fingerprint);
    if let Some(seed) = seed.filter(|_| data_by_seed(setting)) {
        let _ = writeln!(text, "seed = {seed}");
    }
    let precision = setting.train.get("precision").and_then(toml::Value::as_str).unwrap_or("f64");
    text.push_str(&model_shape(setting));
    let _ = writeln!(text, "precision = {precision}");
    text
}

/// The canonical text of a least-squares problem: prepared data, l2, and where training starts.
fn problem_canonical(setting: &Setting, fingerprint: &str, seed: Option<u64>, model: &dyn Model) -> String {
    let mut text = data_canonical(setting, fingerprint, seed);
    let _ = writeln!(text, "l2 = {:?}", model.penalty().l2);
    if let Some(init) = setting.model.cell.get("init") {
        let _ = writeln!(text, "init = {init}");
    }
    if let Some(seed) = seed.filter(|_| model.start_by_seed()) {
        let _ = writeln!(text, "start seed = {seed}");
    }
    text
}

fn theory_need(
    setting: &Setting,
    model: &dyn Model,
    optimizer: &dyn Optimizer,
    batching: Batching,
    check_steps: Option<u64>,
) -> Option<TheoryNeed> {
    if !model.is_least_squares() {
        return None;
    }
    let constant = setting
        .optimizer
        .cell
        .get("schedule")
        .and_then(|schedule| schedule.get("kind"))
        .is_none_or(|kind| kind.as_str() == Some("constant"));
    let plain = constant && model.penalty().l1 == 0.0;
    Some(match (optimizer.recurrence(), batching) {
        (Some(Recurrence { momentum, nesterov }), Batching::Full) if plain => match check_steps {
            Some(steps) => TheoryNeed::Check { momentum, nesterov, steps },
            None => TheoryNeed::Problem,
        },
        (Some(recurrence), Batching::Rows { size, .. }) if plain && recurrence.momentum == 0.0 => {
            TheoryNeed::SgdLimit { batch_size: size }
        }
        _ => TheoryNeed::Problem,
    })
}

/// # Errors
/// Where the cell was not validated.
pub fn build_model(setting: &Setting) -> Result<Box<dyn Model>, String> {
    let family = model::family(&setting.model.kind).ok_or_else(|| format!("no model \"{}\"", setting.model.kind))?;
    (family.build)(&setting.model.cell).map_err(|error| error.message().to_owned())
}

/// # Errors
/// Where the cell was not validated.
pub fn build_optimizer(setting: &Setting) -> Result<Box<dyn Optimizer>, String> {
    let method = optimizer::method(&setting.optimizer.kind)
        .ok_or_else(|| format!("no method \"{}\"", setting.optimizer.kind))?;
    (method.build)(&setting.optimizer.cell).map_err(|error| error.message().to_owned())
}
