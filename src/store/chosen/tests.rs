//! Tests of what is kept of chosen trials.

use std::fs;

use crate::numeric;
use crate::record::{ChosenOutputs, Id, KeptModel, Preparation, TrainingEnd};
use crate::store::{Store, Union};

fn outputs(trial: &str, best_epoch: Option<u64>, outputs: &[f64]) -> ChosenOutputs {
    ChosenOutputs {
        trial: Id::of(trial),
        numerics_version: numeric::VERSION,
        revisions: String::new(),
        best_epoch,
        preparation: Id::of("data"),
        outputs: outputs.to_vec(),
    }
}

fn preparation(name: &str) -> Preparation {
    Preparation {
        id: Id::of(name),
        numerics_version: numeric::VERSION,
        features: vec!["a \"quoted\",\nname".to_owned(), "städte=Köln".to_owned()],
        columns: vec!["bias".to_owned(), "a".to_owned(), "b".to_owned()],
        mean: Some(vec![0.1, -0.0]),
        deviation: Some(vec![1.5, 0.0]),
        test_rows: vec![0, 7, 1 << 40],
        test_targets: vec![1.0, 2.5, -3.0],
        test_weights: None,
    }
}

fn model(trial: &str, best_epoch: Option<u64>, end: Option<TrainingEnd>) -> KeptModel {
    KeptModel {
        trial: Id::of(trial),
        numerics_version: numeric::VERSION,
        revisions: "method adam 2\n".to_owned(),
        best_epoch,
        parameters: vec![0.1, -0.0, 1e-300],
        statistics: vec![0.5],
        end,
    }
}

fn end() -> TrainingEnd {
    TrainingEnd {
        training: Id::of("a training"),
        epoch: 50,
        steps: 200,
        gradient_evaluations: 20_000,
        carried: vec![
            ("vectors".to_owned(), vec![1.0 / 3.0, -0.0]),
            ("none".to_owned(), vec![]),
            ("x".to_owned(), vec![7.0]),
        ],
        recorder: "{\"ü\":1}".to_owned(),
    }
}

#[test]
fn kept_models_come_back_bit_for_bit() {
    let (_folder, store) = store();
    let all = vec![model("a", None, Some(end())), model("a", Some(7), None), model("b", None, None)];
    store.write_kept(&all).expect("writes");
    let found = store.read_kept(|_| true).expect("reads");
    assert_eq!(found, all);
    assert_eq!(found[0].parameters[1].to_bits(), (-0.0_f64).to_bits());
    assert_eq!(found[0].end.as_ref().expect("is kept").carried("x"), [7.0]);
    let keys = store.kept_keys().expect("reads");
    let known = keys[0].end.as_ref().expect("is known");
    assert_eq!((known.training, known.epoch, known.carried.len()), (end().training, 50, 0));
    assert!(keys[0].parameters.is_empty() && keys[1].end.is_none() && keys[1].best_epoch == Some(7));
    // Another one of the same trial and epoch contradicts, and a damaged file is none.
    let ((_other, other), mut wrong) = (self::store(), all[1].clone());
    wrong.parameters[0] = 0.2;
    other.write_kept(&[wrong]).expect("writes");
    assert!(Union::new(&store, std::slice::from_ref(&other)).chosen_contradict().expect("reads"));
    assert_eq!(store.damaged_kept().expect("lists"), [] as [std::path::PathBuf; 0]);
    for entry in fs::read_dir(store.part("kept")).expect("lists") {
        let path = entry.expect("reads").path();
        let mut bytes = fs::read(&path).expect("reads");
        bytes[100] ^= 1;
        fs::write(&path, bytes).expect("writes");
    }
    assert_eq!(store.read_kept(|_| true).expect("reads"), []);
    assert_eq!(store.damaged_kept().expect("lists").len(), 1);
}

fn store() -> (tempfile::TempDir, Store) {
    let folder = tempfile::tempdir().expect("a folder");
    let store = Store::at(folder.path());
    store.create().expect("creates");
    (folder, store)
}

#[test]
fn what_is_written_comes_back() {
    let (_folder, store) = store();
    let revised = ChosenOutputs { revisions: "method sgd 2\n".to_owned(), ..outputs("b", Some(12), &[0.5]) };
    let all = vec![outputs("a", None, &[1.0, -2.0, 0.1]), revised];
    store.write_chosen(&all).expect("writes");
    assert_eq!(store.read_chosen(|_| true).expect("reads"), all);
    let of_b = store.read_chosen(|one| one.trial == Id::of("b")).expect("reads");
    assert_eq!(of_b, all[1..]);
    let keys = store.chosen_keys().expect("reads");
    assert_eq!(keys[1], ChosenOutputs { outputs: Vec::new(), ..all[1].clone() });
    let raw = Preparation { mean: None, deviation: None, test_rows: Vec::new(), ..preparation("raw") };
    store.write_preparations(&[preparation("data"), raw.clone()]).expect("writes");
    let weighted = Preparation { test_weights: Some(vec![0.5, 2.5, 0.0]), ..preparation("weighted") };
    store.write_preparations(std::slice::from_ref(&weighted)).expect("writes");
    assert_eq!(store.read_preparations(|id| *id == weighted.id).expect("reads"), [weighted]);
    assert_eq!(store.read_preparations(|id| *id == Id::of("raw")).expect("reads"), [raw]);
    assert_eq!(store.read_preparations(|id| *id == Id::of("data")).expect("reads"), [preparation("data")]);
    let mut ids = store.preparation_ids().expect("reads");
    let mut expected = ["data", "raw", "weighted"].map(Id::of);
    ids.sort();
    expected.sort();
    assert_eq!(ids, expected);
}

#[test]
fn damaged_files_and_other_numerics_versions_are_passed_over() {
    let (_folder, store) = store();
    let other = numeric::VERSION + 1;
    store.write_chosen(&[ChosenOutputs { numerics_version: other, ..outputs("a", None, &[1.0]) }]).expect("writes");
    assert_eq!(store.read_chosen(|_| true).expect("reads"), []);
    assert_eq!(store.chosen_keys().expect("reads"), []);
    store.write_chosen(&[outputs("a", None, &[1.0])]).expect("writes");
    assert_eq!(store.read_chosen(|_| true).expect("reads").len(), 1);
    for entry in fs::read_dir(store.part("chosen")).expect("lists") {
        let path = entry.expect("reads").path();
        let mut bytes = fs::read(&path).expect("reads");
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
        fs::write(&path, bytes).expect("writes");
    }
    assert_eq!(store.read_chosen(|_| true).expect("reads"), []);
    assert_eq!(store.chosen_keys().expect("reads"), []);
}

#[test]
fn entries_about_the_same_that_differ_contradict() {
    let ((_one, one), (_other, other)) = (store(), store());
    one.write_chosen(&[outputs("a", None, &[1.0]), outputs("a", Some(3), &[2.0])]).expect("writes");
    one.write_preparations(&[preparation("data")]).expect("writes");
    other.write_chosen(&[outputs("a", None, &[1.0])]).expect("writes");
    let newer = ChosenOutputs { numerics_version: numeric::VERSION + 1, ..outputs("a", None, &[7.0]) };
    other.write_chosen(&[newer]).expect("writes");
    other.write_preparations(&[preparation("data")]).expect("writes");
    let others = [other];
    let union = Union::new(&one, &others);
    assert!(!union.chosen_contradict().expect("reads"));
    assert_eq!(union.copy().expect("copies").copied, 2);
    others[0].write_chosen(&[outputs("a", Some(3), &[2.5])]).expect("writes");
    assert!(union.chosen_contradict().expect("reads"));
    let (_third, third) = store();
    third.write_preparations(&[Preparation { test_rows: vec![1], ..preparation("data") }]).expect("writes");
    assert!(Union::new(&one, &[third]).chosen_contradict().expect("reads"));
}
