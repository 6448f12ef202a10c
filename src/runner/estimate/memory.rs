//! How much memory a run is expected to take.
//!
//! Only what grows with the data and the plan counts: numbers in memory, the copies of them that a path makes, and what is kept
//! of each trial. `cargo bench --bench memory` compares the estimate with real runs.

use hashbrown::{HashMap, HashSet};

use crate::dataset::{source, split_by_seed};
use crate::optimizer::Batching;
use crate::plan::{BoundPlan, PlannedTrial, Setting, TheoryNeed, dataset_key};
use crate::train::{MOST_EXACT, Options, Path, Precision};

/// A row of a curve with one more metric, in rows without: two values that may be missing beside five numbers.
const WITH_METRIC: f64 = 1.7;

/// What a run holds in memory, as quantities that the peak is computed from.
#[derive(Debug, Default)]
pub struct MemoryEstimate {
    pub(super) datasets: Vec<EstimatedDataset>,
    pub(super) problems: Vec<EstimatedProblem>,
    /// The trials of the plan, and those that the run trains.
    pub(super) trials: usize,
    pub(super) outstanding: usize,
    pub(super) settings: usize,
    /// The rows of all curves, and of those that the run adds.
    pub(super) curve_rows: f64,
    pub(super) new_rows: f64,
}

/// A data set, as far as memory depends on it.
#[derive(Debug, Default)]
pub(super) struct EstimatedDataset {
    pub(super) rows: f64,
    pub(super) columns: f64,
    /// Bytes of each row that mark which part it belongs to, for all seeds.
    pub(super) marks: f64,
    /// It is decoded in slices of rows over all columns.
    pub(super) in_columns: bool,
    pub(super) by_seed: bool,
    /// Some problem is prepared from it.
    pub(super) awaited: bool,
}

/// A prepared problem, and the work done on it.
#[derive(Debug)]
pub(super) struct EstimatedProblem {
    /// Index into the data sets.
    pub(super) data: usize,
    /// The share of all rows that is used for training.
    pub(super) training: f64,
    /// The numbers of a row that its models read.
    pub(super) columns: f64,
    /// They are the features, and perhaps a one for the bias.
    pub(super) is_linear: bool,
    /// Its rows are also kept in f32.
    pub(super) rounded: bool,
    /// The number of trials that can train together, by what they share.
    pub(super) cohorts: HashMap<CohortKind, usize>,
    /// Theory runs check trials on the plain rows.
    pub(super) checked: bool,
    /// Theory computes SGD's stability limit.
    pub(super) limited: bool,
    /// Theory computes the exact solution.
    pub(super) solved: bool,
}

/// What the trials of one cohort share, apart from the data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct CohortKind {
    pub(super) batching: Batching,
    pub(super) precision: Precision,
    pub(super) path: Path,
    pub(super) parameters: usize,
    pub(super) is_network: bool,
    /// The numbers of each row that a pass over a batch holds, and those that one over all training rows holds where gradients are
    /// watched: values alone, since such a pass is seldom in its backward half.
    pub(super) held: usize,
    pub(super) held_of_all: usize,
    /// The outputs of each row that an evaluation holds.
    pub(super) evaluated: usize,
    /// The vectors that methods carry from step to step; at least the one that most have.
    pub(super) state_vectors: usize,
    pub(super) seed: Option<u64>,
    pub(super) l2: u64,
}

/// A scaled-down run: the shares of its rows, columns and trials that remain.
#[derive(Debug, Clone, Copy)]
pub struct Shares {
    pub rows: f64,
    pub columns: f64,
    pub trials: f64,
}

impl Shares {
    pub const WHOLE: Self = Self { rows: 1.0, columns: 1.0, trials: 1.0 };
}

impl MemoryEstimate {
    /// For a run that trains the trials at these positions.
    #[must_use]
    pub fn new(bound: &BoundPlan<'_>, outstanding: &[u32]) -> Self {
        let mut estimate = Self {
            trials: bound.trials(),
            outstanding: outstanding.len(),
            settings: bound.settings(),
            ..Self::default()
        };
        let mut positions: HashMap<String, usize> = HashMap::new();
        let mut curves = CurveLengths { bound, rows: vec![None; bound.shapes.len()] };
        for setting in (0..bound.settings()).map(|index| bound.planned_setting(index)) {
            let rows =
                curves.rows(&bound.trial_of(setting, 0), |setting| estimate.add_data(bound, setting, &mut positions));
            estimate.curve_rows += rows * setting.n_trials as f64;
        }
        let mut numbers: HashMap<u32, Option<usize>> = HashMap::new();
        let mut seen: HashSet<(usize, u32)> = HashSet::new();
        for &trial in outstanding {
            let trial = bound.trial(trial as usize);
            let number = bound.data_number(&trial);
            estimate.new_rows += curves.rows(&trial, |_| {});
            let at = *numbers.entry(number).or_insert_with(|| estimate.add_problem(bound, &trial, &positions));
            if let Some(problem) = at.map(|at| &mut estimate.problems[at]) {
                problem.add(bound, &trial, seen.insert((trial.setting.shape, number)));
            }
        }
        estimate
    }

    /// Whether the number of parameters falls with the number of columns, one for one.
    #[must_use]
    pub fn is_linear(&self) -> bool {
        self.problems.iter().all(|problem| problem.is_linear)
    }

    fn add_data(&mut self, bound: &BoundPlan<'_>, setting: &Setting, positions: &mut HashMap<String, usize>) {
        let key = dataset_key(setting);
        let Some(facts) = bound.facts.get(&key).filter(|_| !positions.contains_key(&key)) else { return };
        let values = &setting.dataset.values;
        let standardized = values.get("standardize").and_then(toml::Value::as_bool) == Some(true);
        let splits = if split_by_seed(values) { bound.plan.seeds.len() } else { 1 };
        positions.insert(key, self.datasets.len());
        self.datasets.push(EstimatedDataset {
            rows: facts.n_samples as f64,
            columns: facts.n_features as f64,
            marks: if standardized { splits as f64 } else { 1.0 },
            in_columns: matches!(setting.dataset.kind.as_str(), "parquet" | "arrow"),
            by_seed: source(&setting.dataset.kind).is_some_and(|source| (source.build.by_seed)(values)),
            awaited: false,
        });
    }

    fn add_problem(
        &mut self,
        bound: &BoundPlan<'_>,
        trial: &PlannedTrial,
        positions: &HashMap<String, usize>,
    ) -> Option<usize> {
        let key = dataset_key(&bound.setting(&trial.setting));
        let (facts, &data) = bound.facts.get(&key).zip(positions.get(&key))?;
        self.datasets[data].awaited = true;
        let columns = bound.shape_of(trial).columns;
        self.problems.push(EstimatedProblem {
            data,
            training: facts.n_train as f64 / facts.n_samples.max(1) as f64,
            columns: columns as f64,
            is_linear: [facts.n_features, facts.n_features + 1].contains(&(columns as u64)),
            rounded: false,
            cohorts: HashMap::new(),
            checked: false,
            limited: false,
            solved: false,
        });
        Some(self.problems.len() - 1)
    }
}

impl EstimatedProblem {
    /// Adds a trial on this problem; `is_new` says whether it is the first of its shape.
    fn add(&mut self, bound: &BoundPlan<'_>, trial: &PlannedTrial, is_new: bool) {
        let shape = bound.shape_of(trial);
        if is_new {
            self.rounded |= shape.precision == Precision::F32 && matches!(shape.path, Path::Plain | Path::Rows);
            self.checked |= matches!(shape.theory, Some(TheoryNeed::Check { .. }));
            self.limited |= matches!(shape.theory, Some(TheoryNeed::SgdLimit { .. }));
            self.solved |= shape.theory.is_some() && shape.n_parameters <= MOST_EXACT;
        }
        let metrics = &bound.plan.metrics[trial.setting.combination];
        let watches = !metrics.watches.is_empty();
        let in_rows = matches!(shape.path, Path::Modes | Path::Compressed);
        let kind = CohortKind {
            batching: shape.batching,
            precision: shape.precision,
            path: shape.path,
            parameters: shape.n_parameters,
            is_network: shape.is_network,
            held: shape.held,
            held_of_all: if watches { shape.held / 3 } else { 0 },
            evaluated: if shape.is_network || metrics.recorded_curve().is_some() { shape.n_outputs } else { 0 },
            state_vectors: shape.state_vectors.max(1),
            seed: trial.seed.filter(|_| shape.batching != Batching::Full),
            l2: if in_rows { shape.l2.to_bits() } else { 0 },
        };
        *self.cohorts.entry(kind).or_default() += 1;
    }
}

/// The length of a curve, by shape.
struct CurveLengths<'a> {
    bound: &'a BoundPlan<'a>,
    rows: Vec<Option<f64>>,
}

impl CurveLengths<'_> {
    /// The rows of a trial's curve. `first` is called with the setting of the first trial of each shape.
    fn rows(&mut self, trial: &PlannedTrial, first: impl FnOnce(&Setting)) -> f64 {
        *self.rows[trial.setting.shape].get_or_insert_with(|| {
            let setting = self.bound.setting(&trial.setting);
            first(&setting);
            let metrics = &self.bound.plan.metrics[trial.setting.combination];
            let each = if metrics.recorded_curve().is_some() { WITH_METRIC } else { 1.0 };
            each * Options::read(&setting.train).map_or(64, |options| options.evaluated_epochs().len()) as f64
        })
    }
}
