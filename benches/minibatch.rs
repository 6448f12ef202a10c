//! Minibatch training on all cores, compared with their fused multiply-add peak in the same run: `cargo bench --bench
//! minibatch`.
//!
//! SGD on 10,000 rows of 100 features, batch size 32, 20 epochs, every epoch evaluated; one cohort per seed, or pieces
//! of one. `RATES=4` measures only that number of rates. Useful work is 4·B·d per trial and step with d = 100; the bias
//! and everything else in a step count as loss. Small cohorts stand beside the ordered product of their shape, rates ×
//! 100 × 32, whose operands stay in the first-level cache, on all cores in turn with them. Adam stands beside SGD in turn
//! with it.

#![allow(clippy::expect_used, clippy::unwrap_used, clippy::print_stdout)] // A bench that cannot continue panics.

#[path = "performance/in_cache.rs"]
mod in_cache;
#[path = "performance/peak.rs"]
mod measured;
#[path = "performance/rows.rs"]
mod performance;

use std::borrow::Cow;
use std::hint::black_box;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

use in_cache::in_cache_product;
use measured::peak;
use performance::row;
use rayon::prelude::*;
use sweep::dataset::{DataSplit, Dataset};
use sweep::model::{self, Model, Penalty};
use sweep::numeric::{Matrix, Purpose, Real, Stream};
use sweep::optimizer::{Batching, METHODS, Optimizer, build};
use sweep::record::{Id, Outcome, Reading};
use sweep::schedule::{Constant, Horizon};
use sweep::train::{
    Cohort, Keep, Monitor, Options, Path, PathChoice, Precision, PreparedData, TestOutputs, Trainee, train,
};

const ROWS: usize = 10_000;
const FEATURES: usize = 100;
const BATCH: u64 = 32;
const SEEDS: u64 = 10;
/// Of runs that take turns with what they are compared with.
const PAIRS: usize = 7;

fn linear(loss: &str) -> Arc<dyn Model> {
    let values = format!("l1 = 0.0\nl2 = 0.0\ninit = \"zeros\"\nloss = {{ kind = \"{loss}\" }}").parse().expect("TOML");
    Arc::from((model::FAMILIES.row("linear").expect("exists").build.build)(&values).expect("builds"))
}

/// Rows for a loss of numbers, or of two classes.
fn data(precision: Precision, loss: &str) -> Arc<PreparedData> {
    let mut stream = Stream::new(1, Purpose::SyntheticFeatures, 0);
    let mut features = Matrix::filled(ROWS, FEATURES, 0.0);
    features.values.iter_mut().for_each(|value| *value = stream.normal());
    let numbers = (0..ROWS).map(|row| features.row(row).iter().sum::<f64>() + stream.normal());
    let target = numbers.map(|number| if loss == "log" { f64::from(u8::from(number > 0.0)) } else { number }).collect();
    let dataset = Dataset {
        features,
        target,
        feature_names: (0..FEATURES).map(|column| format!("x{column}")).collect(),
        classes: None,
        weights: None,
        target_name: "y".into(),
        other_targets: Vec::new(),
        given_test: 0,
        fingerprint: String::new(),
        notes: Vec::new(),
        reading: Reading::default(),
    };
    let parts = DataSplit::consecutive(ROWS, 0, 0);
    let data =
        Arc::new(PreparedData::new(Cow::Owned(dataset), &parts, None, &*linear(loss), precision).expect("forms"));
    // Evaluations use the reduced data. Another bench measures the reduction, so it is done here, before the clock
    // starts.
    let _ = data.least_squares().expect("linear").train.reduced();
    data
}

/// A method by its name, with its defaults.
fn optimizer(name: &str) -> Arc<dyn Optimizer> {
    let row = METHODS.row(name).expect("exists");
    let mut values: toml::Table =
        row.parameters.iter().filter_map(|key| Some((key.name.to_owned(), key.filled_in()?))).collect();
    values.extend([("learning_rate".to_owned(), 1.0.into()), ("batch_size".to_owned(), (BATCH as i64).into())]);
    Arc::from(build(row, &values).expect("builds"))
}

/// The properties of the trials that are measured.
#[derive(Clone, Copy)]
struct Case {
    rates: usize,
    precision: Precision,
    /// The learning rate of trial `index` of `rates`.
    rate: fn(usize, usize) -> f64,
    divergence_factor: f64,
    epochs: u64,
    curve_points: u64,
    l2: f64,
    loss: &'static str,
    method: &'static str,
}

fn cohort(data: &Arc<PreparedData>, case: Case, seed: u64, indices: std::ops::Range<usize>) -> Cohort {
    let batching = Batching::Rows { size: BATCH, replacement: false, keep: false };
    let options = Arc::new(Options {
        epochs: case.epochs,
        curve_points: case.curve_points,
        evaluate_every: None,
        target_loss: None,
        gradient_norm: None,
        patience: None,
        min_delta: 1e-9,
        monitor: Monitor::Train,
        divergence_factor: case.divergence_factor,
        precision: case.precision,
        path: PathChoice::Auto,
        metrics: Vec::new(),
        keep: Keep::None,
        score: None,
        curve: None,
        watch: Vec::new(),
    });
    let evaluated: Arc<[u64]> = options.evaluated_epochs().into();
    let optimizer = optimizer(case.method);
    let trainees = indices
        .map(|index| Trainee {
            test_outputs: TestOutputs::Never,
            training: None,
            goes_on_from: None,
            id: Id::of(&format!("{seed} {index}")),
            canonical: format!("{seed} {index}"),
            optimizer: Arc::clone(&optimizer),
            schedule: Arc::new(Constant),
            learning_rate: (case.rate)(index, case.rates),
            horizon: Horizon { steps: options.epochs, steps_per_epoch: 1 },
            penalty: Penalty { l1: 0.0, l2: case.l2 },
            start: vec![0.0; data.parameters()],
            start_statistics: Vec::new(),
            options: Arc::clone(&options),
            evaluated: Arc::clone(&evaluated),
            seed,
            problem: None,
            revisions: "".into(),
            trajectory: index,
        })
        .collect();
    let model = linear(case.loss);
    Cohort {
        layout: data.layout_of(&*model).expect("small"),
        data: Arc::clone(data),
        model,
        batching,
        seed,
        precision: case.precision,
        path: Path::Rows,
        trainees,
        epochs_passed: Arc::default(),
    }
}

/// The time of one run of all trials in cohorts of at most `together`, and whether any trial diverged.
fn time_once(data: &Arc<PreparedData>, case: Case, together: usize) -> (Duration, bool) {
    let pieces: Vec<(u64, std::ops::Range<usize>)> = (1..=SEEDS)
        .flat_map(|seed| {
            (0..case.rates).step_by(together).map(move |from| (seed, from..case.rates.min(from + together)))
        })
        .collect();
    let start = Instant::now();
    let records: Vec<_> = pieces
        .par_iter()
        .with_max_len(1)
        .flat_map_iter(|(seed, indices)| {
            let mut records = Vec::new();
            let cohort = cohort(data, case, *seed, indices.clone());
            train(&cohort, &AtomicBool::new(false), &mut |record| records.push(record));
            records
        })
        .collect();
    let elapsed = start.elapsed();
    assert_eq!(black_box(&records).len(), case.rates * SEEDS as usize);
    (elapsed, records.iter().any(|record| matches!(record.outcome, Outcome::Diverged { .. })))
}

/// The fastest of three runs, and whether any trial diverged.
fn time(data: &Arc<PreparedData>, case: Case, together: usize) -> (Duration, bool) {
    let runs: Vec<_> = (0..3).map(|_| time_once(data, case, together)).collect();
    let fastest = runs.iter().map(|(elapsed, _)| *elapsed).min().expect("three");
    (fastest, runs.iter().any(|(_, diverged)| *diverged))
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// GFLOP/s of the useful work of all trials.
fn speed(case: Case, seconds: f64) -> f64 {
    let steps = case.epochs * (ROWS as u64).div_ceil(BATCH);
    (4 * BATCH * FEATURES as u64 * case.rates as u64 * SEEDS * steps) as f64 / seconds / 1e9
}

/// The share that cohorts of few trials reach of the product of their shape: the median of pairs.
fn small_cohort<T: Real>(name: &str, data: &Arc<PreparedData>, case: Case) {
    let pairs: Vec<(f64, f64)> = (0..PAIRS)
        .map(|_| {
            let product = in_cache_product::<T>([case.rates, 100, 32], rayon::current_num_threads());
            (speed(case, time_once(data, case, case.rates).0.as_secs_f64()), product)
        })
        .collect();
    let reached = median(pairs.iter().map(|pair| pair.0).collect());
    let product = median(pairs.iter().map(|pair| pair.1).collect());
    row(
        &format!(
            "SGD, batch 32, 10,000 × 100, 20 epochs, {name}: cohorts of {} beside the in-cache product of that shape",
            case.rates
        ),
        &format!("{reached:.1} GFLOP/s"),
        &format!("product {} × 100 × 32 on all cores {product:.1} GFLOP/s", case.rates),
        &format!("{:.2} of it", median(pairs.iter().map(|(reached, product)| reached / product).collect())),
    );
}

/// The cost of a step of Adam beside one of SGD: the median of pairs.
fn adam_beside_sgd(name: &str, data: &Arc<PreparedData>, case: Case) {
    let seconds = |method: &'static str| time_once(data, Case { method, ..case }, case.rates).0.as_secs_f64();
    let pairs: Vec<(f64, f64)> = (0..PAIRS).map(|_| (seconds("adam"), seconds("sgd"))).collect();
    row(
        &format!("Adam, batch 32, 10,000 × 100, 20 epochs, {name}: {} rates × {SEEDS} seeds", case.rates),
        &format!("{:.3} s", median(pairs.iter().map(|pair| pair.0).collect())),
        &format!("SGD {:.3} s", median(pairs.iter().map(|pair| pair.1).collect())),
        &format!("{:.2} × as long, at most 1.6", median(pairs.iter().map(|(adam, sgd)| adam / sgd).collect())),
    );
}

fn stable(index: usize, rates: usize) -> f64 {
    1e-4 + 1e-2 * index as f64 / rates as f64
}

/// `vanishing` is a learning rate that makes parameters subnormal.
fn measure<T: Real>(name: &str, precision: Precision, vanishing: fn(usize, usize) -> f64) {
    let data_of = |loss: &str| data(precision, loss);
    let data = data_of("squared_error");
    let peak = peak::<T>(rayon::current_num_threads());
    println!("{name}: {} cores, peak {peak:.1} GFLOP/s", rayon::current_num_threads());
    let case = Case {
        rates: 100,
        precision,
        rate: stable,
        divergence_factor: 1e12,
        epochs: 20,
        curve_points: 64,
        l2: 0.0,
        loss: "squared_error",
        method: "sgd",
    };
    for (rates, together) in [(100, 100), (100, 50), (100, 25), (4, 4), (1, 1)] {
        if std::env::var("RATES").is_ok_and(|only| only != rates.to_string()) {
            continue;
        }
        let case = Case { rates, ..case };
        let (elapsed, _) = time(&data, case, together);
        let reached = speed(case, elapsed.as_secs_f64());
        row(
            &format!(
                "SGD, batch 32, 10,000 × 100, 20 epochs, {name}: {rates} rates × {SEEDS} seeds in cohorts of {together}"
            ),
            &format!("{:.3} s, {reached:.1} GFLOP/s", elapsed.as_secs_f64()),
            &format!("peak of all cores {peak:.1}"),
            &format!("{:.0} % of it", 100.0 * reached / peak),
        );
        if rates <= 4 {
            small_cohort::<T>(name, &data, case);
        } else if together == rates {
            adam_beside_sgd(name, &data, case);
        }
    }
    if std::env::var_os("RATES").is_some() {
        return;
    }
    // Two classes: with every epoch evaluated, by outputs for all rows, and with the first and the last.
    let classes = data_of("log");
    for (loss, data) in [("squared_error", &data), ("log", &classes)] {
        for curve_points in [64, 2] {
            let (elapsed, _) = time(data, Case { loss, curve_points, ..case }, 100);
            let reached = speed(case, elapsed.as_secs_f64());
            let evaluated = if curve_points == 2 { "two epochs" } else { "every epoch" };
            row(
                &format!(
                    "SGD, batch 32, 10,000 × 100, 20 epochs, {name}, {loss}, {evaluated} evaluated: 100 rates × {SEEDS} seeds"
                ),
                &format!("{:.3} s, {reached:.1} GFLOP/s", elapsed.as_secs_f64()),
                &format!("peak of all cores {peak:.1}"),
                &format!("{:.0} % of it", 100.0 * reached / peak),
            );
        }
    }
    // The cost of a step must not depend on its numbers. With a bound that nothing exceeds, this compares ordinary
    // trials with trials that grow until they overflow, and with trials of subnormal parameters.
    let bounded = Case { divergence_factor: f64::MAX, epochs: 3, ..case };
    let (ordinary, _) = time(&data, bounded, 100);
    let explosive = Case { rate: |_, _| 0.6, ..bounded };
    let (growing, overflowed) = time(&data, explosive, 100);
    let (tiny, _) = time(&data, Case { rate: vanishing, ..bounded }, 100);
    println!(
        "  3 epochs: growing trials take {:.2} times the time of ordinary ones (some overflowed: {overflowed}), \
         trials of subnormal parameters {:.2} times",
        growing.as_secs_f64() / ordinary.as_secs_f64(),
        tiny.as_secs_f64() / ordinary.as_secs_f64()
    );
}

fn main() {
    measure::<f64>("f64", Precision::F64, |_, _| 1e-311);
    measure::<f32>("f32", Precision::F32, |_, _| 1e-42);
}
