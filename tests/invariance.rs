//! The numerics rule, whole: a trial's bits depend on nothing but its configuration and data. Every trial alone and in any
//! cohort, under 1 to 16 threads, in shuffled order, on every instruction set of this CPU: one hash for each precision, which
//! is written down here, so that other CPUs are held to it too (`.ci/emulated` runs this file on emulated ones).
//!
//! The instruction set is chosen for the whole process: this file has one test.

#![allow(clippy::expect_used)]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::atomic::AtomicBool;

use sweep::numeric::{Instructions, instructions, limit_instructions};
use sweep::plan::{BoundPlan, Retry, outstanding};
use sweep::record::{Identities, Outcome, TrialRecord};
use sweep::runner::{Progress, RunOptions, SharedData, Work, run};
use sweep::store::Store;

/// Every method, schedule, penalty, kind of batch and path; rates from too small to far too large.
const EXPERIMENT: &str = r#"
name = "invariance"
seeds = 2

[datasets.many]
source = "synthetic"
n_samples = 90
n_features = 9
noise = 0.5
condition = 100.0
standardize = true
split = { validation = 0.2, test = 0.2 }

[datasets.two]
source = "synthetic"
n_samples = 64
n_features = 2
seed = "trial"

[models.linear]
kind = "linear"
l2 = [0.0, 0.1]

[models.lasso]
kind = "linear"
l1 = 0.05

[models.curve]
kind = "polynomial"
degree = 2
init = "normal"

[optimizers.gd]
method = "gd"
learning_rate = [0.01, 0.3, 5.0]

[optimizers.gd_momentum]
method = "gd"
learning_rate = [0.01, 0.3]
momentum = 0.9
nesterov = [false, true]

[optimizers.sgd]
method = "sgd"
batch_size = [1, 7, 32]
learning_rate = [0.003, 0.1, 3.0]
schedule = [{ kind = "constant" }, { kind = "inverse_time", decay = 0.01 }]

[optimizers.sgd_momentum]
method = "sgd"
batch_size = 8
replacement = [false, true]
learning_rate = [0.003, 0.03]
momentum = 0.9
nesterov = [false, true]

[train]
epochs = [3, 8]
evaluate_every = 1
path = ["auto", "plain"]
"#;

/// What the records of all trials hash to. These change with `numeric::VERSION` alone.
const HASHES: [(&str, &str); 2] = [("f64", "ddc502e3ce28e9d6"), ("f32", "350cc3328be98beb")];

struct Silent;

impl Progress for Silent {
    fn durable(&self, _: &[TrialRecord]) {}
    fn first_failure(&self, record: &TrialRecord) {
        assert!(!matches!(record.outcome, Outcome::Failed { .. }), "{record:?}");
    }
}

/// All that is recorded of a trial, its numbers as bits.
fn bits(record: &TrialRecord) -> String {
    let hex = |values: &[f64]| values.iter().map(|value| format!("{:016x}", value.to_bits())).collect::<Vec<_>>();
    let mut text = format!("{} {:?} {} {}", record.id, record.outcome, record.steps, record.gradient_evaluations);
    let curve = &record.curve;
    let metrics: Vec<f64> = record.metrics.iter().flat_map(|metric| [metric.last, metric.best]).flatten().collect();
    let _ = write!(text, " {:?} {:?} {:?}", curve.epoch, hex(&curve.train), hex(&curve.validation));
    let _ = writeln!(text, " {:?} {:?} {:?}", hex(&metrics), record.best_epoch(), record.theta.as_deref().map(hex));
    text
}

/// One way of training everything.
#[derive(Debug, Clone, Copy)]
struct Way {
    jobs: usize,
    cohort_limit: usize,
    /// Seeds a shuffle of the trials; 0 leaves them in the plan's order.
    shuffle: u64,
}

struct Planned<'a> {
    bound: &'a BoundPlan<'a>,
    identities: &'a Identities,
    data: &'a SharedData,
}

impl Planned<'_> {
    /// The hash of all records, and how many of them diverged.
    fn train(&self, way: Way) -> (String, usize) {
        let folder = tempfile::tempdir().expect("a folder");
        let store = Store::at(folder.path());
        store.create().expect("creates");
        let known = store.read(self.identities).expect("reads");
        let mut trials = outstanding(self.identities, &known.trials, 0..self.bound.trials(), &Retry::None);
        let mut state = way.shuffle;
        for end in (1..trials.len()).rev().filter(|_| way.shuffle > 0) {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            trials.swap(end, usize::try_from(state >> 33).expect("31 bits") % (end + 1));
        }
        let options = RunOptions { jobs: way.jobs, cohort_limit: way.cohort_limit, max_fail: None };
        let work =
            Work { bound: self.bound, identities: self.identities, data: self.data, part: 0..self.bound.trials() };
        run(&work, &trials, &store, options, &Silent, &AtomicBool::new(false)).expect("runs");
        let archive = store.read(self.identities).expect("reads");
        let all = archive.records().expect("every record is there");
        assert_eq!(all.len(), self.identities.distinct());
        let lines: BTreeMap<_, _> = all.iter().map(|record| (record.id, bits(record))).collect();
        let diverged = all.iter().filter(|record| matches!(record.outcome, Outcome::Diverged { .. })).count();
        let text: String = lines.into_values().collect();
        (blake3::hash(text.as_bytes()).to_hex()[..16].to_owned(), diverged)
    }
}

#[test]
fn one_hash_for_each_precision() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("invariance.toml");
    std::fs::write(&path, EXPERIMENT).expect("writes");
    // An emulated CPU takes the few ways that its instructions decide; threads and cohorts are the same program there.
    let few = std::env::var_os("SWEEP_FEW_WAYS").is_some();
    let widest = instructions();
    let mut checked = 0;
    for (precision, expected) in HASHES {
        let change = format!("train.precision=\"{precision}\"");
        let loaded =
            sweep::experiment::load(&path, &[change]).unwrap_or_else(|problems| panic!("{}", problems.render(false)));
        let (data, facts) = SharedData::load(&loaded.plan).expect("loads");
        let bound = BoundPlan::new(&loaded.plan, &facts).expect("binds");
        let identities = bound.identities();
        let planned = Planned { bound: &bound, identities: &identities, data: &data };
        let mut ways: Vec<Way> =
            [1, 2, 3, 4, 8, 16].map(|jobs| Way { jobs, cohort_limit: usize::MAX, shuffle: jobs as u64 - 1 }).to_vec();
        ways.extend([1, 5].map(|cohort_limit| Way { jobs: 2, cohort_limit, shuffle: 77 }));
        for path in [Instructions::Portable, Instructions::Avx2, Instructions::Avx512] {
            if limit_instructions(path) != path {
                continue;
            }
            let ways = if path == widest && !few { &ways[..] } else { &ways[1..2] };
            for &way in ways {
                let (hash, diverged) = planned.train(way);
                assert_eq!(hash, expected, "{precision}, {path:?}, {way:?}");
                assert!(diverged > 0, "some rates are far too large");
                checked += 1;
            }
        }
        limit_instructions(Instructions::Avx512);
    }
    println!("{checked} ways of training came to one hash for each precision, on {widest:?} and below");
}
