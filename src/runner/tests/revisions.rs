//! A row's revision decides whether the records that it made stand: those of its own trials, and of no others.

use super::{new_store, planned, train};
use crate::plan::{BoundPlan, Retry, Setting, outstanding};
use crate::record::RowRevision;
use crate::runner::{Work, build_cohort, group};

const MIXED: &str = r#"
seeds = 2

[datasets.made]
source = "synthetic"
n_samples = 30
n_features = 2
split = { validation = 0.2 }

[datasets.file]
source = "csv"
path = "experiments/data/textbook_line.csv"
target = "y"

[models.linear]
kind = "linear"

[models.curve]
kind = "polynomial"

[optimizers.gd]
method = "gd"
learning_rate = [0.01, 0.02]

[optimizers.sgd]
method = "sgd"
learning_rate = 0.01
schedule = [{ kind = "constant" }, { kind = "inverse_time", decay = 0.1 }]

[train]
epochs = 2
"#;

/// The second revision of one row; all other rows as they are.
fn second<'a>(registry: &'a str, name: &'a str) -> impl Fn(&RowRevision) -> u32 + 'a {
    move |row| if (row.registry, row.name) == (registry, name) { 2 } else { row.revision }
}

/// A row, and whether a setting uses it.
type Use = (&'static str, &'static str, fn(&Setting) -> bool);

const USES: &[Use] = &[
    ("source", "synthetic", |setting| setting.dataset.kind == "synthetic"),
    ("split", "fractions", |setting| setting.dataset.kind == "synthetic"),
    ("model", "polynomial", |setting| setting.model.kind == "polynomial"),
    ("method", "gd", |setting| setting.optimizer.kind == "gd"),
    ("method", "sgd", |setting| setting.optimizer.kind == "sgd"),
    ("schedule", "inverse_time", |setting| {
        setting.optimizer.values.get("schedule").and_then(|value| value.get("kind")?.as_str()) == Some("inverse_time")
    }),
];

#[test]
fn a_new_revision_makes_the_trials_of_its_row_outstanding_and_no_others() {
    let (plan, data, facts) = planned(MIXED);
    let bound = BoundPlan::new(&plan, &facts).expect("binds");
    let folder = tempfile::tempdir().expect("a folder");
    let store = new_store(&folder);
    train(&bound, &data, &store, usize::MAX);
    let left = |bound: &BoundPlan<'_>| {
        let identities = bound.identities();
        let known = store.read(&identities).expect("reads");
        outstanding(&identities, &known.trials, 0..bound.trials(), &Retry::None)
    };
    assert!(left(&bound).is_empty());
    let affected = |uses: fn(&Setting) -> bool| -> Vec<u32> {
        (0..bound.trials())
            .filter(|index| uses(&bound.setting(&bound.trial(*index).setting)))
            .map(|index| u32::try_from(index).expect("few"))
            .collect()
    };
    for &(registry, name, uses) in USES {
        let raised = BoundPlan::at_revisions(&plan, &facts, &second(registry, name)).expect("binds");
        assert_eq!(raised.identities().all(), bound.identities().all(), "a revision is not part of an id");
        let affected = affected(uses);
        assert!(!affected.is_empty() && affected.len() < bound.trials(), "{registry} {name}");
        assert_eq!(left(&raised), affected, "{registry} {name}");
    }
    // The numbers of a file are in its fingerprint.
    let raised = BoundPlan::at_revisions(&plan, &facts, &second("source", "csv")).expect("binds");
    assert!(left(&raised).is_empty());
}

#[test]
fn a_record_names_the_revisions_that_made_it() {
    let (plan, data, facts) = planned(MIXED);
    for &(registry, name, uses) in USES {
        let bound = BoundPlan::at_revisions(&plan, &facts, &second(registry, name)).expect("binds");
        let identities = bound.identities();
        let work = Work { bound: &bound, identities: &identities, data: &data, part: 0..bound.trials() };
        let trials: Vec<u32> = (0..u32::try_from(bound.trials()).expect("few")).collect();
        for part in group(&bound, &trials, 1, usize::MAX) {
            let cohort = build_cohort(&work, &part, &part.trials).expect("builds");
            crate::train::train(&cohort, &false.into(), &mut |record| {
                let trial = identities.find(&record.id).expect("planned");
                let used = uses(&bound.setting(&bound.trial(trial).setting));
                let named = if used { format!("{registry} {name} 2\n") } else { String::new() };
                assert_eq!(record.revisions, named);
                assert_eq!(identities.find_current(&record.id, &record.revisions), Some(trial));
                let stands = identities.find_current(&record.id, "").is_some();
                assert_eq!(stands, !used, "a record without a text is of the first revisions");
            });
        }
    }
}

/// Theory about a problem is computed again where its data may have other numbers.
#[test]
fn problems_change_with_the_rows_that_make_their_data() {
    let (plan, _, facts) = planned(MIXED);
    let today = BoundPlan::new(&plan, &facts).expect("binds");
    for &(registry, name, uses) in USES {
        let raised = BoundPlan::at_revisions(&plan, &facts, &second(registry, name)).expect("binds");
        for index in 0..today.trials() {
            let trial = today.trial(index);
            let changes = uses(&today.setting(&trial.setting)) && matches!(registry, "source" | "split" | "model");
            assert_eq!(today.problem(&trial) != raised.problem(&raised.trial(index)), changes, "{registry} {name}");
        }
    }
}
