//! Chosen trials that are trained once more: what is stored, and what a stop leaves for the next time.

use std::sync::atomic::AtomicBool;

use super::{Silent, new_store, planned, train};
use crate::plan::BoundPlan;
use crate::record::{Id, TrialSummary};
use crate::runner::{ChosenSummary, ChosenWork, RunOptions, SharedData, Work, train_chosen};
use crate::store::Store;

const TEXT: &str = r#"
seeds = 4

[datasets.d]
source = "synthetic"
n_samples = 60
n_features = 3
noise = 0.5
standardize = true
split = { validation = 0.25, test = 0.25 }

[models.linear]
kind = "linear"

[optimizers.gd]
method = "gd"
learning_rate = 0.1

[optimizers.sgd]
method = "sgd"
batch_size = 7
learning_rate = 0.05

[train]
epochs = 9
"#;

/// All trials of a plan as chosen work.
fn all(bound: &BoundPlan<'_>, store: &Store) -> Vec<ChosenWork> {
    let archive = store.read(&bound.identities()).expect("reads");
    let work = |index: usize| ChosenWork {
        trial: u32::try_from(index).expect("few"),
        epoch: None,
        preparation: bound.preparation(&bound.trial(index)).expect("its data is known"),
        stored: archive.trials.get(index).summary().expect("trained"),
        lacks_outputs: true,
        lacks_preparation: true,
    };
    (0..bound.trials()).map(work).collect()
}

fn again(bound: &BoundPlan<'_>, chosen: &[ChosenWork], store: &Store, stop: bool, jobs: usize) -> ChosenSummary {
    let (data, _) = SharedData::load(bound.plan).expect("loads");
    let identities = bound.identities();
    let work = Work { bound, identities: &identities, data: &data, part: 0..bound.trials() };
    let options = RunOptions { jobs, cohort_limit: usize::MAX, max_fail: None };
    train_chosen(&work, chosen, store, options, &Silent::default(), &AtomicBool::new(stop)).expect("stores")
}

#[test]
fn a_stop_stores_nothing_wrong_and_the_next_time_stores_the_rest() {
    let (plan, data, facts) = planned(TEXT);
    let bound = BoundPlan::new(&plan, &facts).expect("binds");
    let read = |jobs: usize| {
        let folder = tempfile::tempdir().expect("a folder");
        let store = new_store(&folder);
        train(&bound, &data, &store, usize::MAX);
        let chosen = all(&bound, &store);
        let stopped = again(&bound, &chosen, &store, true, jobs);
        assert!(stopped.interrupted && stopped.stored == 0 && store.chosen_keys().expect("reads").is_empty());
        let whole = again(&bound, &chosen, &store, false, jobs);
        assert_eq!((whole.stored, whole.interrupted, whole.contradictions.len()), (8, false, 0));
        let mut outputs = store.read_chosen(|_| true).expect("reads");
        outputs.sort_by_key(|one| one.trial);
        let mut preparations = store.read_preparations(|_| true).expect("reads");
        preparations.sort_by_key(|one| one.id);
        assert_eq!(preparations.len(), 4, "both optimizers share the data of a seed");
        (outputs, preparations)
    };
    let one = read(1);
    assert!(one.0.iter().all(|outputs| outputs.outputs.len() == 15));
    assert!(one == read(3), "the number of threads changed something");
}

#[test]
fn a_trial_with_other_numbers_is_named_and_not_stored() {
    let (plan, data, facts) = planned(TEXT);
    let bound = BoundPlan::new(&plan, &facts).expect("binds");
    let folder = tempfile::tempdir().expect("a folder");
    let store = new_store(&folder);
    train(&bound, &data, &store, usize::MAX);
    let mut chosen = all(&bound, &store);
    let stored = &mut chosen[2].stored;
    *stored = TrialSummary { steps: stored.steps + 1, ..stored.clone() };
    let ids: Vec<Id> = bound.identities().all().to_vec();
    let summary = again(&bound, &chosen, &store, false, 2);
    assert_eq!((summary.contradictions, summary.stored), (vec![ids[2]], 7));
    assert!(store.chosen_keys().expect("reads").iter().all(|key| key.trial != ids[2]));
}
