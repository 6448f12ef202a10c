//! An experiment as reporting sees it: the plan, and the results in the store.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use super::curve::CurveRow;
use super::curve_scope::CurveScope;
use super::declared_tables::DeclaredTables;
use super::epoch::Epoch;
use super::id::Id;
use super::optimum::OptimumRecord;
use super::problem::{BaselineRecord, CheckRecord, ProblemRecord, SplitMoments};
use super::study_dataset::{StudyDataset, TestPredictions};
use super::task_metrics::TaskMetrics;
use super::trials::{Trial, TrialTable};
use crate::metric::{self, MetricKind, Values as MetricValues};
use crate::parameter::Values;
use crate::shape::{Regime, Split, TargetMoments, grid};

/// An experiment and its results. Settings are decoded from their positions, and curves are read on demand.
#[derive(Clone)]
pub struct Study {
    pub name: String,
    pub title: String,
    /// The epoch at which the metric that ranks settings is taken.
    pub epoch: Epoch,
    /// Optimizers count as practically equal if they are sure to differ by no more than this share of the leader's level.
    pub equivalence: f64,
    /// The qualified keys whose values compete as optimizers do (`optimizer.batch_size`); empty where only optimizers compete.
    pub compare: Vec<String>,
    /// The curves that the results hold.
    pub curve_scope: CurveScope,
    /// The seeds that the experiment declares.
    pub seeds: Vec<u64>,
    /// What the experiment declares by name.
    pub declared: DeclaredTables,
    /// What labels call the hyperparameters that vary, by qualified key.
    pub labels: BTreeMap<String, KeyLabel>,
    /// Dataset × model × optimizer, in the plan's order.
    pub combinations: Vec<StudyCombination>,
    /// How settings train, if theory covers it. [`StudySetting::regime`] is an index into this list.
    pub regimes: Vec<Option<Regime>>,
    /// The number of training rows where every step takes them all, in the order of `regimes`.
    pub full_batches: Vec<Option<u64>>,
    /// The result of each trial, in the plan's order.
    pub trials: TrialTable,
    pub curves: Arc<dyn Curves>,
    pub problems: BTreeMap<Id, ProblemRecord>,
    /// The moments of targets by problem.
    pub targets: BTreeMap<Id, SplitMoments>,
    /// What is stored of baselines, by problem.
    pub baselines: BTreeMap<Id, Vec<BaselineRecord>>,
    /// Check trials by problem.
    pub checks: BTreeMap<Id, Vec<CheckRecord>>,
    /// The data of each task, by [`StudyCombination::dataset`].
    pub datasets: BTreeMap<String, StudyDataset>,
    /// What chosen trials predict for test rows that are the same for all seeds, by position in `trials`.
    pub test_predictions: BTreeMap<usize, TestPredictions>,
    /// Bounds of the curvature of J by problem, for problems that are no least squares.
    pub curvatures: BTreeMap<Id, f64>,
    /// Minima of J by problem, for such problems under a smooth loss.
    pub optima: BTreeMap<Id, OptimumRecord>,
    /// Notes from planning and loading, one line each (a constant column, rows dropped, a rule that removes nothing).
    pub notes: Vec<String>,
}

/// What a label calls a hyperparameter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeyLabel {
    pub label: &'static str,
    /// What a report says of it; empty if it speaks for itself.
    pub explanation: &'static str,
}

/// Access to stored curves.
pub trait Curves: Send + Sync {
    /// The number of rows in the curve of a trial, which is given by its position in the plan; 0 if it has no record.
    fn rows(&self, trial: usize) -> usize;

    /// Reads the curves of some trials in one pass over the store, and hands them to `take` in the order of reading. A
    /// trial without a record has no curve. A curve that cannot be read is left out, and the store keeps the error.
    fn read(&self, trials: &[usize], take: &mut dyn FnMut(usize, CurveRow<'_>));
}

/// The settings of one dataset × model × optimizer, or of one value of the keys that are compared.
#[derive(Debug, Clone)]
pub struct StudyCombination {
    /// The data set: the name of its table, with what tells its rows or targets apart if the file lists several (`line noise 0.1`).
    pub dataset: String,
    /// Table names.
    pub table: String,
    pub model: String,
    /// What its task is measured by.
    pub metrics: TaskMetrics,
    pub optimizer_table: String,
    /// What competes on the task: the optimizer's table, or a value of the keys that are compared (`batch_size 8`; of one optimizer
    /// among several `sgd batch_size 8`).
    pub optimizer: String,
    /// The values of the keys that are compared, by qualified key; empty where the optimizer takes part as itself.
    pub level: Values,
    /// The same in words, in the order of `[report] compare`.
    pub levels: Vec<StudyLevel>,
    /// `"gd"`, `"sgd"`, …
    pub method: String,
    /// Whether its only learning rate is the default of its method.
    pub rate_is_default: bool,
    /// What somebody uses who tunes nothing. `None` if no program has a default learning rate of the method.
    pub untuned: Option<Untuned>,
    /// The hyperparameters that no axis sets, by qualified key (`optimizer.momentum`), with dots for nested tables
    /// (`optimizer.schedule.kind`).
    pub fixed: Values,
    /// The axes of its grid. The last one varies fastest.
    pub axes: Vec<StudyAxis>,
    pub settings: Vec<StudySetting>,
}

/// The value of a key that is compared (`[report] compare`).
#[derive(Debug, Clone, PartialEq)]
pub struct StudyLevel {
    /// The qualified key: `optimizer.momentum`.
    pub key: String,
    /// The value in words, as the contender's name has it: `momentum 0.9`.
    pub words: String,
    /// The same without the key: `0.9`.
    pub value: String,
    /// The number, if it is one.
    pub number: Option<f64>,
}

/// The defaults of a method.
#[derive(Debug, Clone, PartialEq)]
pub struct Untuned {
    /// The program whose learning rate it is.
    pub program: &'static str,
    pub learning_rate: f64,
    /// The other keys with their defaults, by qualified key: those of the method, and of others that differ from it in their defaults alone
    /// (AdamW from Adam).
    pub keys: Vec<Values>,
    /// The keys that may have any value, because no default of the method says it.
    pub free: &'static [&'static str],
}

impl Untuned {
    /// Whether hyperparameters have no other key of the method than at its default, whatever the learning rate is.
    #[must_use]
    pub fn has_defaults(&self, hyperparameters: &Values) -> bool {
        let is_default = |defaults: &Values| {
            hyperparameters.iter().all(|(key, value)| {
                let Some(name) = key.strip_prefix("optimizer.") else { return true };
                name == "learning_rate" || self.free.contains(&name) || defaults.get(key) == Some(value)
            })
        };
        self.keys.iter().any(is_default)
    }
}

/// One axis of a grid.
#[derive(Debug, Clone)]
pub struct StudyAxis {
    /// The qualified keys that vary along it (`optimizer.learning_rate`, `model.l2`, `train.epochs`).
    pub keys: Vec<String>,
    pub points: usize,
    /// The values that its points set, flat like [`StudyCombination::fixed`]: for each key, a value for each point that
    /// has it.
    pub columns: Vec<(String, Vec<Option<toml::Value>>)>,
}

impl StudyAxis {
    #[must_use]
    pub const fn new(keys: Vec<String>) -> Self {
        Self { keys, points: 0, columns: Vec::new() }
    }

    /// Adds a point.
    pub fn push(&mut self, point: Values) {
        for (key, value) in point {
            let known = self.columns.iter().position(|(column, _)| *column == key);
            let column = known.unwrap_or_else(|| {
                self.columns.push((key, Vec::new()));
                self.columns.len() - 1
            });
            let values = &mut self.columns[column].1;
            values.resize(self.points, None);
            values.push(Some(value));
        }
        self.points += 1;
    }

    /// The value of a key at a point.
    #[must_use]
    pub fn get(&self, key: &str, point: usize) -> Option<&toml::Value> {
        let (_, values) = self.columns.iter().find(|(column, _)| column == key)?;
        values.get(point)?.as_ref()
    }
}

/// One setting with its trials over seeds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StudySetting {
    /// Position in the combination's grid.
    pub position: u64,
    /// Position among all settings of the plan.
    pub index: u32,
    /// Its trials in [`Study::trials`], one per seed.
    pub first_trial: u32,
    pub n_trials: u32,
    /// Whether nothing depends on the seed. The setting then has one trial, without a seed.
    pub deterministic: bool,
    /// Index into [`Study::regimes`].
    pub regime: u32,
    /// The first half of a hash of what its trials share: their canonical text without the seed.
    pub hash: u64,
}

/// One hyperparameter over the settings of a combination.
pub struct StudyColumn<'a> {
    fixed: Option<&'a toml::Value>,
    /// The settings between two points, the number of points, and the values of the first points.
    axis: Option<(u64, usize, &'a [Option<toml::Value>])>,
}

impl<'a> StudyColumn<'a> {
    #[must_use]
    pub fn get(&self, setting: &StudySetting) -> Option<&'a toml::Value> {
        match self.axis {
            Some((_, _, values)) => values.get(self.point(setting))?.as_ref(),
            None => self.fixed,
        }
    }

    /// Its values: one per point of its axis, or a single one if no axis varies it.
    #[must_use]
    pub fn values(&self) -> Vec<Option<&'a toml::Value>> {
        match self.axis {
            Some((_, points, values)) => (0..points).map(|point| values.get(point)?.as_ref()).collect(),
            None => vec![self.fixed],
        }
    }

    /// The position of a setting among [`Self::values`].
    #[must_use]
    pub fn point(&self, setting: &StudySetting) -> usize {
        self.axis.map_or(0, |(stride, points, _)| digit(setting.position, stride, points))
    }
}

fn digit(position: u64, stride: u64, points: usize) -> usize {
    usize::try_from(grid::digit(position, stride, points as u64)).unwrap_or(0)
}

impl StudyCombination {
    /// Every hyperparameter of a setting by qualified key, defaults filled in.
    #[must_use]
    pub fn hyperparameters(&self, setting: &StudySetting) -> Values {
        let mut values = self.fixed.clone();
        for (axis, digit) in self.axes.iter().zip(self.digits(setting)) {
            let set = axis.columns.iter().filter_map(|(key, values)| Some((key.clone(), values.get(digit)?.clone()?)));
            values.extend(set);
        }
        values
    }

    /// The positions of a setting along the axes.
    #[must_use]
    pub fn digits(&self, setting: &StudySetting) -> Vec<usize> {
        (0..self.axes.len()).map(|axis| self.digit(setting, axis)).collect()
    }

    /// The position of a setting along one axis.
    #[must_use]
    pub fn digit(&self, setting: &StudySetting, axis: usize) -> usize {
        digit(setting.position, self.stride(axis), self.axes[axis].points)
    }

    /// Settings of the grid between two points of an axis.
    #[must_use]
    pub fn stride(&self, axis: usize) -> u64 {
        grid::stride(self.axes[axis + 1..].iter().map(|axis| axis.points as u64))
    }

    /// One hyperparameter over all settings.
    #[must_use]
    pub fn column<'a>(&'a self, key: &str) -> StudyColumn<'a> {
        let axis = self.axes.iter().enumerate().find_map(|(index, axis)| {
            let (_, values) = axis.columns.iter().find(|(column, _)| column == key)?;
            Some((self.stride(index), axis.points, values.as_slice()))
        });
        StudyColumn { fixed: self.fixed.get(key), axis }
    }

    /// Every key that any of its settings has.
    pub fn keys(&self) -> impl Iterator<Item = &String> {
        self.fixed.keys().chain(self.axes.iter().flat_map(|axis| &axis.columns).map(|(key, _)| key))
    }
}

impl StudySetting {
    /// The name of the setting in every table: 16 hexadecimal digits. It stays when settings are added beside it. The id of a
    /// trial without a seed begins with it.
    #[must_use]
    pub fn name(&self) -> String {
        format!("{:016x}", self.hash)
    }

    /// Positions of its trials in [`Study::trials`].
    pub fn trials(&self) -> impl Iterator<Item = usize> + use<> {
        let first = self.first_trial as usize;
        first..first + self.n_trials as usize
    }
}

impl Study {
    /// The value of a metric of a completed trial on a split, recorded or derived from another metric.
    #[must_use]
    pub fn value(&self, trial: &Trial<'_>, kind: &MetricKind, split: Split, epoch: Epoch) -> Option<f64> {
        match kind.values {
            MetricValues::Loss(_) | MetricValues::Outputs(_) => trial.recorded(kind, split, epoch),
            MetricValues::Derived { from, value } => {
                let recorded = trial.recorded(metric::metric(from)?, split, epoch)?;
                value(recorded, self.target_of(trial, split)).ok()
            }
        }
    }

    /// The metrics that rank settings, each once.
    #[must_use]
    pub fn scores(&self) -> Vec<&'static MetricKind> {
        self.each_once(|metrics| vec![metrics.score])
    }

    /// The metric that ranks the settings of every task; `None` if tasks differ in it.
    #[must_use]
    pub fn score(&self) -> Option<&'static MetricKind> {
        match self.scores()[..] {
            [score] => Some(score),
            _ => None,
        }
    }

    /// The metrics of the losses that settings descend, each once.
    #[must_use]
    pub fn losses(&self) -> Vec<&'static MetricKind> {
        self.each_once(|metrics| metrics.losses.clone())
    }

    /// The metrics that tables of trials show: those of the losses, those that were asked for, and what follows from them.
    #[must_use]
    pub fn metrics(&self) -> Vec<&'static MetricKind> {
        let recorded = self.each_once(|metrics| [&metrics.losses[..], &metrics.of_rows].concat());
        let shown = |kind: &&MetricKind| recorded.iter().any(|known| known.name == kind.recorded_as());
        metric::every().filter(shown).collect()
    }

    /// The metrics whose curves are recorded: those of the losses, and then the scores that some loss does not give, or what they
    /// are derived from.
    #[must_use]
    pub fn recorded_curves(&self) -> Vec<&'static MetricKind> {
        let mut kinds = self.losses();
        for kind in self.each_once(|metrics| metrics.recorded_curve().into_iter().collect()) {
            if !kinds.contains(&kind) {
                kinds.push(kind);
            }
        }
        kinds
    }

    /// The scores, and then the other metrics that were asked for by name: what reports and tables of settings show.
    #[must_use]
    pub fn reported_metrics(&self) -> Vec<&'static MetricKind> {
        let mut kinds = self.scores();
        let others = self.each_once(|metrics| metrics.others.clone());
        kinds.extend(metric::every().filter(|kind| others.contains(kind) && !kinds.contains(kind)).collect::<Vec<_>>());
        kinds
    }

    /// Metrics of the tasks, each once, in the order of the plan.
    fn each_once(&self, of: impl Fn(&TaskMetrics) -> Vec<&'static MetricKind>) -> Vec<&'static MetricKind> {
        let mut once = Vec::new();
        for kind in self.combinations.iter().flat_map(|combination| of(&combination.metrics)) {
            if !once.contains(&kind) {
                once.push(kind);
            }
        }
        once
    }

    /// The best epoch of a trial by a metric. One that is derived has the best epoch of the metric it is derived from:
    /// both are best together.
    #[must_use]
    pub fn best_epoch(&self, trial: &Trial<'_>, kind: &MetricKind) -> Option<u64> {
        match kind.values {
            MetricValues::Loss(_) | MetricValues::Outputs(_) => trial.best_epoch(kind),
            MetricValues::Derived { from, .. } => trial.best_epoch(metric::metric(from)?),
        }
    }

    /// The moments of the targets that a trial is evaluated on; `None` if they are not stored.
    #[must_use]
    pub fn target_of(&self, trial: &Trial<'_>, split: Split) -> Option<&TargetMoments> {
        self.targets.get(&trial.problem()?)?[split as usize].as_ref()
    }

    /// How a setting trains. `None` if theory does not cover it: another method, a changing rate, l1, momentum on batches, or,
    /// under another loss than the squared error, momentum or batches.
    #[must_use]
    pub fn regime(&self, setting: &StudySetting) -> Option<Regime> {
        self.regimes.get(setting.regime as usize).copied().flatten()
    }

    /// A setting's batch size as tables show it: a number of rows, and whether every step takes all of them. `None` if its method
    /// draws no batches.
    #[must_use]
    pub fn batch_size(&self, setting: &StudySetting, value: Option<&toml::Value>) -> Option<(Option<u64>, bool)> {
        let full = self.full_batches.get(setting.regime as usize).copied().flatten();
        let size = value?.as_integer().and_then(|size| u64::try_from(size).ok());
        Some((full.or(size), full.is_some() || size.is_none()))
    }

    /// The trials of a setting with their seeds (`None` if nothing depends on the seed).
    pub fn trials_of<'a>(&'a self, setting: &StudySetting) -> impl Iterator<Item = (Option<u64>, Trial<'a>)> + 'a {
        let seeded = !setting.deterministic;
        let seeds = self.seeds.iter().copied().map(move |seed| seeded.then_some(seed));
        setting.trials().zip(seeds).map(|(trial, seed)| (seed, self.trials.get(trial)))
    }

    /// The trials of a setting that have a record.
    pub fn records_of<'a>(&'a self, setting: &StudySetting) -> impl Iterator<Item = Trial<'a>> + 'a {
        setting.trials().map(|trial| self.trials.get(trial)).filter(Trial::has_record)
    }
}

impl fmt::Debug for Study {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Study")
            .field("name", &self.name)
            .field("combinations", &self.combinations.len())
            .finish_non_exhaustive()
    }
}
