//! `sweep verify --bless`: the new results, and a store that agrees with them.

use std::fs;
use std::process::Stdio;
use std::time::Duration;

use super::verification::{TRIALS, texts, trained, verify};
use super::*;

fn planned(place: &Place) -> String {
    let text = out(&place.sweep(&["plan", "small.toml"]));
    text.lines().find(|line| line.starts_with("trials")).expect("a line about trials").to_owned()
}

/// Gives every record of the store other numbers, under names that are right.
fn falsify(place: &Place) {
    let store = sweep::store::Store::at(&place.path("results/small"));
    let ids = texts(place, TRIALS, "trial").iter().map(|id| sweep::record::Id::parse(id).unwrap()).collect();
    let archive = store.read(&sweep::record::Identities::new(ids)).unwrap();
    let mut records = archive.records().unwrap();
    for metric in records.iter_mut().flat_map(|record| &mut record.metrics) {
        metric.last = metric.last.map(|value| value * 1.25);
    }
    let segments = place.path("results/small/.sweep/segments");
    fs::remove_dir_all(&segments).unwrap();
    fs::create_dir(&segments).unwrap();
    store.write_segment(&records).unwrap();
}

#[test]
fn accepted_results_are_those_of_the_store_too() {
    let place = trained();
    let sound = place.results("results/small");
    falsify(&place);
    assert_eq!(code(&place.sweep(&["report", "small.toml", "--quiet"])), 0);
    assert!(place.results("results/small") != sound);
    let (refused, _) = verify(&place, &[], 1);
    let (accepted, _) = verify(&place, &["--bless"], 0);
    assert_eq!(accepted, format!("accepted: {refused}"));
    assert!(place.results("results/small") == sound);
    assert!(planned(&place).contains("108 known, 0 new"), "{}", planned(&place));
    assert_eq!(code(&place.sweep(&["run", "small.toml", "--quiet"])), 0);
    assert!(place.results("results/small") == sound, "a run does not undo what was accepted");
    verify(&place, &[], 0);
    let (nothing, _) = verify(&place, &["--bless"], 0);
    assert!(nothing.starts_with("nothing to accept in small: 108 trials"), "{nothing}");
}

#[test]
fn results_without_a_store_are_accepted_with_one() {
    let place = trained();
    fs::remove_dir_all(place.path("results/small/.sweep")).unwrap();
    place.write("results/small/plots/stale.svg", "of an earlier experiment");
    place.write("results/small/NOTES.md", "mine");
    place.write("small.toml", SMALL.replace("epochs = 20", "epochs = 21"));
    verify(&place, &["--bless"], 0);
    assert!(planned(&place).contains("108 known, 0 new"), "{}", planned(&place));
    assert_eq!(code(&place.sweep(&["report", "small.toml", "--quiet"])), 0, "the facts about the data are there");
    assert!(!place.path("results/small/plots/stale.svg").exists());
    assert!(place.path("results/small/NOTES.md").exists());
    verify(&place, &[], 0);
}

#[test]
fn what_cannot_be_accepted_is_refused_with_its_reason() {
    let place = trained();
    for flags in [&["--sample", "5"][..], &["--tolerance", "1e-9"], &["--junit", "j.xml"]] {
        let (_, text) = verify(&place, &[&["--bless"], flags].concat(), 2);
        assert!(
            text.contains("--bless") && text.contains(flags[0]) && text.contains("leave one of them out"),
            "{text}"
        );
    }
    let lock = fs::File::open(place.path("results/small/.sweep/lock")).unwrap();
    lock.lock().unwrap();
    place.write("small.toml", SMALL.replace("epochs = 20", "epochs = 21"));
    let before = place.results("results/small");
    let mut waiting = place
        .command(&["verify", "small.toml", "--bless"])
        .stderr(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    std::thread::sleep(Duration::from_millis(1500));
    assert!(waiting.try_wait().unwrap().is_none(), "it waits for the folder's owner");
    assert!(place.results("results/small") == before);
    drop(lock);
    let output = waiting.wait_with_output().unwrap();
    assert_eq!(code(&output), 0, "{}", error(&output));
    assert!(place.results("results/small") != before);
}
