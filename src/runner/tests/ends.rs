//! Trials that differ in when they end take their steps once, and each gets the record that it gets alone.

use std::collections::HashSet;

use super::{new_store, planned, train};
use crate::parameter::{Fallback, Kind};
use crate::plan::BoundPlan;
use crate::record::{Outcome, Stopped};
use crate::runner::{Work, build_cohort, group};
use crate::schedule::{SCHEDULES, ScheduleKind};

const ENDS: &str = r#"
seeds = 1

[datasets.d]
source = "synthetic"
n_samples = 60
n_features = 3
noise = 0.5
split = { validation = 0.25, test = 0.25, seed = 1 }

[models.linear]
kind = "linear"

[models.lasso]
kind = "linear"
l1 = 0.05

[optimizers.gd]
method = "gd"
learning_rate = [0.1, 5.0]

[optimizers.sgd]
method = "sgd"
batch_size = 7
learning_rate = [0.05, 50.0]

[train]
epochs = [5, 30]
evaluate_every = [1, 3]
target_loss = [1e-9, 0.5]
gradient_norm = [1e-9, 0.2]
patience = [2, 9]
min_delta = [1e-9, 0.2]
monitor = ["train", "validation"]
"#;

#[test]
fn each_trial_has_the_record_that_it_has_alone() {
    // curve_points and evaluate_every exclude each other's effect, so each has its turn.
    for text in [
        ENDS.to_owned(),
        ENDS.replace("evaluate_every = [1, 3]", "curve_points = [3, 9]").replace(", \"validation\"]", "]"),
        // The rates of this schedule depend on the planned end, so that each trial takes steps of its own.
        ENDS.replace("learning_rate = [0.1, 5.0]", "learning_rate = [0.1, 5.0]\nschedule = \"cosine\""),
    ] {
        let (plan, data, facts) = planned(&text);
        let bound = BoundPlan::new(&plan, &facts).expect("binds");
        let identities = bound.identities();
        let records = [1, usize::MAX].map(|cohort_limit| {
            let folder = tempfile::tempdir().expect("a folder");
            let store = new_store(&folder);
            train(&bound, &data, &store, cohort_limit);
            let mut records = store.read(&identities).expect("reads").records().expect("whole");
            records.sort_by_key(|record| record.id);
            records
        });
        assert_eq!(records[0].len(), bound.trials());
        assert!(records[0] == records[1], "company changed a record");
        for stopped in Stopped::ALL {
            let outcome = Outcome::Completed { stopped };
            assert!(records[0].iter().any(|record| record.outcome == outcome), "no trial ends by {}", stopped.word());
        }
        assert!(records[0].iter().any(|record| matches!(record.outcome, Outcome::Diverged { .. })));
    }
}

#[test]
fn steps_are_taken_once_for_each_rate() {
    let (plan, data, facts) = planned(ENDS);
    let bound = BoundPlan::new(&plan, &facts).expect("binds");
    let identities = bound.identities();
    let work = Work { bound: &bound, identities: &identities, data: &data, part: 0..bound.trials() };
    let trials: Vec<u32> = (0..u32::try_from(bound.trials()).expect("few")).collect();
    for plan in group(&bound, &trials, 1, usize::MAX) {
        let cohort = build_cohort(&work, &plan, &plan.trials).expect("builds");
        let trajectories: HashSet<usize> = cohort.trainees.iter().map(|trainee| trainee.trajectory).collect();
        let steps: HashSet<(u64, u64)> = (cohort.trainees.iter())
            .map(|trainee| (trainee.learning_rate.to_bits(), trainee.penalty.l1.to_bits()))
            .collect();
        assert!(cohort.trainees.len() >= 16 * steps.len(), "the trials train together");
        assert_eq!(trajectories.len(), steps.len());
    }
}

/// A table `{ kind = …, … }` of a schedule, with some value for each required key.
fn schedule_of(row: &ScheduleKind) -> String {
    let required = row.parameters.iter().filter(|key| key.default == Fallback::Required);
    let keys = required.map(|key| match key.kind {
        Kind::Float(_) => format!(", {} = 0.5", key.name),
        Kind::Ascending { .. } => format!(", {} = [2, 4]", key.name),
        _ => format!(", {} = 2", key.name),
    });
    format!("{{ kind = \"{}\"{} }}", row.name, keys.collect::<String>())
}

#[test]
fn under_every_schedule_steps_are_shared_only_where_the_end_plays_no_part() {
    for row in SCHEDULES.rows {
        let text = format!(
            "seeds = 1\n[datasets.d]\nsource = \"synthetic\"\nn_samples = 60\nn_features = 3\nnoise = 0.5\n\
             [models.linear]\nkind = \"linear\"\n[optimizers.sgd]\nmethod = \"sgd\"\nbatch_size = 7\nlearning_rate = 0.05\n\
             schedule = {}\n[train]\nepochs = [5, 12]\nevaluate_every = [1, 3]\n",
            schedule_of(row)
        );
        let (plan, data, facts) = planned(&text);
        let bound = BoundPlan::new(&plan, &facts).expect("binds");
        let identities = bound.identities();
        let work = Work { bound: &bound, identities: &identities, data: &data, part: 0..bound.trials() };
        let groups = group(&bound, &[0, 1, 2, 3], 1, usize::MAX);
        let cohort = build_cohort(&work, &groups[0], &groups[0].trials).expect("builds");
        let trajectories: HashSet<usize> = cohort.trainees.iter().map(|trainee| trainee.trajectory).collect();
        let schedule = &cohort.trainees[0].schedule;
        let own = schedule.knows_the_end() || schedule.memory().is_some();
        assert_eq!(trajectories.len(), if own { 4 } else { 1 }, "{}", row.name);
        let records = [1, usize::MAX].map(|cohort_limit| {
            let folder = tempfile::tempdir().expect("a folder");
            let store = new_store(&folder);
            train(&bound, &data, &store, cohort_limit);
            let mut records = store.read(&identities).expect("reads").records().expect("whole");
            records.sort_by_key(|record| record.id);
            records
        });
        assert!(records[0].len() == 4 && records[0] == records[1], "{}: company changed a record", row.name);
    }
}
