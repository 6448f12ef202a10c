//! Steps of networks against PyTorch: by the passes of the model and the update of the method, and by the engine.

use std::borrow::Cow;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use serde_json::Value;
use sweep::data::DataSplit;
use sweep::model::{Batch, Model, Passes, Penalty, Points, Training, Workspace};
use sweep::numeric::{MatrixRows, Real};
use sweep::optimizer::{MethodState, Optimizer, Progress, Step, Update};
use sweep::plan::{Setting, build_model, build_optimizer};
use sweep::record::{Id, TrialRecord};
use sweep::schedule::{Constant, Horizon};
use sweep::shape::Layout;
use sweep::train::{Cohort, Options, Path, Precision, PreparedData, TestOutputs, Trainee, train};

use super::problem::{Problem, fixture, setting_of};
use crate::references::{number, numbers};

/// Single precision is held to this.
const SINGLE: f64 = 1e-4;

/// What no row of a registry stands for: losses, penalties and weights, shapes.
pub fn check_others() {
    for name in ["losses", "weights", "shapes"] {
        let reference = fixture(&format!("{name}.json"));
        for case in reference["cases"].as_array().expect("a list of cases") {
            check(case, number(&reference["tolerance"]), &format!("networks/{name}, {}", case["model"]));
        }
    }
}

/// Ten steps of a case, in both precisions.
pub fn check(case: &Value, tolerance: f64, what: &str) {
    let word = |key: &str| case[key].as_str().unwrap_or_else(|| panic!("{what}: no {key}"));
    for (precision, name) in [(Precision::F64, "f64"), (Precision::F32, "f32")] {
        let setting = setting_of(
            &format!("kind = {:?}\n{}", word("kind"), word("model")),
            &format!("method = {:?}\nbatch_size = \"full\"\n{}", word("method"), word("keys")),
            &format!("epochs = {}\nevaluate_every = 1\nprecision = {name:?}", numbers(&case["objective"]).len()),
        );
        let run = Run::new(&setting, word("target"), word("start"), precision);
        let what = format!("{what}, {}, {name}", word("method"));
        match precision {
            Precision::F64 => run.steps::<f64>(case, tolerance, &what),
            Precision::F32 => run.steps::<f32>(case, SINGLE, &what),
        }
        run.engine(case, if precision == Precision::F64 { tolerance } else { SINGLE }, &what);
    }
}

struct Run {
    model: Arc<dyn Model>,
    optimizer: Arc<dyn Optimizer>,
    options: Arc<Options>,
    data: Arc<PreparedData>,
    layout: Arc<Layout>,
    start: Vec<f64>,
    learning_rate: f64,
    precision: Precision,
}

fn assert_all_close(found: &[f64], expected: &[f64], allowed: f64, what: &str) {
    assert_eq!(found.len(), expected.len(), "{what}");
    for (index, (found, expected)) in found.iter().zip(expected).enumerate() {
        let allowed = allowed * expected.abs().max(1.0);
        assert!((found - expected).abs() <= allowed, "{what}, {index}: {found:?} instead of {expected:?}");
    }
}

impl Run {
    fn new(setting: &Setting, target: &str, start: &str, precision: Precision) -> Self {
        let problem = Problem::known();
        let model: Arc<dyn Model> = Arc::from(build_model(setting).expect("builds"));
        let dataset = problem.dataset(target);
        let parts = DataSplit::consecutive(problem.trained, problem.features.rows - problem.trained, 0);
        let data = PreparedData::new(Cow::Owned(dataset), &parts, None, &*model, precision).expect("forms");
        let layout = data.layout_of(&*model).expect("fits");
        let start = problem.starts.get(start).unwrap_or_else(|| panic!("no start {start}")).clone();
        assert_eq!(layout.parameters(), start.len(), "{:?}", setting.model);
        Self {
            model,
            optimizer: Arc::from(build_optimizer(setting).expect("builds")),
            options: Arc::new(Options::read(&setting.train).expect("valid")),
            data: Arc::new(data),
            layout,
            start,
            learning_rate: setting.optimizer.values["learning_rate"].as_float().expect("a number"),
            precision,
        }
    }

    /// The weight of each training row, if rows do not count once.
    fn row_weights<T: Real>(&self) -> Option<Vec<T>> {
        let target = &self.data.train.target;
        let of_classes = self.model.class_weights()?.of_classes(target.class_names()?, target.numbers(), None)?;
        Some(target.numbers().iter().map(|code| T::from_f64(of_classes[*code as usize])).collect())
    }

    /// J before each step, θ after some of them, the statistics and the outputs at the end.
    fn steps<T: Real>(&self, case: &Value, tolerance: f64, what: &str)
    where
        dyn Model: Passes<T>,
        dyn Optimizer: Update<T>,
    {
        let in_f64 = |values: &[T]| values.iter().map(|value| value.to_f64()).collect::<Vec<_>>();
        let rows = &self.data.train.matrix;
        let n = rows.rows;
        let features: Vec<T> = rows.values.iter().map(|value| T::from_f64(*value)).collect();
        let negated_target: Vec<T> = self.data.train.targets().0.iter().map(|value| T::from_f64(-value)).collect();
        let row_weights = self.row_weights::<T>();
        let batch = Batch {
            rows: MatrixRows::every(&features, rows.columns),
            columns: None,
            negated_target: &negated_target,
            row_weights: row_weights.as_deref(),
            weight: T::from_f64(1.0 / n as f64),
        };
        let mut theta: Vec<T> = self.start.iter().map(|value| T::from_f64(*value)).collect();
        let mut statistics: Vec<T> = self.model.statistics(self.data.space()).into_iter().map(T::from_f64).collect();
        let (mut gradient, mut loss) = (vec![T::ZERO; theta.len()], [T::ZERO]);
        let mut state = MethodState::new(self.optimizer.traits(0.0), theta.len());
        let mut workspace = Workspace::default();
        let rate = T::from_f64(self.learning_rate);
        let l2 = self.model.penalty().l2;
        for (k, expected) in (0_u64..).zip(numbers(&case["objective"])) {
            let training = Training { seeds: &[1], epoch: k + 1, batch: 0, statistics: Some(&mut statistics) };
            self.model.gradients(&batch, &theta, &mut loss, &mut gradient, Some(training), &mut workspace);
            let mut objective = loss[0].to_f64() / n as f64;
            for index in self.layout.weights().iter().cloned().flatten() {
                objective += 0.5 * l2 * theta[index].to_f64() * theta[index].to_f64();
                gradient[index] = T::from_f64(l2).fused(theta[index], gradient[index]);
            }
            assert_all_close(&[objective], &[expected], tolerance, &format!("{what}, J before step {}", k + 1));
            let step = Step {
                k,
                learning_rate: self.learning_rate,
                rate,
                previous_rate: rate,
                l1: T::ZERO,
                layout: &self.layout,
            };
            let progress = self.optimizer.update(&step, &mut theta, &mut state, objective, &mut gradient);
            assert_eq!(progress, Progress::Moved, "{what}");
            let key = if self.precision == Precision::F64 { "theta_after" } else { "f32_after" };
            if let Some(expected) = case[key].get((k + 1).to_string()) {
                assert_all_close(&in_f64(&theta), &numbers(expected), tolerance, &format!("{what}, θ after {}", k + 1));
            }
        }
        let expected = case.get("statistics").map(numbers).unwrap_or_default();
        assert_all_close(&in_f64(&statistics), &expected, tolerance, &format!("{what}, statistics"));

        let held = &self.data.validation.as_ref().expect("8 rows").matrix;
        let features: Vec<T> = held.values.iter().map(|value| T::from_f64(*value)).collect();
        let mut outputs = vec![T::ZERO; self.model.n_outputs(self.data.space()) * held.rows];
        let points = Points { trials: 1, parameters: &theta, statistics: &statistics };
        self.model.outputs(MatrixRows::every(&features, held.columns), points, &mut outputs, &mut workspace);
        assert_all_close(&in_f64(&outputs), &numbers(&case["outputs"]), tolerance, &format!("{what}, outputs"));
    }

    /// The same steps by the engine: what it records of each epoch.
    fn engine(&self, case: &Value, tolerance: f64, what: &str) {
        let record = self.record();
        assert!(record.outcome.is_completed(), "{what}: {:?}", record.outcome);
        for (found, key) in [(&record.curve.train, "training_metric"), (&record.curve.validation, "validation_metric")]
        {
            assert_all_close(found, &numbers(&case[key]), tolerance, &format!("{what}, {key} of the engine"));
        }
        if let Some(theta) = &record.theta {
            let key = if self.precision == Precision::F64 { "theta_after" } else { "f32_after" };
            assert_all_close(theta, &numbers(&case[key]["10"]), tolerance, &format!("{what}, θ of the engine"));
        }
    }

    fn record(&self) -> TrialRecord {
        let l2 = self.model.penalty().l2;
        let trainee = Trainee {
            training: None,
            goes_on_from: None,
            id: Id::of("trace"),
            canonical: "trace".to_owned(),
            optimizer: Arc::clone(&self.optimizer),
            schedule: Arc::new(Constant),
            learning_rate: self.learning_rate,
            horizon: Horizon { steps: self.options.epochs, steps_per_epoch: 1 },
            penalty: Penalty { l1: 0.0, l2 },
            start: self.start.clone(),
            start_statistics: self.model.statistics(self.data.space()),
            options: Arc::clone(&self.options),
            evaluated: self.options.evaluated_epochs().into(),
            seed: 1,
            problem: None,
            revisions: "".into(),
            trajectory: 0,
            test_outputs: TestOutputs::Never,
        };
        let cohort = Cohort {
            data: Arc::clone(&self.data),
            model: Arc::clone(&self.model),
            layout: Arc::clone(&self.layout),
            batching: self.optimizer.batching().resolve(self.data.n_train() as u64),
            seed: 1,
            precision: self.precision,
            path: Path::Rows,
            trainees: vec![trainee],
            epochs_passed: Arc::default(),
        };
        let mut records = Vec::new();
        train(&cohort, &AtomicBool::new(false), &mut |record| records.push(record));
        records.remove(0)
    }
}
