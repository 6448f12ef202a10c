//! The elementary functions on each path of this CPU, in nanoseconds an element, on one core, without copying the slice
//! that they replace: `cargo bench -p sweep-training --bench elementary`.
//!
//! With `SWEEP_PYTHON=python` of an environment that has NumPy and SciPy, each stands beside theirs: `numpy.exp`,
//! `log`, `tanh` and `logaddexp(0, x)`, `scipy.special.erf`, `expit`, `logsumexp` and `softmax` along rows.
//!
//! The derivatives of losses that need such functions are measured as training takes them, in blocks of 64 rows.

#![allow(clippy::expect_used, clippy::print_stdout)] // A bench that cannot continue panics.

#[path = "performance/rows.rs"]
mod performance;

use std::collections::BTreeMap;
use std::hint::black_box;
use std::process::Command;
use std::time::Instant;

use performance::row;
use sweep_training::loss::{Derivatives, Loss, ModelLoss};
use sweep_training::numeric::elementary::*;
use sweep_training::numeric::{Instructions, PARTIAL_SUMS, Real, limit_instructions};

/// Elements of a slice: in the second-level cache.
const ELEMENTS: usize = 8192;
/// The length of a row of `log_sum_exp` and `softmax`.
const CLASSES: usize = 128;
/// The rows of a block, and the outputs of a row of the loss of several classes.
const ROWS: usize = 64;
const OUTPUTS: usize = 8;

type Function<T> = (&'static str, fn(&mut [T]));

/// Nanoseconds an element of the fastest of several repeats.
fn nanoseconds<T: Real>(work: impl Fn(&mut [T]), input: &[T]) -> f64 {
    let mut values = input.to_vec();
    let mut fastest = f64::INFINITY;
    for _ in 0..40 {
        let clock = Instant::now();
        for _ in 0..20 {
            values.copy_from_slice(black_box(input));
            work(black_box(&mut values));
        }
        fastest = fastest.min(clock.elapsed().as_secs_f64() / (20 * ELEMENTS) as f64);
    }
    fastest * 1e9
}

/// Losses and derivatives of outputs of many trials, with a block of rows at a time.
fn measure_losses<T: Real>(precision: &str, instructions: Instructions, input: &[T])
where
    dyn Loss: Derivatives<T>,
{
    for (name, classes) in [("log", 2), ("hinge", 2), ("poisson", 2), ("cross_entropy", OUTPUTS)] {
        let loss = toml::Table::from_iter([("kind".to_owned(), name.into())]);
        let loss = ModelLoss::read(Some(&loss.into())).expect("builds");
        let targets: Vec<T> = (0..ROWS).map(|row| T::from_f64((row * 7 % classes) as f64)).collect();
        let of_trial = ROWS * if name == "cross_entropy" { OUTPUTS } else { 1 };
        let mut sums = vec![[T::ZERO; PARTIAL_SUMS]; ELEMENTS / of_trial];
        let pass = |values: &mut [T], sums: &mut [[T; PARTIAL_SUMS]]| {
            (*loss).differentiate(values, &targets, None, sums);
        };
        let sums = std::cell::RefCell::new(&mut sums);
        let ours = nanoseconds(|values| pass(values, &mut sums.borrow_mut()), input) - nanoseconds(|_| (), input);
        row(
            &format!("the loss {name} and its derivatives, blocks of {ROWS} rows, {precision}, {instructions:?}"),
            &format!("{ours:.2} ns an output"),
            "–",
            "",
        );
    }
}

fn measure<T: Real>(precision: &str, peers: &BTreeMap<String, f64>)
where
    dyn Loss: Derivatives<T>,
{
    let functions: [Function<T>; 8] = [
        ("exp", exp_each),
        ("ln", ln_each),
        ("tanh", tanh_each),
        ("erf", erf_each),
        ("softplus", softplus_each),
        ("sigmoid", sigmoid_each),
        ("log_sum_exp", |values| {
            values.chunks_exact(CLASSES).for_each(|row| _ = black_box(log_sum_exp(row)));
        }),
        ("softmax", |values| {
            values.chunks_exact_mut(CLASSES).for_each(|row| _ = black_box(softmax(row)));
        }),
    ];
    for most in Instructions::ALL.into_iter().rev() {
        if limit_instructions(most) != most {
            continue;
        }
        for (name, function) in functions {
            // Evenly from −8 to 8, in another order; magnitudes for ln.
            let input: Vec<T> = (0..ELEMENTS)
                .map(|index| (index * 2741 % ELEMENTS) as f64 / ELEMENTS as f64 * 16.0 - 8.0)
                .map(|x| T::from_f64(if name == "ln" { x.abs() + 1e-3 } else { x }))
                .collect();
            let ours = nanoseconds(function, &input) - nanoseconds(|_| (), &input);
            let (beside, ratio) = match peers.get(&format!("{name} {precision}")) {
                Some(theirs) => (format!("{theirs:.2} ns"), format!("{:.2} × as fast", theirs / ours)),
                None => ("–".to_owned(), String::new()),
            };
            row(&format!("{name}, {precision}, {most:?}"), &format!("{ours:.2} ns an element"), &beside, &ratio);
        }
        let outputs = |index: usize| T::from_f64((index * 2741 % ELEMENTS) as f64 / ELEMENTS as f64 * 16.0 - 8.0);
        let input: Vec<T> = (0..ELEMENTS).map(outputs).collect();
        measure_losses(precision, most, &input);
    }
}

/// Nanoseconds an element of NumPy's and SciPy's functions, by function and precision.
fn peers() -> BTreeMap<String, f64> {
    let Some(python) = std::env::var_os("SWEEP_PYTHON") else { return BTreeMap::new() };
    let program = format!(
        "
import timeit, numpy, scipy.special
for precision in ('f64', 'f32'):
    x = numpy.random.default_rng(1).uniform(-8, 8, {ELEMENTS}).astype(precision.replace('f', 'float'))
    y, positive, rows = numpy.empty_like(x), abs(x) + x.dtype.type(1e-3), x.reshape(-1, {CLASSES})
    functions = dict(
        exp=lambda: numpy.exp(x, out=y), ln=lambda: numpy.log(positive, out=y), tanh=lambda: numpy.tanh(x, out=y),
        erf=lambda: scipy.special.erf(x, out=y), softplus=lambda: numpy.logaddexp(0, x, out=y),
        sigmoid=lambda: scipy.special.expit(x, out=y), log_sum_exp=lambda: scipy.special.logsumexp(rows, axis=1),
        softmax=lambda: scipy.special.softmax(rows, axis=1))
    for name, work in functions.items():
        print(name, precision, min(timeit.repeat(work, number=5, repeat=40)) / 5 / {ELEMENTS} * 1e9, sep='|')
"
    );
    let output = Command::new(python).args(["-c", &program]).output().expect("a process");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let lines = String::from_utf8_lossy(&output.stdout).into_owned();
    let parsed = lines.lines().filter_map(|line| {
        let (what, time) = line.rsplit_once('|')?;
        Some((what.replace('|', " "), time.parse().ok()?))
    });
    parsed.collect()
}

fn main() {
    let peers = peers();
    measure::<f64>("f64", &peers);
    measure::<f32>("f32", &peers);
    limit_instructions(Instructions::Avx512);
}
