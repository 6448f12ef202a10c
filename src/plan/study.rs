//! The plan as reporting sees it.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use super::key_labels::{key_labels, name_long_numbers, parameters};
use super::key_roles::key_roles;
use super::level_axes::LevelAxes;
use super::setting::flat_key;
use super::task_axes::TaskAxes;
use super::theory::SelectedTheory;
use super::{
    BoundPlan, Combination, Component, Grid, PlannedSetting, PlannedTrial, Setting, SettingShape, dataset_key,
};
use crate::baseline::{BASELINES, BaselineKind};
use crate::dataset;
use crate::metric::mse;
use crate::optimizer::{self, LEARNING_RATE, METHODS, ROW_KEYS};
use crate::parameter::{AboutRow, AnyRegistry, Decides, DefaultElsewhere, Fallback, Kind, Values};
use crate::record::{
    Curves, SeedRepeats, Split, Study, StudyAxis, StudyCombination, StudyDataset, StudySetting, TaskMetrics,
    TrialTable, Untuned,
};
use crate::train;

/// A combination of the study with what places it among those of one grid.
struct PlacedCombination {
    task: Vec<usize>,
    /// The position of the first combination of the task.
    first_of_task: usize,
    level: Vec<usize>,
    study: StudyCombination,
}

/// What it means that a trial did not descend.
const ASCENT: &str = "J ended above its value at the start, which counts as diverged";

impl BoundPlan<'_> {
    /// Combines the plan with its trials, curves and theory.
    #[must_use]
    pub fn study(&self, mut trials: TrialTable, curves: Arc<dyn Curves>, theory: SelectedTheory) -> Study {
        let mut labels = BTreeMap::new();
        self.plan.combinations.iter().for_each(|combination| key_labels(&combination.grid, &mut labels));
        let mut roles = BTreeMap::new();
        self.plan.combinations.iter().for_each(|combination| key_roles(&combination.grid, &mut roles));
        name_long_numbers(self.plan.combinations.iter().map(|combination| &combination.grid), &mut labels);
        // Those of each combination of the plan: one for each of its tasks, and there for each value that competes.
        let mut combinations: Vec<Vec<PlacedCombination>> = self.plan.combinations.iter().map(|_| Vec::new()).collect();
        let mut known: Vec<HashMap<[Vec<usize>; 2], usize>> =
            self.plan.combinations.iter().map(|_| HashMap::new()).collect();
        let task_axes: Vec<TaskAxes> =
            self.plan.combinations.iter().map(|combination| TaskAxes::of(&combination.grid, &labels)).collect();
        let of_levels = |combination: &Combination| LevelAxes::of(&combination.grid, &self.plan.compare);
        let level_axes: Vec<LevelAxes> = self.plan.combinations.iter().map(of_levels).collect();
        let names_optimizers = self.plan.declared_tables().optimizers.len() > 1;
        let mut datasets = BTreeMap::new();
        let mut digits = Vec::new();
        for (index, hash) in self.setting_hashes().into_iter().enumerate() {
            let planned = self.planned_setting(index);
            self.name_problems(planned, &mut trials);
            let narrow = |value: usize| u32::try_from(value).unwrap_or(u32::MAX);
            let (grid, axes) = (&self.plan.combinations[planned.combination].grid, &task_axes[planned.combination]);
            grid.digits(planned.position, &mut digits);
            let (task, levels) = (axes.task(&digits), &level_axes[planned.combination]);
            let level = levels.level(&digits);
            let tasks = &mut combinations[planned.combination];
            let new = tasks.len();
            let position = *known[planned.combination].entry([task.clone(), level.clone()]).or_insert(new);
            if position == new {
                let metrics = &self.plan.metrics[planned.combination];
                let mut study = empty_combination(grid, &axes.label(&task), metrics);
                study.level = levels.values(&level);
                study.levels = levels.levels(&level);
                let name = levels.name(&level);
                study.optimizer = match (names_optimizers || name.is_empty(), name.is_empty()) {
                    (true, true) => study.optimizer,
                    (true, false) => format!("{} {name}", study.optimizer),
                    (false, _) => name,
                };
                let setting = grid.setting(planned.position);
                if let Some(facts) = self.facts.get(&dataset_key(&setting)) {
                    let data =
                        || StudyDataset { facts: facts.clone(), repeats: repeats(&setting), origin: origin(&setting) };
                    datasets.entry(study.dataset.clone()).or_insert_with(data);
                }
                let first = tasks.iter().find(|known| known.task == task);
                let first_of_task = first.map_or(new, |first| first.first_of_task);
                tasks.push(PlacedCombination { task, first_of_task, level, study });
            }
            tasks[position].study.settings.push(StudySetting {
                position: planned.position,
                index: narrow(index),
                first_trial: narrow(planned.first_trial),
                n_trials: narrow(planned.n_trials),
                deterministic: self.shapes[planned.shape].deterministic,
                regime: narrow(planned.shape),
                hash,
            });
        }
        // Tasks in the order of their first settings, and values in their own order.
        for placed in &mut combinations {
            placed.sort_by(|one, other| (one.first_of_task, &one.level).cmp(&(other.first_of_task, &other.level)));
        }
        let combinations = combinations.into_iter().flatten().map(|placed| placed.study).collect();
        let mut notes = self.notes();
        notes.extend(match trials.n_did_not_descend() {
            0 => None,
            1 => Some(format!("1 completed trial did not descend: {ASCENT}")),
            count => Some(format!("{count} completed trials did not descend: {ASCENT}")),
        });
        notes.extend(older_baselines(&theory));
        notes.extend(unknown_baselines(&theory));
        Study {
            name: self.plan.name.clone(),
            title: self.plan.title.clone(),
            epoch: self.plan.epoch,
            equivalence: self.plan.equivalence,
            compare: self.plan.compare.clone(),
            curve_scope: self.plan.curve_scope,
            seeds: self.plan.seeds.clone(),
            declared: self.plan.declared_tables(),
            labels,
            roles,
            combinations,
            regimes: self.shapes.iter().map(|shape| shape.regime).collect(),
            full_batches: self.shapes.iter().map(SettingShape::full_batch).collect(),
            parameters: self.shapes.iter().map(|shape| shape.n_parameters as u64).collect(),
            trials,
            curves,
            problems: theory.problems,
            targets: theory.targets,
            baselines: theory.baselines,
            checks: theory.checks,
            curvatures: theory.curvatures,
            optima: theory.optima,
            datasets,
            test_predictions: BTreeMap::new(),
            notes,
        }
    }

    /// Whether rows and split of a trial's data are the same for all seeds.
    #[must_use]
    pub fn has_held_rows(&self, trial: &PlannedTrial) -> bool {
        repeats(&self.setting(&trial.setting)) == SeedRepeats::Training
    }

    /// What a reader should know of the plan, one line each.
    fn notes(&self) -> Vec<String> {
        let follows = self.shapes.iter().filter(|shape| shape.follows_subgradient);
        let tables = follows.map(|shape| {
            let base = &self.plan.combinations[shape.combination].grid.base;
            (base.optimizer.table.as_str(), base.model.table.as_str())
        });
        let note = |(optimizer, model)| {
            format!("{optimizer} follows a subgradient of the l1 of {model}, which makes no weight exactly 0")
        };
        tables.collect::<BTreeSet<_>>().into_iter().map(note).collect()
    }

    /// Names the problems of a setting's trials where their records name none.
    fn name_problems(&self, planned: PlannedSetting, trials: &mut TrialTable) {
        if self.shapes[planned.shape].names_problem {
            return;
        }
        for trial in (0..planned.n_trials).map(|seed| self.trial_of(planned, seed)) {
            if let Some(problem) = self.problem(&trial).filter(|_| trials.get(trial.index).has_record()) {
                trials.set_problem(trial.index, problem);
            }
        }
    }
}

/// What the seeds repeat on the data of a setting.
fn repeats(setting: &Setting) -> SeedRepeats {
    let values = &setting.dataset.values;
    if dataset::source(&setting.dataset.kind).is_some_and(|source| (source.build.by_seed)(values)) {
        SeedRepeats::FreshData
    } else if dataset::split_by_seed(values) {
        SeedRepeats::Splits
    } else {
        SeedRepeats::Training
    }
}

/// What the rows of a setting come from: a file, or all data that one source generates. Data sets of one origin are not independent.
fn origin(setting: &Setting) -> String {
    let path = setting.dataset.values.get("path").and_then(toml::Value::as_str);
    path.map_or_else(|| setting.dataset.kind.clone(), str::to_owned)
}

/// The baselines of which an older revision is all that is stored, one line each.
fn older_baselines(theory: &SelectedTheory) -> Vec<String> {
    let older = |kind: &&BaselineKind| {
        let mut stored = theory.baselines.values().flatten().filter(|stored| stored.baseline == kind.name);
        stored.any(|stored| stored.baseline_revision < kind.revision)
    };
    let note = |kind: &BaselineKind| {
        let label = kind.label;
        format!("{label} is stored as an older version computed it: `sweep run` computes it again, and trains nothing")
    };
    BASELINES.rows.iter().filter(older).map(note).collect()
}

/// The baselines that could not be fitted to some problem, one line each.
fn unknown_baselines(theory: &SelectedTheory) -> Vec<String> {
    let unknown = |kind: &BaselineKind| {
        let stored = theory.baselines.values().flatten();
        let unknown = stored.filter(|stored| {
            stored.baseline == kind.name
                && stored.metric == mse().name
                && stored.values[Split::Train as usize].is_none()
        });
        unknown.count()
    };
    let note = |kind: &BaselineKind| {
        let (label, problems) = (kind.label, unknown(kind));
        let fitted = "no minimum was found, or a number is too large";
        (problems > 0).then(|| format!("{label} is not known of {problems} of its problems: {fitted}"))
    };
    BASELINES.rows.iter().filter(|kind| kind.fitted.is_some()).filter_map(note).collect()
}

/// Whether the only learning rate of a grid is the default of its method.
fn rate_is_default(grid: &Grid) -> bool {
    let is_rate =
        |(component, key): &(Component, String)| *component == Component::Optimizer && key == LEARNING_RATE.name;
    if grid.axes.iter().flat_map(|axis| &axis.keys).any(is_rate) {
        return false;
    }
    let own = parameters(grid, Component::Optimizer).into_iter().find(|parameter| parameter.name == LEARNING_RATE.name);
    let default = own.and_then(|own| match own.default {
        Fallback::Literal(text) | Fallback::Off(text) => text.parse::<f64>().ok(),
        Fallback::Required | Fallback::Absent => None,
    });
    let rate = grid.base.optimizer.values.get(LEARNING_RATE.name).and_then(number);
    default.is_some() && rate == default
}

fn number(value: &toml::Value) -> Option<f64> {
    value.as_float().or_else(|| value.as_integer().map(|number| number as f64))
}

/// The defaults of the grid's method, and of those that are the same method with other defaults.
fn untuned(grid: &Grid) -> Option<Untuned> {
    let kind = grid.base.optimizer.kind.as_str();
    let stands_for = |name: &&str| *name == kind || optimizer::alias(name) == Some(kind);
    let names: Vec<&str> = METHODS.rows.iter().map(|row| row.name).filter(stands_for).collect();
    let known: Vec<(DefaultElsewhere, Values)> = names.into_iter().filter_map(defaults).collect();
    let (rate, _) = known.first()?;
    let same = known.iter().filter(|(other, _)| other == rate);
    let keys = same.map(|(_, keys)| keys.clone()).collect();
    Some(Untuned { program: rate.program, learning_rate: rate.value, keys, free: &ROW_KEYS })
}

/// The learning rate of a method in another program, and its other keys at their defaults.
fn defaults(method: &str) -> Option<(DefaultElsewhere, Values)> {
    let method = METHODS.about(method)?;
    let rate = method.keys().find(|key| key.name == LEARNING_RATE.name)?.elsewhere?;
    let mut flat = Values::new();
    for key in method.keys().filter(|key| key.name != LEARNING_RATE.name) {
        let Some(mut value) = key.default_value() else { continue };
        // What names a row has the row's keys.
        if let (Kind::Row(registry), Some(table)) = (key.kind, value.as_table_mut()) {
            let name = table.get(registry.key()).and_then(toml::Value::as_str).unwrap_or_default().to_owned();
            for inner in registry.about(&name).iter().flat_map(AboutRow::keys) {
                inner.filled_in().map(|default| table.entry(inner.name).or_insert(default));
            }
        }
        flat_key(Component::Optimizer, key.name, &value, &mut flat);
    }
    Some((rate, flat))
}

/// `task` tells it apart from other tasks of the same data set.
fn empty_combination(grid: &Grid, task: &str, metrics: &TaskMetrics) -> StudyCombination {
    let axes: Vec<StudyAxis> = grid
        .axes
        .iter()
        .map(|axis| {
            let keys = axis.keys.iter().map(|(component, key)| format!("{}.{key}", component.word())).collect();
            let mut flat_axis = StudyAxis::new(keys);
            for point in &axis.points {
                let mut flat = Values::new();
                point.iter().for_each(|(component, key, value)| flat_key(*component, key, value, &mut flat));
                flat_axis.push(flat);
            }
            flat_axis
        })
        .collect();
    let mut base = grid.base.clone();
    for (component, key) in grid.axes.iter().flat_map(|axis| &axis.keys) {
        base.values_mut(*component).remove(key);
    }
    let mut fixed = base.flat();
    // What decides nothing of a trial is no hyperparameter.
    for parameter in train::PARAMETERS.iter().filter(|parameter| parameter.decides == Decides::Nothing) {
        fixed.remove(&format!("{}.{}", Component::Train.word(), parameter.name));
    }
    StudyCombination {
        dataset: [grid.base.dataset.table.as_str(), task]
            .into_iter()
            .filter(|word| !word.is_empty())
            .collect::<Vec<_>>()
            .join(" "),
        table: grid.base.dataset.table.clone(),
        model: grid.base.model.table.clone(),
        metrics: metrics.clone(),
        optimizer_table: grid.base.optimizer.table.clone(),
        optimizer: grid.base.optimizer.table.clone(),
        level: Values::new(),
        levels: Vec::new(),
        rate_is_default: rate_is_default(grid),
        method: grid.base.optimizer.kind.clone(),
        untuned: untuned(grid),
        fixed,
        axes,
        settings: Vec::new(),
    }
}
