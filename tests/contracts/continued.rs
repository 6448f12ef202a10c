//! A training that goes on from the kept end of one with fewer epochs has the bits of one that was never cut: its record, and
//! everything that it carries on itself. Each method meets each part; schedules take turns.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::atomic::AtomicBool;

use sweep::plan::BoundPlan;
use sweep::record::{Id, KeptModel, TrialRecord};
use sweep::runner::{RunOptions, SharedData, Work, run};
use sweep::store::Store;

use super::ContractRow;
use super::together::PARTS;
use super::training::{Silent, bits};

/// The model, what stands in `[train]`, and the batch size of methods that draw batches.
const WAYS: [(&str, &str, &str); 6] = [
    ("kind = \"linear\"", "path = \"auto\"", "\"full\""),
    ("kind = \"linear\"\nl1 = 0.01\nl2 = 0.01", "precision = \"f32\"\nmetrics = [\"mae\"]", "8"),
    (
        "kind = \"linear\"\nl2 = 0.01\nloss = \"huber\"",
        "patience = 4\nmin_delta = 0.003\nmonitor = \"validation\"",
        "8",
    ),
    (
        "kind = \"polynomial\"\ndegree = 2",
        "path = \"plain\"\npatience = 5\nmin_delta = 0.01\nmetrics = [\"mae\", \"max_error\"]",
        "\"full\"",
    ),
    (
        "kind = \"mlp\"\nhidden = [4, 4]\nnorm = \"batch\"\ndropout = 0.2\nresidual = true\nl2 = 0.01",
        "metrics = [\"mae\"]\nwatch = [\"gradient_norm\", \"activations\", \"updates\"]",
        "8",
    ),
    (
        "kind = \"mlp\"\nhidden = [4]\nnorm = \"layer\"\nactivation = \"tanh\"",
        "precision = \"f64\"\nwatch = [\"sharpness\", \"updates\"]",
        "\"full\"",
    ),
];

pub fn check(rows: &[ContractRow]) {
    let of = |registry: &str| rows.iter().filter(|row| row.registry == registry).collect::<Vec<_>>();
    let (methods, schedules) = (of("method"), of("schedule"));
    for (turn, (model, train, batch_size)) in WAYS.into_iter().enumerate() {
        let mut text = format!(
            "name = \"continued\"\nseeds = 2\n[datasets.d]\nsource = \"synthetic\"\nn_samples = 40\nn_features = 3\nnoise = 0.5\n\
             split = {{ validation = 0.3 }}\n[models.m]\n{model}\n"
        );
        for (index, method) in methods.iter().enumerate() {
            for (at, (part, sets)) in PARTS.iter().enumerate() {
                if sets.iter().any(|key| !method.has_key(key)) {
                    continue;
                }
                text += &format!("[optimizers.{}_{at}]\nmethod = {:?}\n{part}\n", method.name, method.name);
                text += &method.required(&["learning_rate"]).join("\n");
                if method.has_key("learning_rate") {
                    text += "\nlearning_rate = [0.003, 0.05]\n";
                }
                if method.has_key("batch_size") {
                    text += &format!("\nbatch_size = {batch_size}\n");
                }
                if method.has_key("schedule") {
                    let schedule = schedules[(index + at + 3 * turn) % schedules.len()];
                    let keys: String = schedule.required(&[]).into_iter().map(|key| format!(", {key}")).collect();
                    let waits =
                        if schedule.name == "reduce_on_plateau" { ", patience = 1, threshold = 0.3" } else { "" };
                    text += &format!("schedule = {{ kind = {:?}{keys}{waits} }}\n", schedule.name);
                }
            }
        }
        text += &format!("[train]\nevaluate_every = 2\nkeep = \"last\"\n{train}\n");
        let (short, long) = (format!("{text}epochs = 4\n"), format!("{text}epochs = 10\n"));
        let cut = tempfile::tempdir().expect("a folder");
        let cut = Store::at(cut.path());
        cut.create().expect("creates");
        let whole = tempfile::tempdir().expect("a folder");
        let whole = Store::at(whole.path());
        whole.create().expect("creates");
        let (first, _) = trained(&short, &cut);
        assert_eq!(first, 0);
        let (went_on, continued) = trained(&long, &cut);
        let (none, uncut) = trained(&long, &whole);
        assert_eq!(none, 0);
        // Schedules that know the end, and trials that stopped or diverged before, begin at the start.
        let planned = uncut.0.len();
        assert!(went_on * 4 > planned, "way {turn}: {went_on} of {planned} went on");
        let lines = |records: &[TrialRecord]| bits(records);
        let (one, other) = (lines(&continued.0), lines(&uncut.0));
        let differing = one.lines().zip(other.lines()).zip(&uncut.0).find(|((one, other), _)| one != other);
        assert!(one == other, "way {turn}: {:?}", differing.map(|(bits, record)| (bits, &record.setting)));
        for (record, (one, other)) in uncut.0.iter().zip(continued.1.iter().zip(&uncut.1)) {
            let known = continued.0.iter().find(|known| known.id == record.id).expect("trained");
            assert_eq!(record.metrics, known.metrics);
            assert_eq!(record.curve, known.curve);
            assert_eq!(record.watched, known.watched);
            assert_eq!(one, other, "what is kept in way {turn}");
        }
        assert_eq!(continued.1.len(), uncut.1.len());
        let is_watched = |record: &&TrialRecord| record.outcome.is_completed() && !record.watched.series.is_empty();
        assert_eq!(uncut.0.iter().any(|record| is_watched(&record)), train.contains("watch"), "way {turn}");
    }
}

type Trained = (Vec<TrialRecord>, Vec<KeptModel>);

/// Trains everything of an experiment that a store lacks: the number of trials that went on, the records and the kept models of
/// its trials, both in the order of their ids.
fn trained(text: &str, store: &Store) -> (usize, Trained) {
    let here = Path::new(env!("CARGO_MANIFEST_DIR")).join("experiments/contracts.toml");
    let loaded = sweep::experiment::load_text(&here, text, &[])
        .unwrap_or_else(|problems| panic!("{}\n{text}", problems.render(false)));
    let (data, facts) = SharedData::load(&loaded.plan).expect("loads");
    let bound = BoundPlan::new(&loaded.plan, &facts).unwrap_or_else(|problems| panic!("{problems:?}\n{text}"));
    let identities = bound.identities();
    let trials: Vec<u32> = (0..u32::try_from(bound.trials()).expect("few")).collect();
    let options = RunOptions { jobs: 2, cohort_limit: 40, max_fail: None };
    let work = Work { bound: &bound, identities: &identities, data: &data, part: 0..bound.trials() };
    let summary = run(&work, &trials, store, options, &Silent, &AtomicBool::new(false)).expect("runs");
    let records = store.read(&identities).expect("reads").records().expect("every record is there");
    let by_id: BTreeMap<_, _> = records.into_iter().map(|record| (record.id, record)).collect();
    let kept = store.read_kept(|model| identities.find(&model.trial).is_some()).expect("reads");
    let kept: BTreeMap<(Id, Option<u64>), _> =
        kept.into_iter().map(|model| ((model.trial, model.best_epoch), model)).collect();
    let completed = by_id.values().filter(|record| record.outcome.is_completed()).count();
    assert_eq!(kept.len(), completed, "each completed trial has a model");
    (summary.went_on, (by_id.into_values().collect(), kept.into_values().collect()))
}
