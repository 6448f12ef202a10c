//! Everything that can go wrong while a run writes, at every moment at which it can.
//!
//! What takes minutes is ignored here and run by `.ci/long faults`.

mod calls;
mod damage;
mod data;
mod moments;
mod panics;
mod room;
mod shards;
mod together;
mod tracer;

use std::collections::HashMap;
use std::process::Stdio;

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng as _, SeedableRng as _};
use sweep::record::TrialRecord;

use super::*;

/// Fifty trials, a fifth of which diverges.
const FIFTY: &str = r#"
name = "fifty"
seeds = 10
[datasets.made]
source = "synthetic"
n_samples = 60
n_features = 3
split = { validation = 0.25, test = 0.25 }
[models.linear]
kind = "linear"
[optimizers.sgd]
method = "sgd"
batch_size = 8
learning_rate = [0.001, 0.01, 0.03, 0.1, 3.0]
[train]
epochs = 20
"#;

/// A place with the experiment, the results of a run that nothing disturbed (`whole`), and those of a part of it (`part`).
fn fifty() -> Place {
    let place = Place::new();
    place.write("fifty.toml", FIFTY);
    assert_eq!(code(&place.sweep(&["run", "fifty.toml", "-o", "whole"])), 0);
    assert_eq!(code(&place.sweep(&["run", "fifty.toml", "-o", "part", "--partition", "slice:1/2"])), 5);
    place
}

/// A run of the experiment into a folder, with ten segments.
fn run(place: &Place, folder: &str, words: &[&str]) -> Command {
    let mut command = place.command(&[&["run", "fifty.toml", "-o", folder, "-v", "-j", "2"], words].concat());
    command.env("SWEEP_SEGMENT_TRIALS", "5");
    command
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to.parent().expect("a folder")).expect("creates");
    assert!(Command::new("cp").arg("-r").args([from, to]).status().expect("runs").success());
}

/// The records of a store, those of trials that have two among them.
fn records(folder: &Path) -> Vec<TrialRecord> {
    // While a new store takes the place of the old one, its segments may be on their way.
    of_places(folder, ["segments", "fresh/segments"])
}

/// The records of a new store, wherever it has come.
fn new_records(folder: &Path) -> Vec<TrialRecord> {
    of_places(folder, ["fresh/segments", "segments"])
}

/// The records in the first of these folders of a store that is there.
fn of_places(folder: &Path, places: [&str; 2]) -> Vec<TrialRecord> {
    let found = places.iter().find_map(|place| std::fs::read_dir(folder.join(".sweep").join(place)).ok());
    let Some(listing) = found else { return Vec::new() };
    let paths = listing.map(|entry| entry.expect("reads").path()).filter(|path| path.extension().is_some());
    paths.flat_map(|path| sweep::store::decode_segment(std::fs::read(path).expect("reads")).expect("decodes")).collect()
}

/// How many trials a run said were durable.
fn reported(error: &str) -> usize {
    let of = |line: &str| line.split_once(" trials · ")?.0.split_once('/')?.0.parse::<usize>().ok();
    error.lines().filter_map(of).max().unwrap_or(0)
}

/// Each file of a results folder is one that was there, or one that a run that nothing disturbed writes: nothing between.
fn no_file_is_torn(folder: &Path, versions: &[&[(String, Vec<u8>)]], context: &str) {
    for (name, bytes) in read(folder) {
        let known = versions.iter().any(|version| version.iter().any(|(known, old)| *known == name && *old == bytes));
        assert!(known, "{context}: {name} is neither what was there nor what should come");
    }
}

fn unfinished(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut pending = vec![folder.to_owned()];
    while let Some(at) = pending.pop() {
        for entry in std::fs::read_dir(&at).into_iter().flatten() {
            let entry = entry.expect("reads");
            if entry.file_name().to_string_lossy().starts_with(".writing-") {
                found.push(entry.path());
            } else if entry.file_type().expect("reads").is_dir() {
                pending.push(entry.path());
            }
        }
    }
    found
}

/// Runs what is left; the results are then those of a run that nothing disturbed, and no trial has a second record.
fn goes_on(place: &Place, folder: &str, kept: usize, whole: &[(String, Vec<u8>)], context: &str) {
    let output = place.sweep(&["run", "fifty.toml", "-o", folder]);
    assert_eq!(code(&output), 0, "{context}: {}", error(&output));
    assert!(!error(&output).contains("damaged"), "{context}: {}", error(&output));
    let results = place.path(folder).join("fifty");
    let now = read(&results);
    assert_eq!(now.len(), whole.len(), "{context}");
    for ((name, bytes), (_, expected)) in now.iter().zip(whole) {
        assert!(bytes == expected, "{context}: {name} differs");
    }
    assert_eq!(unfinished(&results), Vec::<PathBuf>::new(), "{context}");
    let mut ids: Vec<String> = records(&results).iter().map(|record| record.id.hex()).collect();
    assert_eq!(ids.len(), 50, "{context}: {kept} were kept and none of them is trained again");
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 50, "{context}");
}

/// Of how many; all of them where an environment variable says how many that is.
fn how_many(variable: &str, few: usize) -> usize {
    std::env::var(variable).ok().and_then(|text| text.parse().ok()).unwrap_or(few)
}

/// A stream of numbers that a seed determines.
fn numbers(seed: u64) -> ChaCha8Rng {
    ChaCha8Rng::seed_from_u64(seed)
}
