//! Builds studies without training, for the tests here and in the report.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::parameter::Values;
use crate::record::{
    BaselineRecord, Curve, CurveRow, CurveScope, Curves, DataFacts, DeclaredTables, Epoch, Id, KeyLabel, KeyRole,
    Metric, Outcome, ProblemRecord, SeedRepeats, Split, SplitMoments, Stopped, Study, StudyAxis, StudyCombination,
    StudyDataset, StudySetting, TaskMetrics, TrialRecord, TrialTable, Watched,
};
use crate::shape::{Recurrence, Regime, TargetMoments};

/// How a trial ends.
#[derive(Debug, Clone, PartialEq)]
pub enum Ending {
    /// The loss's own metric on every split.
    At(f64),
    Diverged,
    Failed(&'static str),
    Outstanding,
}

/// Builds a study with one combination per name. Settings are added one by one.
pub struct Builder {
    pub study: Study,
    validation: bool,
    /// One entry per trial, in order.
    pub records: Vec<(Id, Option<TrialRecord>)>,
}

/// Curves in memory.
struct CurvesInMemory(Vec<Option<(Curve, Watched)>>);

impl Curves for CurvesInMemory {
    fn rows(&self, trial: usize) -> usize {
        self.0[trial].as_ref().map_or(0, |(curve, _)| curve.epoch.len())
    }

    fn read(&self, trials: &[usize], take: &mut dyn FnMut(usize, CurveRow<'_>)) {
        // A store reads trials in an order of its own.
        for &trial in trials.iter().rev() {
            if let Some((curve, _)) = &self.0[trial] {
                take(trial, curve.row());
            }
        }
    }

    fn read_watched(&self, trials: &[usize], take: &mut dyn FnMut(usize, &[u64], Watched)) {
        for &trial in trials.iter().rev() {
            if let Some((curve, watched)) = &self.0[trial] {
                take(trial, &curve.epoch, watched.clone());
            }
        }
    }
}

/// Ranks every task by a metric.
pub fn rank_by(study: &mut Study, metric: &str) {
    let score = crate::metric::metric(metric).expect("exists");
    study.combinations.iter_mut().for_each(|combination| combination.metrics.score = score);
}

/// Asks for other metrics by name.
pub fn ask_for(study: &mut Study, others: &[&str]) {
    let others: Vec<_> = others.iter().map(|name| crate::metric::metric(name).expect("exists")).collect();
    study.combinations.iter_mut().for_each(|combination| combination.metrics.others.clone_from(&others));
}

impl Builder {
    pub fn new(title: &str, seeds: u64, validation: bool) -> Self {
        let facts = DataFacts {
            fingerprint: "abc".to_owned(),
            n_samples: 100,
            n_features: 3,
            feature_names: vec!["x".to_owned()],
            target_name: "y".to_owned(),
            other_targets: Vec::new(),
            classes: None,
            n_train: 60,
            n_validation: if validation { 20 } else { 0 },
            n_test: if validation { 20 } else { 0 },
            notes: Vec::new(),
            reading: Default::default(),
            description: None,
        };
        let repeats = if validation { SeedRepeats::Splits } else { SeedRepeats::Training };
        let dataset = StudyDataset { facts, repeats, origin: "data.csv".to_owned() };
        let study = Study {
            name: "rates".to_owned(),
            title: title.to_owned(),
            epoch: Epoch::Last,
            equivalence: 0.01,
            compare: Vec::new(),
            curve_scope: CurveScope::default(),
            seeds: (1..=seeds).collect(),
            declared: DeclaredTables::default(),
            roles: BTreeMap::from([("model.norm".to_owned(), KeyRole::Remedy { of_start: true })]),
            labels: labels(),
            combinations: Vec::new(),
            regimes: Vec::new(),
            full_batches: Vec::new(),
            parameters: Vec::new(),
            trials: TrialTable::default(),
            curves: Arc::new(CurvesInMemory(Vec::new())),
            problems: BTreeMap::new(),
            targets: BTreeMap::new(),
            baselines: BTreeMap::new(),
            checks: BTreeMap::new(),
            datasets: BTreeMap::from([("diabetes".to_owned(), dataset)]),
            test_predictions: BTreeMap::new(),
            curvatures: BTreeMap::new(),
            optima: BTreeMap::new(),
            notes: Vec::new(),
        };
        Self { study, validation, records: Vec::new() }
    }

    pub fn combination(mut self, optimizer: &str, method: &str) -> Self {
        let axis = StudyAxis::new(vec!["optimizer.learning_rate".to_owned()]);
        self.study.combinations.push(StudyCombination {
            dataset: "diabetes".to_owned(),
            table: "diabetes".to_owned(),
            model: "linear".to_owned(),
            metrics: TaskMetrics::of_loss(crate::metric::mse()),
            optimizer_table: optimizer.to_owned(),
            optimizer: optimizer.to_owned(),
            level: Values::new(),
            levels: Vec::new(),
            rate_is_default: false,
            method: method.to_owned(),
            untuned: None,
            fixed: Values::new(),
            axes: vec![axis],
            settings: Vec::new(),
        });
        self
    }

    /// Adds a setting to the last combination. `more` is TOML with qualified keys in quotes.
    pub fn setting(self, rate: f64, more: &str, ends: &[Ending]) -> Self {
        self.add(rate, more, ends, false, None)
    }

    pub fn deterministic(self, rate: f64, end: Ending, problem: Option<Id>) -> Self {
        self.add(rate, "", &[end], true, problem)
    }

    /// What the seeds repeat, and the rows of each split.
    pub fn design(mut self, repeats: SeedRepeats, [n_train, n_validation, n_test]: [u64; 3]) -> Self {
        for dataset in self.study.datasets.values_mut() {
            dataset.repeats = repeats;
            let n_samples = n_train + n_validation + n_test;
            dataset.facts = DataFacts { n_samples, n_train, n_validation, n_test, ..dataset.facts.clone() };
        }
        self
    }

    /// A setting whose trials share a problem.
    pub fn on_problem(self, rate: f64, ends: &[Ending], problem: Id) -> Self {
        self.add(rate, "", ends, false, Some(problem))
    }

    pub fn with_targets(mut self, problem: Id, moments: SplitMoments) -> Self {
        self.study.targets.insert(problem, moments);
        self
    }

    /// The study under a metric of classes on splits of so many rows: the endings are its values. Every trial is of one problem.
    pub fn of_classes(mut self, name: &str, rows: u64) -> Self {
        let id = Id::of("a problem of classes");
        let moments = TargetMoments { mean: 0.5, variance: 0.25, baseline_loss: 0.25, rows: Some(rows) };
        rank_by(&mut self.study, name);
        for record in self.records.iter_mut().filter_map(|(_, record)| record.as_mut()) {
            record.problem = Some(id);
            let others: Vec<Metric> =
                record.metrics.iter().map(|own| Metric { name: name.to_owned(), ..own.clone() }).collect();
            record.metrics.extend(others);
        }
        self.with_targets(id, [Some(moments); 3])
    }

    pub fn with_problem(mut self, problem: ProblemRecord) -> (Self, Id) {
        let id = Id::of(&format!("problem {}", self.study.problems.len()));
        self.study.problems.insert(id, problem);
        (self.with_exact(id, [Some(0.806), None, None]), id)
    }

    /// The mean squared errors of the exact solution of a problem, by split.
    pub fn with_exact(mut self, problem: Id, values: [Option<f64>; 3]) -> Self {
        let record = BaselineRecord {
            numerics_version: 1,
            baseline: "exact".to_owned(),
            baseline_revision: 2,
            metric: "mse".to_owned(),
            revision: 1,
            l1: 0.0,
            values,
            theta: None,
        };
        self.study.baselines.insert(problem, vec![record]);
        self
    }

    pub fn add(mut self, rate: f64, more: &str, ends: &[Ending], deterministic: bool, problem: Option<Id>) -> Self {
        let mut values: toml::Table = more.parse().expect("TOML");
        values.insert("optimizer.learning_rate".to_owned(), toml::Value::Float(rate));
        let index: usize = self.study.combinations.iter().map(|combination| combination.settings.len()).sum();
        let first_trial = self.records.len();
        for (end, seed) in ends.iter().zip(1..) {
            let id = Id::of(&format!("{index} {seed}"));
            self.records.push((id, self.record(id, end, seed, problem)));
        }
        let narrow = |value: usize| u32::try_from(value).expect("small");
        self.study.regimes.push(regime(&values));
        let regime = narrow(self.study.regimes.len() - 1);
        let combination = self.study.combinations.last_mut().expect("a combination");
        combination.settings.push(StudySetting {
            position: combination.axes[0].points as u64,
            index: narrow(index),
            first_trial: narrow(first_trial),
            n_trials: narrow(ends.len()),
            deterministic,
            regime,
            hash: index as u64,
        });
        combination.axes[0].push(values);
        self
    }

    /// The study with the records of its trials.
    pub fn build(self) -> Study {
        let mut study = self.study;
        study.trials = TrialTable::outstanding(Arc::new(self.records.iter().map(|(id, _)| *id).collect()));
        let mut curves = Vec::new();
        for (index, (_, record)) in self.records.into_iter().enumerate() {
            if let Some(record) = &record {
                study.trials.insert(index, record.into());
            }
            curves.push(record.map(|record| (record.curve, record.watched)));
        }
        study.curves = Arc::new(CurvesInMemory(curves));
        study
    }

    fn record(&self, id: Id, end: &Ending, seed: u64, problem: Option<Id>) -> Option<TrialRecord> {
        let value = match end {
            Ending::At(value) => Some(*value),
            _ => None,
        };
        let outcome = match end {
            Ending::At(_) => Outcome::Completed { stopped: Stopped::Epochs },
            Ending::Diverged => Outcome::Diverged { step: 7, last_loss: Some(1e9) },
            Ending::Failed(message) => Outcome::Failed { message: (*message).to_owned() },
            Ending::Outstanding => return None,
        };
        let splits: &[Split] = if self.validation { &Split::ALL } else { &[Split::Train] };
        let metrics = splits
            .iter()
            .map(|&split| Metric {
                split,
                name: crate::metric::mse().name.to_owned(),
                last: value,
                best: value,
                best_epoch: value.map(|_| 2),
                undefined: None,
            })
            .collect();
        let train: Vec<f64> = match value {
            Some(value) => vec![10.0 * value + seed as f64, 2.0 * value, value],
            None => vec![100.0],
        };
        let rows = train.len();
        let curve = Curve {
            epoch: [0, 1, 2][..rows].to_vec(),
            step: [0, 1, 2][..rows].to_vec(),
            gradient_evaluations: [0, 60, 120][..rows].to_vec(),
            validation: if self.validation { train.clone() } else { Vec::new() },
            train,
            metrics: Vec::new(),
        };
        Some(TrialRecord {
            id,
            numerics_version: 1,
            setting: String::new(),
            outcome,
            steps: 2,
            gradient_evaluations: 120,
            revisions: String::new(),
            metrics,
            curve,
            watched: Watched::default(),
            did_not_descend: false,
            theta: None,
            problem,
            test_outputs: Vec::new(),
            kept: Vec::new(),
        })
    }
}

/// A problem with λmax = 2/0.9685, so that gradient descent is stable below 0.9685.
pub fn line_problem() -> ProblemRecord {
    ProblemRecord {
        numerics_version: 1,
        n_train: 10,
        n_parameters: 2,
        l2: 0.0,
        eigenvalues: vec![2.0 / 0.9685, 0.1],
        start: vec![3.0, 1.0],
        residual_sum_of_squares: 8.06,
        largest_eigenvalue: None,
        sgd_limits: vec![(1, 0.2)],
        noise_floors: Vec::new(),
    }
}

/// The regime that planning assigns to least squares without l1 at a constant rate.
fn regime(values: &toml::Table) -> Option<Regime> {
    let momentum = values.get("optimizer.momentum").and_then(toml::Value::as_float).unwrap_or(0.0);
    let nesterov = values.get("optimizer.nesterov").and_then(toml::Value::as_bool).unwrap_or(false);
    Some(match values.get("optimizer.batch_size").and_then(toml::Value::as_integer) {
        Some(size) => Regime::Minibatch { batch_size: size.cast_unsigned(), replacement: false },
        None => Regime::Full(Recurrence { momentum, nesterov }),
    })
}

/// The labels of the hyperparameters that tests vary.
fn labels() -> BTreeMap<String, KeyLabel> {
    let label =
        |key: &str, label, explanation| (key.to_owned(), KeyLabel { label, explanation, ..KeyLabel::default() });
    BTreeMap::from([
        label("optimizer.batch_size", "batch", "the batch size"),
        label("optimizer.momentum", "mom", "the momentum β"),
    ])
}
