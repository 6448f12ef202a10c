//! Tests of training against references: other programs' numbers, the plain path, theory, and itself in other cohorts.

mod baselines;
mod by_outputs;
mod class_targets;
mod classes;
mod exact;
mod expectation;
mod gradients;
mod invariance;
mod lasso;
mod losses;
mod optima;
mod optimum;
mod paths;
mod plane;
mod references;
mod rules;
mod seams;
mod targets;
mod test_outputs;
mod watched;
mod weights;
mod wide;
mod zeros;

use std::borrow::Cow;
use std::path::Path as FilePath;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use super::{
    Cohort, Keep, Monitor, Options, Path, PathChoice, Precision, PreparedData, TestOutputs, Trainee, check_steps, train,
};
use crate::data::{DataSplit, Dataset, Standardization};
use crate::model::{self, Model, Penalty};
use crate::numeric::{Matrix, Purpose, Stream};
use crate::optimizer::{Batching, Momentum};
use crate::parameter::Values;
use crate::record::Reading;
use crate::record::{Id, Split, TrialRecord};
use crate::schedule::{self, Constant, Horizon};

/// A trial, described by its differences from plain gradient descent.
#[derive(Clone)]
struct Spec {
    rate: f64,
    momentum: f64,
    nesterov: bool,
    batching: Batching,
    l1: f64,
    l2: f64,
    decay: Option<f64>,
    start: Vec<f64>,
    seed: u64,
    options: Options,
    test_outputs: TestOutputs,
}

impl Spec {
    fn gd(rate: f64, epochs: u64, start: Vec<f64>) -> Self {
        Self {
            rate,
            momentum: 0.0,
            nesterov: false,
            batching: Batching::Full,
            l1: 0.0,
            l2: 0.0,
            decay: None,
            start,
            seed: 1,
            test_outputs: TestOutputs::Never,
            options: Options {
                epochs,
                curve_points: 64,
                evaluate_every: None,
                target_loss: None,
                gradient_norm: None,
                patience: None,
                min_delta: 1e-9,
                monitor: Monitor::Train,
                divergence_factor: 1e12,
                precision: Precision::F64,
                path: PathChoice::Auto,
                metrics: Vec::new(),
                watch: Vec::new(),
                keep: Keep::None,
                score: None,
                curve: None,
            },
        }
    }

    fn every_step(mut self) -> Self {
        self.options.evaluate_every = Some(1);
        self
    }

    fn momentum(mut self, momentum: f64, nesterov: bool) -> Self {
        (self.momentum, self.nesterov) = (momentum, nesterov);
        self
    }

    fn batch(mut self, size: u64) -> Self {
        self.batching = Batching::Rows { size, replacement: false, keep: false };
        self
    }

    fn trainee(&self) -> Trainee {
        let schedule = self.decay.map(|decay| {
            let values: Values = [("decay".to_owned(), toml::Value::Float(decay))].into_iter().collect();
            (schedule::SCHEDULES.row("inverse_time").expect("exists").build)(&values).expect("builds")
        });
        let name = format!(
            "{:?} {:?} {:?}\ntrain.epochs = {}",
            self.rate,
            (self.momentum, self.nesterov, self.l1, self.l2),
            self.decay,
            self.options.epochs
        );
        Trainee {
            test_outputs: self.test_outputs,
            training: None,
            goes_on_from: None,
            id: Id::of(&name),
            canonical: name.clone(),
            seed: self.seed,
            trajectory: usize::from_le_bytes(
                Id::of(name.lines().next().expect("a line")).0[..8].try_into().expect("8 bytes"),
            ),
            optimizer: Arc::new(Momentum { momentum: self.momentum, nesterov: self.nesterov, batching: self.batching }),
            schedule: schedule.map_or_else(|| Arc::new(Constant) as Arc<dyn schedule::Schedule>, Arc::from),
            learning_rate: self.rate,
            horizon: Horizon { steps: self.options.epochs, steps_per_epoch: 1 },
            penalty: Penalty { l1: self.l1, l2: self.l2 },
            start: self.start.clone(),
            start_statistics: Vec::new(),
            options: Arc::new(self.options.clone()),
            evaluated: self.options.evaluated_epochs().into(),
            problem: None,
            revisions: "".into(),
        }
    }
}

fn linear() -> Arc<dyn Model> {
    let values: Values = "l1 = 0.0\nl2 = 0.0\ninit = \"zeros\"".parse().expect("TOML");
    Arc::from((model::FAMILIES.row("linear").expect("exists").build.build)(&values).expect("builds"))
}

/// Trains specs that may share a cohort, on one path.
fn train_together(data: &Arc<PreparedData>, specs: &[Spec], path: Path) -> Vec<TrialRecord> {
    train_model(&linear(), data, specs, path)
}

fn cohort(model: &Arc<dyn Model>, data: &Arc<PreparedData>, specs: &[Spec], path: Path) -> Cohort {
    Cohort {
        data: Arc::clone(data),
        model: Arc::clone(model),
        layout: data.layout_of(&**model).expect("fits"),
        batching: specs[0].batching.resolve(data.n_train() as u64),
        seed: specs[0].seed,
        precision: specs[0].options.precision,
        path,
        trainees: specs
            .iter()
            .map(|spec| Trainee { start_statistics: model.statistics(data.space()), ..spec.trainee() })
            .collect(),
        epochs_passed: Arc::default(),
    }
}

fn train_model(model: &Arc<dyn Model>, data: &Arc<PreparedData>, specs: &[Spec], path: Path) -> Vec<TrialRecord> {
    let cohort = cohort(model, data, specs, path);
    let mut records = Vec::new();
    train(&cohort, &AtomicBool::new(false), &mut |record| records.push(record));
    specs
        .iter()
        .map(|spec| {
            let id = spec.trainee().id;
            records.iter().find(|record| record.id == id).expect("each trial has a record").clone()
        })
        .collect()
}

fn train_one(data: &Arc<PreparedData>, spec: &Spec, path: Path) -> TrialRecord {
    train_together(data, std::slice::from_ref(spec), path).remove(0)
}

/// A bundled file as a data set with the given target column.
fn load(name: &str, target: &str) -> Dataset {
    let path = FilePath::new(env!("CARGO_MANIFEST_DIR")).join("../../experiments/data").join(name);
    let mut reader = csv::Reader::from_path(path).expect("opens");
    let header: Vec<String> = reader.headers().expect("a header").iter().map(str::to_owned).collect();
    let at = header.iter().position(|column| column == target).expect("a target");
    let (mut values, mut targets) = (Vec::new(), Vec::new());
    for record in reader.records() {
        for (column, cell) in record.expect("a row").iter().enumerate() {
            let number = cell.trim().parse().expect("a number");
            if column == at { targets.push(number) } else { values.push(number) }
        }
    }
    let features = Matrix { rows: targets.len(), columns: header.len() - 1, values };
    let feature_names = header.into_iter().filter(|column| column != target).collect();
    let fingerprint = crate::data::fingerprint(&features, &targets, None);
    Dataset {
        features,
        target: targets,
        feature_names,
        classes: None,
        weights: None,
        target_name: target.to_owned(),
        other_targets: Vec::new(),
        given_test: 0,
        fingerprint,
        notes: Vec::new(),
        reading: Reading::default(),
    }
}

fn whole(dataset: &Dataset, standardize: bool) -> Arc<PreparedData> {
    split(dataset, standardize, Precision::F64, dataset.target.len(), 0)
}

fn split(
    dataset: &Dataset,
    standardize: bool,
    precision: Precision,
    n_train: usize,
    n_validation: usize,
) -> Arc<PreparedData> {
    split_for(&linear(), dataset, standardize, precision, [n_train, n_validation]).expect("forms")
}

fn split_for(
    model: &Arc<dyn Model>,
    dataset: &Dataset,
    standardize: bool,
    precision: Precision,
    [n_train, n_validation]: [usize; 2],
) -> Result<Arc<PreparedData>, String> {
    let parts = DataSplit::consecutive(n_train, n_validation, 0);
    let standardization = standardize.then(|| Standardization::of(&dataset.features, &parts.rows(Split::Train)));
    let dataset = Cow::Borrowed(dataset);
    PreparedData::new(dataset, &parts, standardization.as_ref(), &**model, precision).map(Arc::new)
}

fn diabetes() -> Arc<PreparedData> {
    whole(&load("diabetes.csv", "progression"), true)
}

/// Linear data whose columns have scales from 1 down to 1/√condition, and doubled copies of the first columns.
fn generated(rows: usize, columns: usize, condition: f64, copies: usize) -> Dataset {
    let mut stream = Stream::new(7, Purpose::SyntheticFeatures, rows as u64);
    let mut features = Matrix::filled(rows, columns + copies, 0.0);
    for row in 0..rows {
        for column in 0..columns {
            let share = column as f64 / (columns.max(2) - 1) as f64;
            features.set(row, column, stream.normal() * condition.powf(-0.5 * share));
        }
        for copy in 0..copies {
            features.set(row, columns + copy, 2.0 * features.at(row, copy));
        }
    }
    let target = (0..rows).map(|row| 3.0 + features.row(row).iter().sum::<f64>() + stream.normal()).collect();
    Dataset {
        feature_names: (0..columns + copies).map(|column| format!("x{column}")).collect(),
        features,
        target,
        classes: None,
        weights: None,
        target_name: "y".into(),
        other_targets: Vec::new(),
        given_test: 0,
        fingerprint: "generated".into(),
        notes: Vec::new(),
        reading: Reading::default(),
    }
}

fn assert_close(found: f64, expected: f64, tolerance: f64, what: &str) {
    let error = ((found - expected) / expected).abs();
    assert!(error <= tolerance, "{what}: {found:?} is {error:e} from {expected:?}");
}
