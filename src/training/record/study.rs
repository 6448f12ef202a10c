//! An experiment as reporting sees it: the plan, and the results in the store.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use super::curve::CurveRow;
use super::curve_scope::CurveScope;
use super::declared_tables::DeclaredTables;
use super::epoch::Epoch;
use super::id::Id;
use super::key_role::KeyRole;
use super::optimum::OptimumRecord;
use super::problem::{BaselineRecord, CheckRecord, ProblemRecord, SplitMoments};
use super::study_combination::{StudyCombination, StudySetting};
use super::study_dataset::{StudyDataset, TestPredictions};
use super::task_metrics::{TaskMetrics, scores};
use super::trials::{Trial, TrialTable};
use super::watched::{WatchSet, Watched};
use crate::metric::{self, MetricKind, Values as MetricValues};
use crate::shape::{Regime, Split, TargetMoments};

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
    /// What each hyperparameter is to the gradient of a network, by qualified key.
    pub roles: BTreeMap<String, KeyRole>,
    /// Dataset × model × optimizer, in the plan's order.
    pub combinations: Vec<StudyCombination>,
    /// How settings train, if theory covers it. [`StudySetting::regime`] is an index into this list.
    pub regimes: Vec<Option<Regime>>,
    /// The number of training rows where every step takes them all, in the order of `regimes`.
    pub full_batches: Vec<Option<u64>>,
    /// The numbers of parameters of their models, in the order of `regimes`.
    pub parameters: Vec<u64>,
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
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct KeyLabel {
    pub label: &'static str,
    /// What a report says of it; empty if it speaks for itself.
    pub explanation: &'static str,
    /// What stands for key and value, by the value's text in TOML, where the value itself would be too long: `layer 2 units 32`.
    pub names: BTreeMap<String, String>,
}

/// Access to stored curves.
pub trait Curves: Send + Sync {
    /// The number of rows in the curve of a trial, which is given by its position in the plan; 0 if it has no record.
    fn rows(&self, trial: usize) -> usize;

    /// Reads the curves of some trials in one pass over the store, and hands them to `take` in the order of reading. A
    /// trial without a record has no curve. A curve that cannot be read is left out, and the store keeps the error.
    fn read(&self, trials: &[usize], take: &mut dyn FnMut(usize, CurveRow<'_>));

    /// Reads what was watched of some trials in the same way: the evaluated epochs of each, and its series.
    fn read_watched(&self, _trials: &[usize], _take: &mut dyn FnMut(usize, &[u64], Watched)) {}
}

impl Study {
    /// The number of parameters of a setting's model.
    #[must_use]
    pub fn n_parameters(&self, setting: &StudySetting) -> Option<u64> {
        self.parameters.get(setting.regime as usize).copied()
    }

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
        scores(self.combinations.iter().map(|combination| &combination.metrics))
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

    /// What is watched in training.
    #[must_use]
    pub fn watches(&self) -> WatchSet {
        let all = self.combinations.iter().map(|combination| combination.metrics.watches);
        all.fold(WatchSet::default(), WatchSet::union)
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
