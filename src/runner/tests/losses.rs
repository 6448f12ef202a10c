//! Plans whose settings differ in their loss: they share data and no cohort, and company changes no record.

use std::collections::BTreeMap;

use super::*;
use crate::record::Id;
use crate::runner::cohorts::group;

fn text(loss: &str, report: &str) -> String {
    format!(
        "name = \"x\"\n[datasets.d]\nsource = \"synthetic\"\nn_samples = 40\nn_features = 3\nnoise = 1.0\n\
         split = {{ validation = 0.2, test = 0.2, seed = 1 }}\n[models.m]\nkind = \"linear\"\nloss = {loss}\n\
         [optimizers.o]\nmethod = \"gd\"\nlearning_rate = [0.1, 0.2]\n[train]\nepochs = 5\n{report}"
    )
}

fn records(text: &str) -> BTreeMap<Id, TrialRecord> {
    let (plan, data, facts) = planned(text);
    let bound = BoundPlan::new(&plan, &facts).expect("binds");
    let folder = tempfile::tempdir().expect("a folder");
    let store = new_store(&folder);
    train(&bound, &data, &store, usize::MAX);
    let records = store.read(&bound.identities()).expect("reads").records().expect("every record is there");
    records.into_iter().map(|record| (record.id, record)).collect()
}

const LOSSES: [&str; 3] =
    ["\"squared_error\"", "{ kind = \"huber\", delta = 0.5 }", "{ kind = \"huber\", delta = 2.0 }"];
const SCORE: &str = "[report]\nscore = \"rmse\"\n";

#[test]
fn a_trial_has_its_record_whatever_the_losses_beside_it() {
    let mixed = records(&text(&format!("[{}]", LOSSES.join(", ")), SCORE));
    assert_eq!(mixed.len(), 6);
    let alone: BTreeMap<Id, TrialRecord> = LOSSES.iter().flat_map(|loss| records(&text(loss, SCORE))).collect();
    assert_eq!(mixed, alone);
}

#[test]
fn trials_with_different_losses_share_data_and_neither_cohort_nor_problem() {
    let (plan, _, facts) = planned(&text(&format!("[{}]", LOSSES.join(", ")), SCORE));
    let bound = BoundPlan::new(&plan, &facts).expect("binds");
    let trials: Vec<u32> = (0..6).collect();
    let cohorts = group(&bound, &trials, 1, usize::MAX);
    assert_eq!(cohorts.len(), 3);
    assert!(cohorts.iter().all(|cohort| cohort.data == cohorts[0].data));
    assert_eq!(bound.problems.len(), 3);
}

#[test]
fn a_huber_trial_is_outstanding_for_a_score_that_its_record_lacks() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = new_store(&folder);
    let outstanding = |loss: &str, report: &str| {
        let (plan, data, facts) = planned(&text(loss, report));
        let bound = BoundPlan::new(&plan, &facts).expect("binds");
        let known = store.read(&bound.identities()).expect("reads");
        let trials = outstanding(&bound.identities(), &known.trials, 0..bound.trials(), &Retry::None);
        train(&bound, &data, &store, usize::MAX);
        trials.len()
    };
    assert_eq!([outstanding(LOSSES[1], ""), outstanding(LOSSES[1], "")], [2, 0]);
    assert_eq!([outstanding(LOSSES[1], SCORE), outstanding(LOSSES[1], SCORE), outstanding(LOSSES[1], "")], [2, 0, 0]);
    assert_eq!([outstanding(LOSSES[0], ""), outstanding(LOSSES[0], SCORE)], [2, 0], "it follows from the MSE");
}
