//! Full-batch gradient descent at a thousand learning rates: the library as a run uses it, beside the bare loops that
//! every implementation needs, and beside vectorised NumPy on the same numbers.

use std::borrow::Cow;
use std::fs;
use std::hint::black_box;
use std::path::Path as FilePath;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

use rayon::prelude::*;
use sweep::dataset::{DataSplit, Dataset};
use sweep::model::Penalty;
use sweep::numeric::{Kernel, Matrix, dispatch, svd, triangle};
use sweep::optimizer::{Batching, Momentum, Optimizer};
use sweep::record::{Id, TrialRecord};
use sweep::schedule::{Constant, Horizon, Schedule};
use sweep::train::{Cohort, Path, PathChoice, Precision, PreparedData, TestOutputs, Trainee, train};

use super::performance::row;
use super::{linear, options, random};

const TRAIN: usize = 10_000;
const VALIDATION: usize = 2_500;
const FEATURES: usize = 100;
const RATES: usize = 1_000;
const EPOCHS: u64 = 1_000;
const REPEATS: usize = 9;

/// The cohorts that the runner makes on two cores: two per thread.
const COHORTS: usize = 4;

pub fn report() {
    let dataset = random(TRAIN + VALIDATION, FEATURES);
    let parts = DataSplit::consecutive(TRAIN, VALIDATION, 0);
    // 2/λmax is near 1.6.
    let rates = geometric(1e-3, 1.5);
    println!(
        "full-batch gradient descent, {TRAIN} × {FEATURES}, {RATES} rates × {EPOCHS} iterations, {VALIDATION} rows of validation"
    );

    let data = PreparedData::new(Cow::Borrowed(&dataset), &parts, None, &*linear(), Precision::F64).expect("forms");
    let floor = Floor::of(&data.train.matrix, &dataset.target[..TRAIN], &rates);
    let whole = fastest(|| {
        let data = Arc::new(
            PreparedData::new(Cow::Borrowed(&dataset), &parts, None, &*linear(), Precision::F64).expect("forms"),
        );
        assert_eq!(sweep_rates(&data, Path::Modes, &rates, 0.0, 0.0, EPOCHS).len(), RATES);
    });
    println!(
        "  one QR {:.1?}, one SVD {:.1?}, bare mode steps {:.1?}: {:.1?}",
        floor.qr,
        floor.svd,
        floor.steps,
        floor.sum()
    );
    row(
        "gradient descent, 10,000 × 100, 1,000 rates × 1,000 iterations, data in memory to records",
        &format!("{whole:.1?}"),
        &format!("one QR, one SVD and the bare steps {:.1?}", floor.sum()),
        &format!("{:.2} × as long, at most 2", ratio(whole, floor.sum())),
    );
    let forming =
        fastest(|| drop(PreparedData::new(Cow::Borrowed(&dataset), &parts, None, &*linear(), Precision::F64)));
    let data = Arc::new(data);
    let _ = data.least_squares().expect("linear").modes(0.0);
    let training = fastest(|| drop(sweep_rates(&data, Path::Modes, &rates, 0.0, 0.0, EPOCHS)));
    println!("  of which forming the rows {forming:.1?}, training {training:.1?}");
    numpy(&dataset, &data.train.matrix, &rates, whole);

    // The plain path, trial by trial, for a few steps.
    let (few, steps) = (&rates[..2], 20);
    let plain = fastest(|| drop(sweep_rates(&data, Path::Plain, few, 0.0, 0.0, steps)));
    let each = plain.as_secs_f64() / (few.len() as f64 * steps as f64);
    let all = each * (RATES as f64) * EPOCHS as f64;
    row(
        "the same",
        &format!("{whole:.1?}"),
        &format!("trial by trial on the plain path about {all:.0} s (from {:.0} µs a step)", 1e6 * each),
        &format!("{:.0} × as fast", all / whole.as_secs_f64()),
    );

    // Beyond the stability limit: some trials diverge on the way, and others still grow at the end.
    let limit = 2.0 / data.least_squares().expect("linear").modes(0.0).get().expect("made").eigenvalues()[0];
    let below: Vec<f64> = (0..RATES).map(|index| limit * (0.95 + 4e-5 * index as f64)).collect();
    for (name, factor) in [("just beyond the limit", 1.06), ("far beyond it", 10.0)] {
        let beyond: Vec<f64> = below.iter().map(|rate| factor * rate).collect();
        let stable = fastest(|| drop(sweep_rates(&data, Path::Modes, &below, 0.0, 0.0, EPOCHS)));
        let unstable = fastest(|| drop(sweep_rates(&data, Path::Modes, &beyond, 0.0, 0.0, EPOCHS)));
        row(
            &format!("1,000 rates {name}"),
            &format!("{unstable:.1?}"),
            &format!("just below it {stable:.1?}"),
            &format!("{:.2} × as long, at most 1.1", ratio(unstable, stable)),
        );
    }

    // Momentum with an L1 penalty.
    let (few, steps) = (&rates[..200], 100);
    let compressed = fastest(|| drop(sweep_rates(&data, Path::Compressed, few, 0.9, 0.01, steps)));
    let each_compressed = compressed.as_secs_f64() / (few.len() as f64 * steps as f64);
    let plain = fastest(|| drop(sweep_rates(&data, Path::Plain, &few[..8], 0.9, 0.01, 10)));
    let alone = fastest(|| drop(sweep_rates(&data, Path::Plain, &few[..2], 0.9, 0.01, 10)));
    let (each_plain, each_alone) = (plain.as_secs_f64() / 80.0, alone.as_secs_f64() / 20.0);
    row(
        "momentum with an L1 penalty, a step of a trial",
        &format!("compressed {:.2} µs", 1e6 * each_compressed),
        &format!("plain {:.0} µs alone, {:.0} µs in company", 1e6 * each_alone, 1e6 * each_plain),
        &format!(
            "{:.0} × and {:.0} × as fast, at least 50",
            each_alone / each_compressed,
            each_plain / each_compressed
        ),
    );
}

/// Trains one trial per rate, in cohorts on all cores.
fn sweep_rates(
    data: &Arc<PreparedData>,
    path: Path,
    rates: &[f64],
    momentum: f64,
    l1: f64,
    epochs: u64,
) -> Vec<TrialRecord> {
    // Trials of one shape share these, as they do in a run.
    let options = Arc::new(options(epochs, PathChoice::Auto));
    let evaluated: Arc<[u64]> = options.evaluated_epochs().into();
    let optimizer: Arc<dyn Optimizer> = Arc::new(Momentum { momentum, nesterov: false, batching: Batching::Full });
    let schedule: Arc<dyn Schedule> = Arc::new(Constant);
    let trainee = |learning_rate: f64| {
        let canonical = format!("{learning_rate:?}");
        Trainee {
            test_outputs: TestOutputs::Never,
            training: None,
            goes_on_from: None,
            id: Id::of(&canonical),
            canonical,
            optimizer: Arc::clone(&optimizer),
            schedule: Arc::clone(&schedule),
            learning_rate,
            horizon: Horizon { steps: options.epochs, steps_per_epoch: 1 },
            penalty: Penalty { l1, l2: 0.0 },
            start: vec![0.0; data.parameters()],
            start_statistics: Vec::new(),
            evaluated: Arc::clone(&evaluated),
            options: Arc::clone(&options),
            seed: 1,
            problem: None,
            revisions: "".into(),
            trajectory: learning_rate.to_bits() as usize,
        }
    };
    rates
        .par_chunks(rates.len().div_ceil(COHORTS))
        .with_max_len(1)
        .flat_map_iter(|rates| {
            let trainees = rates.iter().map(|&rate| trainee(rate)).collect();
            let (batching, precision) = (Batching::Full, Precision::F64);
            let cohort = Cohort {
                data: Arc::clone(data),
                model: linear(),
                layout: Arc::clone(data.layout()),
                batching,
                seed: 1,
                precision,
                path,
                trainees,
                epochs_passed: Arc::default(),
            };
            let mut records = Vec::new();
            train(&cohort, &AtomicBool::new(false), &mut |record| records.push(record));
            records
        })
        .collect()
}

/// The times of what every implementation that steps through the modes must do.
struct Floor {
    qr: Duration,
    svd: Duration,
    steps: Duration,
}

impl Floor {
    fn of(x: &Matrix, y: &[f64], rates: &[f64]) -> Self {
        let reduced = triangle(x, y);
        let decomposition = svd(&reduced.r);
        let lambda: Vec<f64> = decomposition.sigma.iter().map(|sigma| sigma * sigma / TRAIN as f64).collect();
        let scaled: Vec<f64> = decomposition.sigma.iter().map(|sigma| sigma / TRAIN as f64).collect();
        let start = vec![1.0; lambda.len()];
        Self {
            qr: fastest(|| drop(black_box(triangle(x, y)))),
            svd: fastest(|| drop(black_box(svd(&reduced.r)))),
            steps: fastest(|| {
                rates.par_chunks(WIDTH).for_each(|rates| {
                    let steps = BareSteps { rates, lambda: &lambda, scaled: &scaled, start: &start };
                    black_box(dispatch(steps));
                });
            }),
        }
    }

    fn sum(&self) -> Duration {
        self.qr + self.svd + self.steps
    }
}

const WIDTH: usize = 8;
/// Steps between two visits to memory.
const DEPTH: usize = 32;
/// Modes in registers.
const MODES: usize = 4;

/// s_j, u_j and Σ s_j² of eight trials at every step, and nothing else.
struct BareSteps<'a> {
    rates: &'a [f64],
    lambda: &'a [f64],
    scaled: &'a [f64],
    start: &'a [f64],
}

impl Kernel for BareSteps<'_> {
    type Output = Vec<[f64; WIDTH]>;

    #[inline(always)]
    fn run(self) -> Self::Output {
        let mut rates = [0.0; WIDTH];
        rates.iter_mut().zip(self.rates).for_each(|(to, rate)| *to = -rate);
        let mut s: Vec<[f64; WIDTH]> = self.start.iter().map(|s| [*s; WIDTH]).collect();
        let mut u = vec![[0.0; WIDTH]; s.len()];
        let mut losses = vec![[0.0; WIDTH]; EPOCHS as usize];
        for losses in losses.chunks_mut(DEPTH) {
            let modes = s.chunks_mut(MODES).zip(u.chunks_mut(MODES));
            for ((s, u), (lambda, scaled)) in modes.zip(self.lambda.chunks(MODES).zip(self.scaled.chunks(MODES))) {
                // A shorter last chunk is padded.
                let (mut a, mut b) = ([[0.0; WIDTH]; MODES], [[0.0; WIDTH]; MODES]);
                let (mut p, mut q) = ([0.0; MODES], [0.0; MODES]);
                a[..s.len()].copy_from_slice(s);
                b[..s.len()].copy_from_slice(u);
                p[..s.len()].copy_from_slice(lambda);
                q[..s.len()].copy_from_slice(scaled);
                for loss in losses.iter_mut() {
                    let mut squares = *loss;
                    for mode in 0..MODES {
                        for lane in 0..WIDTH {
                            let at = a[mode][lane];
                            a[mode][lane] = rates[lane].mul_add(p[mode] * at, at);
                            b[mode][lane] = rates[lane].mul_add(q[mode] * at, b[mode][lane]);
                            squares[lane] = a[mode][lane].mul_add(a[mode][lane], squares[lane]);
                        }
                    }
                    *loss = squares;
                }
                s.copy_from_slice(&a[..s.len()]);
                u.copy_from_slice(&b[..u.len()]);
            }
        }
        losses
    }
}

/// Vectorised NumPy on the same numbers, if python3 has it.
fn numpy(dataset: &Dataset, x: &Matrix, rates: &[f64], whole: Duration) {
    let importable = Command::new("python3").args(["-c", "import numpy"]).output();
    if !importable.is_ok_and(|output| output.status.success()) {
        println!("  NumPy: skipped, python3 has none");
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, values: &[f64]| {
        let bytes: Vec<u8> = values.iter().flat_map(|value| value.to_ne_bytes()).collect();
        fs::write(folder.path().join(name), bytes).expect("writes");
    };
    let validation: Vec<f64> =
        (TRAIN..TRAIN + VALIDATION).flat_map(|row| [&[1.0], dataset.features.row(row)].concat()).collect();
    let points: Vec<f64> = options(EPOCHS, PathChoice::Auto).evaluated_epochs().iter().map(|&k| k as f64).collect();
    write("train_x", &x.values);
    write("train_y", &dataset.target[..TRAIN]);
    write("validation_x", &validation);
    write("validation_y", &dataset.target[TRAIN..]);
    write("rates", rates);
    write("points", &points);
    let output = Command::new("python3")
        .arg(FilePath::new(env!("CARGO_MANIFEST_DIR")).join("benches/peer_gd.py"))
        .arg(folder.path())
        .args([TRAIN, VALIDATION, x.columns, RATES, EPOCHS as usize].map(|number| number.to_string()))
        .env("OPENBLAS_NUM_THREADS", std::thread::available_parallelism().map_or(1, usize::from).to_string())
        .output()
        .expect("runs");
    if !output.status.success() {
        println!("  NumPy failed: {}", String::from_utf8_lossy(&output.stderr));
        return;
    }
    for line in String::from_utf8_lossy(&output.stdout).lines() {
        let Some((name, milliseconds)) = line.split_once(' ') else { continue };
        let milliseconds: f64 = milliseconds.parse().expect("a number");
        let ratio = milliseconds / 1e3 / whole.as_secs_f64();
        let how = if name == "powers" { "losses by powers of the factors" } else { "step by step" };
        row(
            "the same",
            &format!("{whole:.1?}"),
            &format!("NumPy in the eigenbasis, {how}, {milliseconds:.1} ms"),
            &format!("{ratio:.2} × as fast, to be 2"),
        );
    }
}

fn geometric(from: f64, to: f64) -> Vec<f64> {
    (0..RATES).map(|index| from * (to / from).powf(index as f64 / (RATES - 1) as f64)).collect()
}

fn fastest(mut work: impl FnMut()) -> Duration {
    let once = |work: &mut dyn FnMut()| {
        let began = Instant::now();
        work();
        began.elapsed()
    };
    (0..REPEATS).map(|_| once(&mut work)).min().expect("repeated")
}

fn ratio(time: Duration, other: Duration) -> f64 {
    time.as_secs_f64() / other.as_secs_f64()
}
