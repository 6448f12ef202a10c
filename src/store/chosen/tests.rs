//! Tests of what is kept of chosen trials.

use std::fs;

use crate::numeric;
use crate::record::{ChosenOutputs, Id, Preparation};
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
