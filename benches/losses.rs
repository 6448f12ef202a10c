//! Training under losses other than the squared error, on all cores: `cargo bench -p sweep-training --bench losses`.
//!
//! Logistic and Poisson regression run beside least squares on the same rows, 10,000 × 100, batch size 32, 20 epochs, 100
//! rates × 10 seeds: one of each in turn, and the median of the ratios counts. The ratio of speeds counts the work of steps
//! alone, as `minibatch` does. That of the shares of the peak counts the outputs of evaluated rows too, 2·n·d for each
//! trial, always in f64: least squares is evaluated on reduced rows, and other losses have no such form. Softmax takes
//! 1,797 rows of 64 features and 10 classes, and L-BFGS 100 penalties of logistic regression to a gradient of norm 1e-6.
//! Five methods train logistic regression beside optax. `PAIRS=1` runs fewer pairs than seven, and `ONLY=softmax` what has that in its name.
//!
//! With `SWEEP_PYTHON=python` of an environment that has NumPy, SciPy, scikit-learn and, for some rows, JAX,
//! `benches/peer_losses.py` takes turns with each.

#![allow(clippy::expect_used, clippy::print_stdout)] // A bench that cannot continue panics.

#[path = "performance/peer.rs"]
mod peer;
#[path = "performance/rows.rs"]
mod performance;

use std::borrow::Cow;
use std::path::Path as FilePath;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Instant;

use peer::Peer;
use performance::row;
use rayon::prelude::*;
use sweep_training::data::{DataSplit, Dataset};
use sweep_training::model::{self, Model, Penalty};
use sweep_training::numeric::{Matrix, Purpose, Stream};
use sweep_training::optimizer::{METHODS, Optimizer, build};
use sweep_training::record::{Id, Outcome, Reading, Stopped, TrialRecord};
use sweep_training::schedule::{Constant, Horizon};
use sweep_training::train::{Cohort, Options, Path, Precision, PreparedData, TestOutputs, Trainee, train};

const RATES: usize = 100;
const SEEDS: u64 = 10;

/// What is trained.
#[derive(Clone, Copy)]
struct Case {
    name: &'static str,
    /// Rows, features, and classes (0 for other targets).
    shape: [usize; 3],
    loss: &'static str,
    method: &'static str,
    /// The learning rate and l2 of a trial of so many.
    setting: fn(f64) -> (f64, f64),
    seeds: u64,
    train: &'static str,
}

const LOGISTIC: Case = Case {
    name: "logistic regression, 10,000 × 100",
    shape: [10_000, 100, 2],
    loss: "log",
    method: "method = \"sgd\"\nbatch_size = 32",
    setting: |share| (1e-4 + 1e-2 * share, 0.0),
    seeds: SEEDS,
    train: "epochs = 20\ncurve_points = 2",
};

const SOFTMAX: Case = Case {
    name: "softmax, 1,797 × 64, 10 classes",
    shape: [1_797, 64, 10],
    loss: "cross_entropy",
    setting: |share| (1e-3 + 1e-1 * share, 0.0),
    ..LOGISTIC
};

const SMALL_PENALTIES: Case =
    Case { name: "L-BFGS of 100 penalties of logistic regression, 569 × 30", shape: [569, 30, 2], ..PENALTIES };

const PENALTIES: Case = Case {
    name: "L-BFGS of 100 penalties of logistic regression, 10,000 × 100",
    method: "method = \"lbfgs\"",
    setting: |share| (1.0, 1e-5 * libm::pow(1e4, share)),
    seeds: 1,
    train: "epochs = 1000\ngradient_norm = 1e-6",
    ..LOGISTIC
};

/// Five methods on the same rows: what is trained, and the job of the peer.
const OF_METHODS: [(Case, &str); 5] = [
    (of_method("SGD with momentum", "method = \"sgd\"\nbatch_size = 32\nmomentum = 0.9"), "jax:momentum"),
    (of_method("Adam", "method = \"adam\"\nbatch_size = 32"), "jax:adam"),
    (of_method("RMSprop", "method = \"rmsprop\"\nbatch_size = 32"), "jax:rmsprop"),
    (of_method("Lion", "method = \"lion\"\nbatch_size = 32"), "jax:lion"),
    (of_method("Adagrad", "method = \"adagrad\"\nbatch_size = 32"), "jax:adagrad"),
];

const fn of_method(name: &'static str, method: &'static str) -> Case {
    Case { name, method, ..LOGISTIC }
}

fn model_of(loss: &str) -> Arc<dyn Model> {
    let values = format!("l1 = 0.0\nl2 = 0.0\ninit = \"zeros\"\nloss = {{ kind = \"{loss}\" }}").parse().expect("TOML");
    Arc::from((model::FAMILIES.row("linear").expect("exists").build.build)(&values).expect("builds"))
}

/// Rows whose classes a plane divides with noise, as numbers if the loss wants numbers; for Poisson their magnitudes.
fn dataset(shape: [usize; 3], loss: &str) -> Dataset {
    let [rows, columns, classes] = shape;
    let mut stream = Stream::new(1, Purpose::SyntheticFeatures, 0);
    let mut features = Matrix::filled(rows, columns, 0.0);
    features.values.iter_mut().for_each(|value| *value = stream.normal());
    let number = |row: usize| features.row(row).iter().sum::<f64>() / (columns as f64).sqrt();
    let mut numbers: Vec<f64> = (0..rows).map(|row| number(row) + 0.5 * stream.normal()).collect();
    match (loss, classes) {
        ("poisson", _) => numbers.iter_mut().for_each(|number| *number = number.abs().round()),
        ("squared_error", _) => {}
        (_, 2) => numbers.iter_mut().for_each(|number| *number = f64::from(u8::from(*number > 0.0))),
        _ => numbers.iter_mut().for_each(|number| *number = ((*number + 2.0) * 2.5).floor().clamp(0.0, 9.0)),
    }
    Dataset {
        features,
        target: numbers,
        feature_names: (0..columns).map(|column| format!("x{column}")).collect(),
        classes: None,
        weights: None,
        target_name: "y".into(),
        other_targets: Vec::new(),
        given_test: 0,
        fingerprint: String::new(),
        notes: Vec::new(),
        reading: Reading::default(),
    }
}

fn prepared(case: Case, precision: Precision) -> Arc<PreparedData> {
    let (dataset, parts) = (dataset(case.shape, case.loss), DataSplit::consecutive(case.shape[0], 0, 0));
    let data = PreparedData::new(Cow::Owned(dataset), &parts, None, &*model_of(case.loss), precision);
    let data = Arc::new(data.expect("forms"));
    // Measured by another bench.
    let _ = data.least_squares().expect("linear").train.reduced();
    data
}

/// The options of `[train]`, the keys of a case over the defaults.
fn options(case: Case, precision: Precision) -> Options {
    let defaults =
        "curve_points = 64\nmin_delta = 1e-9\nmonitor = \"train\"\ndivergence_factor = 1e12\npath = \"auto\"";
    let mut values: toml::Table = defaults.parse().expect("TOML");
    values.extend(case.train.parse::<toml::Table>().expect("TOML"));
    let precision = if precision == Precision::F64 { "f64" } else { "f32" };
    values.insert("precision".to_owned(), precision.into());
    Options::read(&values).expect("valid")
}

fn optimizer(case: Case) -> Arc<dyn Optimizer> {
    let mut given: toml::Table = case.method.parse().expect("TOML");
    let name = given.remove("method").expect("named").as_str().expect("text").to_owned();
    let row = METHODS.row(&name).expect("exists");
    let mut values: toml::Table =
        row.parameters.iter().filter_map(|key| Some((key.name.to_owned(), key.filled_in()?))).collect();
    values.extend(given);
    values.insert("learning_rate".to_owned(), 1.0.into());
    Arc::from(build(row, &values).expect("builds"))
}

/// The seconds that all trials take.
fn seconds(data: &Arc<PreparedData>, case: Case, precision: Precision) -> f64 {
    let options = Arc::new(options(case, precision));
    let (optimizer, model) = (optimizer(case), model_of(case.loss));
    let evaluated: Arc<[u64]> = options.evaluated_epochs().into();
    let layout = data.layout_of(&*model).expect("small");
    let parameters = layout.parameters();
    let cohort = |seed: u64, trials: std::ops::Range<usize>| {
        let trainee = |index: usize| {
            let (learning_rate, l2) = (case.setting)(index as f64 / (RATES - 1) as f64);
            Trainee {
                test_outputs: TestOutputs::Never,
                training: None,
                goes_on_from: None,
                id: Id::of(&format!("{seed} {index}")),
                canonical: format!("{seed} {index}"),
                optimizer: Arc::clone(&optimizer),
                schedule: Arc::new(Constant),
                learning_rate,
                horizon: Horizon { steps: options.epochs, steps_per_epoch: 1 },
                penalty: Penalty { l1: 0.0, l2 },
                start: vec![0.0; parameters],
                start_statistics: Vec::new(),
                options: Arc::clone(&options),
                evaluated: Arc::clone(&evaluated),
                seed,
                problem: None,
                revisions: "".into(),
                trajectory: index,
            }
        };
        Cohort {
            data: Arc::clone(data),
            model: Arc::clone(&model),
            layout: Arc::clone(&layout),
            batching: optimizer.batching(),
            seed,
            precision,
            path: Path::Rows,
            trainees: trials.map(trainee).collect(),
            epochs_passed: Arc::default(),
        }
    };
    // As the program does: a cohort for each seed, or for each core.
    let together = if case.seeds == 1 { RATES.div_ceil(rayon::current_num_threads()) } else { RATES };
    let pieces: Vec<(u64, usize)> =
        (1..=case.seeds).flat_map(|seed| (0..RATES).step_by(together).map(move |from| (seed, from))).collect();
    let clock = Instant::now();
    let records: Vec<TrialRecord> = pieces
        .par_iter()
        .with_max_len(1)
        .flat_map_iter(|&(seed, from)| {
            let mut records = Vec::new();
            let cohort = cohort(seed, from..RATES.min(from + together));
            train(&cohort, &AtomicBool::new(false), &mut |record| records.push(record));
            records
        })
        .collect();
    let elapsed = clock.elapsed().as_secs_f64();
    let expected = if case.seeds == 1 { Stopped::GradientNorm } else { Stopped::Epochs };
    let ended = |record: &TrialRecord| record.outcome == Outcome::Completed { stopped: expected };
    assert!(
        records.iter().all(ended),
        "{:?}",
        records.iter().find(|record| !ended(record)).map(|record| &record.outcome)
    );
    elapsed
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    if values.len() % 2 == 1 { values[middle] } else { 0.5 * (values[middle - 1] + values[middle]) }
}

/// Two things in turn: the median of the seconds of each, and of the ratios of the second to the first.
fn in_turn(mut one: impl FnMut() -> f64, mut other: impl FnMut() -> f64) -> (f64, f64, f64) {
    let pairs = std::env::var("PAIRS").ok().and_then(|pairs| pairs.parse().ok()).unwrap_or(7);
    let pairs: Vec<(f64, f64)> = (0..pairs).map(|_| (one(), other())).collect();
    let of = |value: fn(&(f64, f64)) -> f64| median(pairs.iter().map(value).collect());
    (of(|pair| pair.0), of(|pair| pair.1), of(|pair| pair.1 / pair.0))
}

fn is_wanted(name: &str) -> bool {
    std::env::var("ONLY").map_or(true, |only| name.contains(&only))
}

/// The same rows and steps as of least squares, with the first and the last epoch evaluated, or every one.
fn beside_least_squares(precision: Precision, name: &str) {
    let least_squares = Case { loss: "squared_error", ..LOGISTIC };
    let square_data = prepared(least_squares, precision);
    for (loss, what) in [("log", "logistic regression"), ("hinge", "hinge loss"), ("poisson", "Poisson regression")] {
        let setting: fn(f64) -> (f64, f64) =
            if loss == "poisson" { |share| (1e-5 + 1e-3 * share, 0.0) } else { LOGISTIC.setting };
        // Trials of one start share its evaluation.
        for (train, evaluated) in [(LOGISTIC.train, 1.0), ("epochs = 20\nevaluate_every = 1", 20.0)] {
            let when = if evaluated > 1.0 { "every epoch" } else { "at start and end" };
            let what = format!("{what} beside least squares, SGD, {name}, evaluated {when}");
            if !is_wanted(&what) {
                continue;
            }
            let case = Case { loss, setting, train, ..LOGISTIC };
            let data = prepared(case, precision);
            let (ours, squares, ratio) = in_turn(
                || seconds(&data, case, precision),
                || seconds(&square_data, Case { train, ..least_squares }, precision),
            );
            let useful = 1.0 + evaluated / 20.0 * if precision == Precision::F64 { 0.5 } else { 1.0 };
            row(
                &what,
                &format!("{ours:.3} s"),
                &format!("{squares:.3} s"),
                &format!("{ratio:.2} of its speed, {:.2} of its share of the peak", useful * ratio),
            );
        }
    }
}

/// A case beside other programs.
fn beside_peers(case: Case, precision: Precision, name: &str, peers: &[(&str, &str)]) {
    if !is_wanted(case.name) {
        return;
    }
    let data = prepared(case, precision);
    let what = format!("{}, {name}", case.name);
    let folder = std::env::temp_dir().join(format!("sweep-losses-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder");
    let rows = dataset(case.shape, case.loss);
    for (file, values) in [("x", &rows.features.values), ("y", &rows.target)] {
        let bytes: Vec<u8> = values.iter().flat_map(|value| value.to_le_bytes()).collect();
        std::fs::write(folder.join(file), bytes).expect("writes");
    }
    std::fs::write(folder.join("shape"), format!("{} {}", case.shape[0], case.shape[1])).expect("writes");
    let script = FilePath::new(env!("CARGO_MANIFEST_DIR")).join("../../benches/peer_losses.py");
    let peer = Peer::start(&script, &[folder.as_os_str()], Some(1));
    match peer {
        None => row(&what, &format!("{:.3} s", seconds(&data, case, precision)), "–", ""),
        Some(mut peer) => {
            for (job, title) in peers {
                let job = format!("{job} {name}");
                // The first time compiles.
                if peer.run(&job).is_none() {
                    println!("  {what}: {title} is not there");
                    continue;
                }
                let (ours, theirs, ratio) =
                    in_turn(|| seconds(&data, case, precision), || peer.run(&job).expect("it could before")[0]);
                row(
                    &what,
                    &format!("{ours:.3} s"),
                    &format!("{title} {theirs:.3} s"),
                    &format!("{ratio:.2} × as fast"),
                );
            }
        }
    }
    std::fs::remove_dir_all(&folder).expect("removes");
}

fn main() {
    let precisions = [(Precision::F64, "f64"), (Precision::F32, "f32")];
    for (precision, name) in precisions {
        beside_least_squares(precision, name);
    }
    for (precision, name) in precisions {
        let minibatch = [("numpy", "batched NumPy"), ("jax", "JAX vmap")];
        beside_peers(LOGISTIC, precision, name, &minibatch);
        beside_peers(SOFTMAX, precision, name, &minibatch);
    }
    for (precision, name) in precisions {
        for (case, job) in OF_METHODS {
            beside_peers(case, precision, name, &[(job, "optax under JAX vmap")]);
        }
    }
    for case in [PENALTIES, SMALL_PENALTIES] {
        beside_peers(case, Precision::F64, "f64", &[("sklearn", "scikit-learn, one by one,")]);
    }
}
