//! Stores that other versions wrote: read to the same results, united with today's, or refused with what to do.

use std::path::Path;

use super::chosen::kept;
use super::{Place, code, error};

/// Stores whose format this version reads.
const READ: [&str; 7] = ["2", "3.0", "3.1", "3.3", "unknown_column", "missing_column", "unknown_metric"];

fn fixtures() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/stores")
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("creates");
    for entry in std::fs::read_dir(from).expect("lists") {
        let path = entry.expect("reads").path();
        let target = to.join(path.file_name().expect("a name"));
        if path.is_dir() {
            copy(&path, &target);
        } else {
            std::fs::copy(&path, target).expect("copies");
        }
    }
}

/// A place with the experiment of the stores, and this store in a results folder of this name.
fn with_store(place: &Place, store: &str, folder: &str) {
    std::fs::copy(fixtures().join("experiment.toml"), place.path("experiment.toml")).expect("copies");
    copy(&fixtures().join(store), &place.path(&format!("{folder}/experiment/.sweep")));
}

#[test]
fn stores_of_other_versions_give_the_same_report_and_are_united() {
    let place = Place::new();
    let mut expected = None;
    let mut predictions = None;
    for store in READ {
        with_store(&place, store, store);
        // A run trains nothing, and completes what older versions did not store of a problem.
        let output = place.sweep(&["run", "experiment.toml", "-o", store]);
        assert_eq!(code(&output), 0, "{store}: {}", error(&output));
        let results = place.results(&format!("{store}/experiment"));
        assert!(*expected.get_or_insert_with(|| results.clone()) == results, "{store} reports something else");
        let chosen = kept(&place, &format!("{store}/experiment"));
        assert!(chosen.0.len() == 4 && *predictions.get_or_insert_with(|| chosen.clone()) == chosen, "{store}");
    }
    let from: Vec<&str> = READ.into_iter().flat_map(|store| ["--from", store]).collect();
    let output = place.sweep(&[&["merge", "experiment.toml", "-o", "united"], &from[..]].concat());
    assert_eq!(code(&output), 0, "{}", error(&output));
    assert!(expected == Some(place.results("united/experiment")));
    assert!(predictions == Some(kept(&place, "united/experiment")), "what older stores lacked was completed");
    assert_eq!(code(&place.sweep(&["verify", "experiment.toml", "-o", "united"])), 0);
    assert_eq!(code(&place.sweep(&["clean", "experiment.toml", "-o", "united"])), 0);
    let segments = std::fs::read_dir(place.path("united/experiment/.sweep/segments")).expect("lists");
    assert_eq!(segments.count(), 2, "of each trial the records stay that hold what no other one does");
    assert_eq!(code(&place.sweep(&["report", "experiment.toml", "-o", "united"])), 0);
    assert!(expected == Some(place.results("united/experiment")));
}

#[test]
fn an_exact_solution_of_an_older_version_is_shown_until_a_run_computes_it_again() {
    let place = Place::new();
    with_store(&place, "3.0", "results");
    let note = "least squares is stored as an older version computed it: ";
    let report = |command: &[&str]| {
        let output = place.sweep(command);
        let said = (code(&output), error(&output).contains("or an older revision of it"));
        let page = std::fs::read_to_string(place.path("results/experiment/report.md")).expect("reads");
        assert!(page.contains("| least squares | exact |") || page.contains("| ridge l2 0.01 | exact |"), "{page}");
        (said, page.contains(note))
    };
    assert_eq!(report(&["report", "experiment.toml"]), ((0, true), true));
    let segments = || std::fs::read_dir(place.path("results/experiment/.sweep/segments")).expect("lists").count();
    let trained = segments();
    assert_eq!(report(&["run", "experiment.toml"]), ((0, false), false));
    assert_eq!(segments(), trained, "no trial is trained again");
    assert_eq!(report(&["report", "experiment.toml"]), ((0, false), false));
}

#[test]
fn a_store_of_a_newer_format_is_refused_with_what_to_do() {
    let place = Place::new();
    with_store(&place, "newer_major", "results");
    for command in ["run", "report", "plan"] {
        let output = place.sweep(&[command, "experiment.toml"]);
        let message = error(&output);
        assert_eq!(code(&output), 3, "{command}: {message}");
        let sentence =
            "sweep 9.9.9 wrote it in format 4.0, and this version reads formats 2 and 3: use the version that wrote it";
        assert!(message.contains(sentence) && message.contains("sweep run --fresh"), "{command}: {message}");
    }
    let fresh = place.sweep(&["run", "experiment.toml", "--fresh"]);
    assert_eq!(code(&fresh), 0, "{}", error(&fresh));
}
