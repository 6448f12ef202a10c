//! Trains an experiment in some way, and takes the bits of its records.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;
use std::sync::atomic::AtomicBool;

use sweep::plan::BoundPlan;
use sweep::record::{Outcome, TheoryEntry, TrialRecord};
use sweep::runner::{Progress, RunOptions, SharedData, Work, run};
use sweep::store::Store;

pub struct Silent;

impl Progress for Silent {
    fn durable(&self, _: &[TrialRecord]) {}
    fn first_failure(&self, record: &TrialRecord) {
        assert!(!matches!(record.outcome, Outcome::Failed { .. }), "{record:?}");
    }
}

/// One way of training everything.
#[derive(Debug, Clone, Copy)]
pub struct Way {
    pub cohort_limit: usize,
    /// Whether the first half of the trials is trained in a run of its own.
    pub cut: bool,
    /// The number of threads.
    pub jobs: usize,
}

/// All records of an experiment, in the order of their ids.
pub fn train(text: &str, way: Way) -> Vec<TrialRecord> {
    trained(text, way).0
}

/// What is stored of an experiment's problems.
pub fn theory(text: &str) -> Vec<TheoryEntry> {
    trained(text, Way { cohort_limit: usize::MAX, cut: false, jobs: 2 }).1
}

fn trained(text: &str, way: Way) -> (Vec<TrialRecord>, Vec<TheoryEntry>) {
    let here = Path::new(env!("CARGO_MANIFEST_DIR")).join("experiments/contracts.toml");
    let loaded = sweep::experiment::load_text(&here, text, &[])
        .unwrap_or_else(|problems| panic!("{}\n{text}", problems.render(false)));
    let (data, facts) = SharedData::load(&loaded.plan).expect("loads");
    let bound = BoundPlan::new(&loaded.plan, &facts).unwrap_or_else(|problems| panic!("{problems:?}\n{text}"));
    let identities = bound.identities();
    let folder = tempfile::tempdir().expect("a folder");
    let store = Store::at(folder.path());
    store.create().expect("creates");
    let trials: Vec<u32> = (0..u32::try_from(bound.trials()).expect("few")).collect();
    let (first, rest) = trials.split_at(if way.cut { trials.len() / 2 } else { 0 });
    for part in [first, rest].into_iter().filter(|part| !part.is_empty()) {
        let options = RunOptions { jobs: way.jobs, cohort_limit: way.cohort_limit, max_fail: None };
        let work = Work { bound: &bound, identities: &identities, data: &data, part: 0..bound.trials() };
        run(&work, part, &store, options, &Silent, &AtomicBool::new(false)).expect("runs");
    }
    let records = store.read(&identities).expect("reads").records().expect("every record is there");
    // Two tables may describe the same trial.
    assert_eq!(records.len(), identities.distinct(), "{text}");
    let by_id: BTreeMap<_, _> = records.into_iter().map(|record| (record.id, record)).collect();
    (by_id.into_values().collect(), store.read_theory().expect("reads"))
}

/// All that is recorded of some trials, numbers as bits. Ids are left out: they do not tell of training.
pub fn bits(records: &[TrialRecord]) -> String {
    let hex = |values: &[f64]| values.iter().map(|value| format!("{:016x}", value.to_bits())).collect::<Vec<_>>();
    records.iter().fold(String::new(), |mut text, record| {
        let _ = write!(text, "{:?} {} {}", record.outcome, record.steps, record.gradient_evaluations);
        let curve = &record.curve;
        let metrics: Vec<f64> = record.metrics.iter().flat_map(|metric| [metric.last, metric.best]).flatten().collect();
        let _ = write!(text, " {:?} {:?} {:?}", curve.epoch, hex(&curve.train), hex(&curve.validation));
        let _ = writeln!(text, " {:?} {:?}", hex(&metrics), record.theta.as_deref().map(hex));
        text
    })
}
