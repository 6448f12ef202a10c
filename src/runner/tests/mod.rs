//! Tests of runs as a whole: what is outstanding, and that company changes no record.

mod chosen;
mod ends;
mod losses;
mod revisions;
mod starts;

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use super::{Progress, RunOptions, SharedData, Work, planned_epochs, run};
use crate::plan::{BoundPlan, FactsByDataset, Plan, Retry, outstanding};
use crate::record::TrialRecord;
use crate::store::Store;

#[derive(Default)]
struct Silent(Arc<AtomicU64>);

impl Progress for Silent {
    fn epochs_passed(&self) -> Arc<AtomicU64> {
        Arc::clone(&self.0)
    }

    fn durable(&self, _: &[TrialRecord]) {}
    fn first_failure(&self, record: &TrialRecord) {
        panic!("{record:?}");
    }
}

fn planned(text: &str) -> (Plan, SharedData, FactsByDataset) {
    let plan = crate::experiment::load_text(Path::new("test.toml"), text, &[])
        .unwrap_or_else(|mistakes| panic!("{}", mistakes.render(false)))
        .plan;
    let (data, facts) = SharedData::load(&plan).expect("loads");
    (plan, data, facts)
}

/// Trains what is outstanding of a plan into a store. In the end every planned epoch is counted once, however trials end.
fn train(bound: &BoundPlan<'_>, data: &SharedData, store: &Store, cohort_limit: usize) {
    let identities = bound.identities();
    let known = store.read(&identities).expect("reads");
    let trials = outstanding(&identities, &known.trials, 0..bound.trials(), &Retry::None);
    let work = Work { bound, identities: &identities, data, part: 0..bound.trials() };
    let options = RunOptions { jobs: 2, cohort_limit, max_fail: None };
    let progress = Silent::default();
    run(&work, &trials, store, options, &progress, &AtomicBool::new(false)).expect("runs");
    assert_eq!(progress.0.load(Ordering::Relaxed), planned_epochs(bound, &trials));
}

fn new_store(folder: &tempfile::TempDir) -> Store {
    let store = Store::at(folder.path());
    store.create().expect("creates");
    store
}
