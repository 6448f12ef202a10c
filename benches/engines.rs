//! A comparison of the training paths: `cargo bench --bench engines`.
//!
//! Each fast path runs beside the plain path on the same data, in the same binary. The ratios are what counts.

#![allow(clippy::expect_used, clippy::unwrap_used, clippy::print_stdout)] // A bench that cannot continue panics.

#[path = "engines/gradient_descent.rs"]
mod gradient_descent;
#[path = "performance/rows.rs"]
mod performance;

use std::borrow::Cow;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use divan::{Bencher, black_box};
use sweep::dataset::{DataSplit, Dataset};
use sweep::model::{self, Model, Penalty};
use sweep::numeric::{Matrix, Purpose, Stream};
use sweep::optimizer::{Batching, Momentum};
use sweep::record::{Id, Reading};
use sweep::schedule::{Constant, Horizon};
use sweep::train::{
    Cohort, Keep, Monitor, Options, Path, PathChoice, Precision, PreparedData, TestOutputs, Trainee, train,
};

fn main() {
    // Other arguments are for divan: it lists, filters or tests.
    if std::env::args().skip(1).all(|argument| argument == "--bench") {
        gradient_descent::report();
    }
    divan::main();
}

fn linear() -> Arc<dyn Model> {
    let values = "l1 = 0.0\nl2 = 0.0\ninit = \"zeros\"".parse().expect("TOML");
    Arc::from((model::FAMILIES.row("linear").expect("exists").build.build)(&values).expect("builds"))
}

fn random(rows: usize, columns: usize) -> Dataset {
    let mut stream = Stream::new(1, Purpose::SyntheticFeatures, 0);
    let mut features = Matrix::filled(rows, columns, 0.0);
    features.values.iter_mut().for_each(|value| *value = stream.normal());
    let target = (0..rows).map(|row| features.row(row).iter().sum::<f64>() + stream.normal()).collect();
    Dataset {
        features,
        target,
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

fn data(rows: usize, columns: usize) -> Arc<PreparedData> {
    let parts = DataSplit::consecutive(rows, 0, 0);
    Arc::new(
        PreparedData::new(Cow::Owned(random(rows, columns)), &parts, None, &*linear(), Precision::F64).expect("forms"),
    )
}

fn options(epochs: u64, path: PathChoice) -> Options {
    Options {
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
        path,
        metrics: Vec::new(),
        keep: Keep::None,
        score: None,
        curve: None,
        watch: Vec::new(),
    }
}

fn cohort(data: &Arc<PreparedData>, path: Path, batching: Batching, rates: usize, epochs: u64) -> Cohort {
    let trainees = (0..rates)
        .map(|index| Trainee {
            test_outputs: TestOutputs::Never,
            training: None,
            goes_on_from: None,
            id: Id::of(&format!("{index}")),
            canonical: format!("{index}"),
            optimizer: Arc::new(Momentum { momentum: 0.0, nesterov: false, batching }),
            schedule: Arc::new(Constant),
            learning_rate: 1e-3 * (1.0 + index as f64),
            horizon: Horizon { steps: epochs, steps_per_epoch: 1 },
            penalty: Penalty { l1: 0.0, l2: 0.0 },
            start: vec![0.0; data.parameters()],
            start_statistics: Vec::new(),
            evaluated: options(epochs, PathChoice::Auto).evaluated_epochs().into(),
            options: Arc::new(options(epochs, PathChoice::Auto)),
            seed: 1,
            problem: None,
            revisions: "".into(),
            trajectory: index,
        })
        .collect();
    Cohort {
        data: Arc::clone(data),
        model: linear(),
        layout: Arc::clone(data.layout()),
        batching,
        seed: 1,
        precision: Precision::F64,
        path,
        trainees,
        epochs_passed: Arc::default(),
    }
}

fn run(cohort: &Cohort) {
    let mut records = Vec::new();
    train(cohort, &AtomicBool::new(false), &mut |record| records.push(record));
    assert_eq!(black_box(records).len(), cohort.trainees.len());
}

/// Gradient descent: 10,000 rows, 100 features, 32 rates, 100 steps. The data is reduced beforehand.
#[divan::bench(args = [Path::Plain, Path::Compressed, Path::Modes], sample_count = 3)]
fn gradient_descent(bencher: Bencher<'_, '_>, path: Path) {
    let data = data(10_000, 100);
    let _ = data.least_squares().expect("linear").modes(0.0);
    bencher.bench_local(|| run(&cohort(&data, path, Batching::Full, 32, 100)));
}

/// The QR of 10,000 × 100 and the SVD, which the fast paths need once.
#[divan::bench(sample_count = 5)]
fn reduction_once(bencher: Bencher<'_, '_>) {
    bencher.with_inputs(|| data(10_000, 100)).bench_local_values(|data| {
        let _ = black_box(data.least_squares().expect("linear").modes(0.0));
    });
}

/// SGD: 10,000 rows, 100 features, batch size 32, one epoch. All trials are in one cohort.
#[divan::bench(args = [1, 4, 100], sample_count = 3)]
fn minibatches(bencher: Bencher<'_, '_>, rates: usize) {
    let data = data(10_000, 100);
    let batching = Batching::Rows { size: 32, replacement: false, keep: false };
    bencher.bench_local(|| run(&cohort(&data, Path::Rows, batching, rates, 1)));
}
