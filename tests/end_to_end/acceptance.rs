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
    place.write("results/small/plots/mine.svg", "mine");
    place.write("results/small/NOTES.md", "mine");
    let stale = place.path("results/small/plots/convergence-made-lasso.svg");
    assert!(stale.exists());
    place.write("small.toml", SMALL.replace("epochs = 20", "epochs = 21").replace("models.lasso", "models.lasso2"));
    verify(&place, &["--bless"], 0);
    assert!(planned(&place).contains("108 known, 0 new"), "{}", planned(&place));
    assert_eq!(code(&place.sweep(&["report", "small.toml", "--quiet"])), 0, "the facts about the data are there");
    assert!(!stale.exists() && place.path("results/small/plots/mine.svg").exists());
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

/// Files of the store, by name, without the lock.
fn stored(place: &Place) -> Vec<(PathBuf, Vec<u8>)> {
    let mut files = Vec::new();
    for part in ["segments", "theory"] {
        let folder = place.path("results/small/.sweep").join(part);
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            files.push((path.clone(), fs::read(path).unwrap()));
        }
    }
    files.sort();
    files
}

/// The first digits of the id of a trial that completed.
fn victim(place: &Place) -> String {
    let outcomes = texts(place, TRIALS, "outcome");
    let row = outcomes.iter().position(|outcome| outcome == "completed").expect("a trial");
    texts(place, TRIALS, "trial")[row][..12].to_owned()
}

#[test]
fn failed_trials_are_not_accepted() {
    let place = trained();
    let (results, store) = (place.results("results/small"), stored(&place));
    let output = place
        .command(&["verify", "small.toml", "--bless"])
        .env("SWEEP_INJECT_PANIC", victim(&place))
        .output()
        .expect("runs");
    let message = error(&output);
    assert_eq!(code(&output), 1, "{message}");
    assert!(message.contains("1 trial failed: nothing is accepted"), "{message}");
    assert!(message.contains("\n  1 × panicked: injected by SWEEP_INJECT_PANIC"), "{message}");
    assert!(!out(&output).contains("accepted"), "{}", out(&output));
    assert!(place.results("results/small") == results && stored(&place) == store);
}

#[test]
fn what_a_store_holds_soundly_is_left_alone() {
    let place = trained();
    let store = stored(&place);
    place.write("small.toml", SMALL.replace("[0.01, 0.3, 5.0]", "[0.01, 0.3, 0.5, 5.0]"));
    verify(&place, &["--bless"], 0);
    let now = stored(&place);
    assert!(now.len() > store.len() && store.iter().all(|file| now.contains(file)), "old files are there as they were");
    assert!(planned(&place).contains("126 known, 0 new"), "{}", planned(&place));
    verify(&place, &["--bless"], 0);
    assert!(stored(&place) == now, "and nothing is stored twice");
}

/// Everything that makes accepting impossible is said before anything is trained.
#[cfg(unix)]
#[test]
fn what_cannot_be_accepted_is_not_trained() {
    let place = trained();
    let scratch = place.path("scratch");
    fs::create_dir(&scratch).unwrap();
    place.write("small.toml", SMALL.replace("epochs = 20", "epochs = 21"));
    // Training would fail with its first trial, and say so.
    let refused = |flags: &[&str], said: &str| {
        let output = place
            .command(&[&["verify", "small.toml", "--bless"], flags].concat())
            .envs([("TMPDIR", scratch.as_os_str()), ("SWEEP_INJECT_PANIC", "0,1,2,3,4,5,6,7,8,9,a,b,c,d,e,f".as_ref())])
            .output()
            .expect("runs");
        let message = error(&output);
        assert_eq!(code(&output), 3, "{said}: {message}");
        assert!(message.contains(said) && !message.contains("a trial failed"), "{message}");
        assert!(fs::read_dir(&scratch).unwrap().next().is_none(), "the scratch folder is gone");
    };
    let lock = fs::File::open(place.path("results/small/.sweep/lock")).unwrap();
    lock.lock().unwrap();
    refused(&["--no-wait"], "without --no-wait this one waits for it");
    drop(lock);

    let elsewhere = place.path("elsewhere");
    fs::rename(place.path("results/small/tables"), &elsewhere).unwrap();
    std::os::unix::fs::symlink(&elsewhere, place.path("results/small/tables")).unwrap();
    refused(&[], "results/small/tables: it is a symbolic link");
    fs::remove_file(place.path("results/small/tables")).unwrap();
    fs::rename(&elsewhere, place.path("results/small/tables")).unwrap();

    fs::rename(place.path("results/small"), &elsewhere).unwrap();
    place.write("results/small", "a file");
    refused(&[], "error: cannot create the folder results/small: file exists");
    fs::remove_file(place.path("results/small")).unwrap();
    std::os::unix::fs::symlink(&elsewhere, place.path("results/small")).unwrap();
    refused(&[], "results/small: it is a symbolic link");
    fs::remove_file(place.path("results/small")).unwrap();
    fs::rename(&elsewhere, place.path("results/small")).unwrap();
}
