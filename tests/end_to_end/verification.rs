//! `sweep verify` and `sweep compare`: what counts as a difference, how it is told, and what accepting does.

use std::fs;
use std::process::Stdio;
use std::time::{Duration, Instant};

use polars::prelude::*;

use super::*;

/// The results of [`SMALL`] in a place of their own.
pub fn trained() -> Place {
    let place = Place::new();
    place.write("small.toml", SMALL);
    let run = place.sweep(&["run", "small.toml", "--quiet"]);
    assert_eq!(code(&run), 0, "{}", error(&run));
    place
}

pub const TRIALS: &str = "results/small/trials.parquet";
const CURVES: &str = "results/small/curves.parquet";

/// Writes a column of a table anew, encoded as somebody else would.
pub fn rewrite(place: &Place, table: &str, change: impl Fn(&DataFrame) -> Column) {
    let path = place.path(table);
    let mut frame = ParquetReader::new(fs::File::open(&path).unwrap()).finish().unwrap();
    let column = change(&frame);
    frame.with_column(column).unwrap();
    ParquetWriter::new(fs::File::create(&path).unwrap()).finish(&mut frame).unwrap();
}

/// Multiplies one float of a table, and returns the id of its trial.
fn scale(place: &Place, table: &str, column: &str, row: usize, factor: f64) -> String {
    rewrite(place, table, |frame| {
        let mut values: Vec<Option<f64>> = frame.column(column).unwrap().f64().unwrap().iter().collect();
        values[row] = Some(values[row].expect("a number") * factor);
        Column::new(column.into(), values)
    });
    texts(place, table, "trial")[row].clone()
}

pub fn texts(place: &Place, table: &str, column: &str) -> Vec<String> {
    let columns = sweep::store::decode_table(fs::read(place.path(table)).unwrap(), None).unwrap();
    let (_, column) = columns.iter().find(|(name, _)| name == column).expect("a column");
    (0..column.len()).map(|row| column.show(row)).collect()
}

/// The first row whose trial completed, from one on.
fn completed(place: &Place, from: usize) -> usize {
    let outcomes = texts(place, TRIALS, "outcome");
    (from..).find(|&row| outcomes[row] == "completed").expect("a row")
}

/// The verdict, and the whole of what was said, of a command that ends so.
fn said(place: &Place, arguments: &[&str], ends: i32) -> (String, String) {
    let output = place.sweep(arguments);
    let text = out(&output) + &error(&output);
    assert_eq!(code(&output), ends, "{arguments:?}: {text}");
    (text.lines().next().unwrap_or_default().to_owned(), text)
}

pub fn verify(place: &Place, flags: &[&str], ends: i32) -> (String, String) {
    said(place, &[&["verify", "small.toml"], flags].concat(), ends)
}

#[test]
fn the_same_results_are_said_to_be_the_same() {
    let place = trained();
    let (verdict, _) = verify(&place, &[], 0);
    assert!(verdict.starts_with("verified small: 108 trials trained again in "), "{verdict}");
    assert!(verdict.ends_with(" files are the same bit for bit"), "{verdict}");
    // Another encoding of the same cells is no difference.
    rewrite(&place, TRIALS, |frame| frame.column("steps").unwrap().clone());
    let (_, text) = verify(&place, &[], 0);
    assert!(text.contains("trials.parquet: every cell is the same, only the encoding of the file differs"), "{text}");
}

#[test]
fn a_changed_cell_is_one_sentence_and_a_row() {
    let place = trained();
    let row = completed(&place, 40);
    let before = texts(&place, TRIALS, "test_mse")[row].clone();
    let id = scale(&place, TRIALS, "test_mse", row, 1.0 + 1e-6);
    let after = texts(&place, TRIALS, "test_mse")[row].clone();
    let (verdict, text) = verify(&place, &[], 1);
    let names = ["model", "optimizer"].map(|column| texts(&place, TRIALS, column)[row].clone());
    let short = &id[..12];
    assert_eq!(
        verdict,
        format!(
            "small differs in 1 of 108 trials (test_mse of made · {} · {}; largest relative difference 1.0e-6, test_mse \
             of trial {short})",
            names[0], names[1]
        )
    );
    let line = text.lines().find(|line| line.starts_with(short)).expect("a row");
    for part in ["seed ", "learning_rate ", "test_mse", &before, &after, "1.0e-6"] {
        assert!(line.contains(part), "{part} is missing in {line}");
    }
    assert!(!text.contains("other files"), "{text}");
}

#[test]
fn a_changed_point_of_a_curve_is_named_with_its_epoch() {
    let place = trained();
    let (ids, epochs) = (texts(&place, CURVES, "trial"), texts(&place, CURVES, "epoch"));
    let row = ids.len() / 2;
    scale(&place, CURVES, "train_mse", row, 2.0);
    let (verdict, text) = verify(&place, &[], 1);
    assert!(verdict.starts_with("small differs in 1 of 108 trials (curves: train_mse of "), "{verdict}");
    assert!(text.contains(&format!("train_mse at epoch {}", epochs[row])), "{text}");
    assert!(text.contains(&ids[row][..12]), "{text}");
}

#[test]
fn a_wider_grid_shows_new_trials_and_nothing_else_of_trials() {
    let place = trained();
    let wide = SMALL.replace("[0.01, 0.3, 5.0]", "[0.01, 0.3, 0.5, 5.0]");
    place.write("small.toml", &wide);
    let (verdict, text) = verify(&place, &[], 1);
    assert!(verdict.starts_with("small differs in 18 new trials (learning_rate 0.5) and in "), "{verdict}");
    assert!(text.contains("18 trials on the new side only"), "{text}");
    assert!(!text.contains("relative difference"), "no trial that was there before differs: {text}");
    assert!(text.contains("tables/settings.csv: 6 rows are new"), "{text}");
    assert_eq!(code(&place.sweep(&["run", "small.toml", "--quiet"])), 0);
    place.write("small.toml", SMALL);
    let (verdict, _) = verify(&place, &[], 1);
    assert!(verdict.starts_with("small differs in 18 missing trials (learning_rate 0.5) and in "), "{verdict}");
}

#[test]
fn a_changed_setting_pairs_old_trials_with_new_ones() {
    let place = trained();
    place.write("small.toml", SMALL.replace("epochs = 20", "epochs = 21"));
    let (verdict, text) = verify(&place, &[], 1);
    assert!(verdict.starts_with("small differs in the setting of all 108 trials (epochs: 20 → 21; "), "{verdict}");
    assert!(text.contains("    - epochs = 20\n    + epochs = 21"), "plan.toml says so too: {text}");
    // One rate of one optimizer.
    place.write("small.toml", SMALL.replace("[0.01, 0.1, 3.0]", "[0.01, 0.1, 4.0]"));
    let (verdict, _) = verify(&place, &[], 1);
    assert!(verdict.contains("the setting of 18 of 108 trials (learning_rate: 3.0 → 4.0"), "{verdict}");
    // A renamed table trains nothing again, and is no other trial.
    place.write("small.toml", SMALL.replace("optimizers.gd", "optimizers.plain_gd"));
    let (verdict, _) = verify(&place, &[], 1);
    assert!(verdict.starts_with("small differs in 54 of 108 trials (optimizer of "), "{verdict}");
}

#[test]
fn other_data_is_said_to_be_other_data() {
    let place = Place::new();
    let data = |last: &str| format!("x,y\n1,2\n2,4.1\n3,6\n4,8.2\n5,{last}\n");
    place.write("line.csv", data("9.9"));
    place.write(
        "line.toml",
        "[datasets.line]\nsource = \"csv\"\npath = \"line.csv\"\ntarget = \"y\"\n[models.m]\nkind = \"linear\"\n\
         [optimizers.gd]\nmethod = \"gd\"\nlearning_rate = [0.001, 0.01]\n",
    );
    assert_eq!(code(&place.sweep(&["run", "line.toml", "--quiet"])), 0);
    place.write("line.csv", data("9.8"));
    let (verdict, _) = said(&place, &["verify", "line.toml"], 1);
    assert!(verdict.starts_with("line differs in the setting of all 2 trials (other data"), "{verdict}");
}

#[test]
fn a_readers_own_file_is_noted_and_an_own_file_that_is_missing_differs() {
    let place = trained();
    place.write("results/small/NOTES.md", "mine");
    let (_, text) = verify(&place, &[], 0);
    assert!(text.contains("note: NOTES.md is none of the program's files"), "{text}");
    // To `compare` both folders are somebody's.
    fs::create_dir(place.path("copy")).unwrap();
    for (name, bytes) in place.results("results/small") {
        fs::create_dir_all(place.path("copy").join(&name).parent().unwrap()).unwrap();
        place.write(&format!("copy/{name}"), bytes);
    }
    assert_eq!(said(&place, &["compare", "results/small", "copy"], 0).0, "36 files are the same bit for bit");
    fs::remove_file(place.path("copy/NOTES.md")).unwrap();
    let (verdict, text) = said(&place, &["compare", "results/small", "copy"], 1);
    assert_eq!(verdict, "copy differs in NOTES.md, only on the old side");
    assert!(text.contains("only old: NOTES.md"), "{text}");

    place.write("results/small/plots/unused.svg", "of an earlier experiment");
    let (_, text) = verify(&place, &[], 0);
    assert!(text.contains("note: plots/unused.svg is none of the program's files"), "{text}");
    // Listed, it is a report's.
    let manifest = fs::read_to_string(place.path("results/small/manifest.txt")).unwrap();
    place.write("results/small/manifest.txt", manifest.replace("report.html", "plots/unused.svg\nreport.html"));
    let (verdict, text) = verify(&place, &[], 1);
    assert_eq!(verdict, "small differs in manifest.txt and 1 other file, 1 of them only on the committed side");
    assert!(text.contains("only committed: plots/unused.svg"), "{text}");
    place.write("results/small/manifest.txt", &manifest);
    // A file of a reader's stands where a newer program writes one of its own.
    let (verdict_json, unlisted) = (place.path("results/small/verdict.json"), manifest.replace("verdict.json\n", ""));
    let own = fs::read(&verdict_json).unwrap();
    assert_ne!(manifest, unlisted);
    place.write("results/small/manifest.txt", unlisted);
    place.write("results/small/verdict.json", "mine");
    let (verdict, text) = verify(&place, &[], 1);
    assert_eq!(verdict, "small differs in manifest.txt");
    assert!(text.contains("note: verdict.json is none of the program's files"), "{text}");
    assert_eq!(fs::read_to_string(&verdict_json).unwrap(), "mine");
    fs::write(&verdict_json, own).unwrap();
    place.write("results/small/manifest.txt", manifest);
    fs::remove_file(place.path("results/small/plots/unused.svg")).unwrap();
    fs::remove_file(place.path(TRIALS)).unwrap();
    let (verdict, _) = verify(&place, &[], 1);
    assert_eq!(verdict, "small differs in trials.parquet, only on the new side");
    place.write(TRIALS, "no table");
    let (_, text) = verify(&place, &[], 1);
    assert!(text.contains("trials.parquet: the committed one cannot be compared: "), "{text}");
}

#[test]
fn a_part_that_is_committed_lacks_its_outstanding_trials() {
    let place = Place::new();
    place.write("small.toml", SMALL);
    assert_eq!(code(&place.sweep(&["run", "small.toml", "--partition", "slice:1/4", "--quiet"])), 5);
    let (verdict, text) = verify(&place, &[], 1);
    let lacking = "small differs in 81 of 108 trials (outstanding in the committed results) and in ";
    assert!(verdict.starts_with(lacking), "{verdict}");
    assert!(!text.contains("best_epoch"), "{text}");
    // What is there is compared, and the other way round it is the new side that lacks trials.
    assert_eq!(code(&place.sweep(&["run", "small.toml", "-o", "whole", "--quiet"])), 0);
    let (verdict, _) = said(&place, &["compare", "whole/small", "results/small", "--tolerance", "0"], 1);
    assert!(
        verdict.starts_with("results/small differs in 81 of 108 trials (outstanding in the new results) and in "),
        "{verdict}"
    );
    let row = completed(&place, 0);
    scale(&place, TRIALS, "train_mse", row, 1.5);
    let (verdict, _) = verify(&place, &[], 1);
    assert!(verdict.starts_with("small differs in 1 of 108 trials (train_mse of "), "{verdict}");
    assert!(verdict.contains("), 81 of 108 trials (outstanding in the committed results)"), "{verdict}");
}

#[test]
fn a_tolerance_is_for_floats_and_leaves_rendered_files_aside() {
    let place = trained();
    let row = completed(&place, 40);
    scale(&place, TRIALS, "test_mse", row, 1.0 + 1e-6);
    scale(&place, CURVES, "train_mse", 3, 1.0 - 1e-7);
    place.write("results/small/report.md", "rendered by an older version");
    let (verdict, _) = verify(&place, &["--tolerance", "1e-5"], 0);
    assert!(
        verdict.contains("every number is within a relative 1e-5 (largest difference 1.0e-6, test_mse of"),
        "{verdict}"
    );
    assert!(verdict.ends_with("31 files rendered from them: left aside"), "{verdict}");
    verify(&place, &["--tolerance", "1e-6"], 0);
    let (verdict, text) = verify(&place, &["--tolerance", "5e-7"], 1);
    assert!(verdict.starts_with("small differs in 1 of 108 trials (test_mse of "), "{verdict}");
    assert!(!text.contains("report.md"), "{text}");
    // How a trial ended is no float.
    rewrite(&place, TRIALS, |frame| {
        let outcomes = frame.column("outcome").unwrap().str().unwrap();
        let changed: Vec<Option<&str>> =
            outcomes.iter().enumerate().map(|(at, word)| if at == row { Some("diverged") } else { word }).collect();
        Column::new("outcome".into(), changed)
    });
    let (verdict, _) = verify(&place, &["--tolerance", "1"], 1);
    assert!(verdict.starts_with("small differs in 1 of 108 trials (outcome of "), "{verdict}");
    // And the plan is exact.
    let plan = fs::read_to_string(place.path("results/small/plan.toml")).unwrap();
    place.write("results/small/plan.toml", plan.replace("epochs = 20", "epochs = 19"));
    assert!(verify(&place, &["--tolerance", "1"], 1).0.ends_with(" and in plan.toml"));
    for wrong in ["-1", "nan", "inf", "much"] {
        verify(&place, &[&format!("--tolerance={wrong}")], 2);
    }
}

#[test]
fn results_of_another_numerics_version_are_said_to_be_that() {
    let place = trained();
    let version = i64::from(sweep::numeric::VERSION);
    rewrite(&place, TRIALS, |frame| Column::new("numerics_version".into(), vec![version + 1; frame.height()]));
    let row = completed(&place, 40);
    scale(&place, TRIALS, "train_mse", row, 1.0 + 1e-12);
    let (verdict, _) = verify(&place, &[], 1);
    let versions = format!("small differs in numerics version (committed {}, new {version}) and in 1 of", version + 1);
    assert!(verdict.starts_with(&versions), "{verdict}");
    assert!(verdict.contains("--tolerance") && verdict.contains("--bless"), "{verdict}");
    verify(&place, &["--tolerance", "1e-9"], 0);
    let (verdict, _) = verify(&place, &["--tolerance", "1e-14"], 1);
    assert!(verdict.starts_with("small differs in 1 of 108 trials (train_mse"), "{verdict}");
}

#[test]
fn a_sample_is_one_trial_of_each_slice_and_compares_those_alone() {
    let place = trained();
    let ids = texts(&place, TRIALS, "trial");
    let slice = |k: usize| k * 108 / 25..(k + 1) * 108 / 25;
    let sampled: Vec<usize> = (0..25).map(|k| slice(k).min_by_key(|&row| &ids[row]).unwrap()).collect();
    let ended = texts(&place, TRIALS, "outcome");
    let row =
        |inside: bool| (0..108).find(|row| ended[*row] == "completed" && sampled.contains(row) == inside).unwrap();
    let untouched = fs::read(place.path(TRIALS)).unwrap();

    scale(&place, TRIALS, "test_mse", row(false), 1.5);
    place.write("results/small/report.md", "not compared");
    let (verdict, _) = verify(&place, &["--sample", "25"], 0);
    assert!(verdict.starts_with("verified small: 25 of 108 trials trained again in "), "{verdict}");
    assert!(verdict.ends_with("their rows are the same bit for bit"), "{verdict}");
    let id = scale(&place, TRIALS, "test_mse", row(true), 1.5);
    let (verdict, _) = verify(&place, &["--sample", "25"], 1);
    assert!(verdict.starts_with("small differs in 1 of 25 sampled trials (test_mse of"), "{verdict}");
    assert!(verdict.contains(&id[..12]) && verdict.ends_with("; 25 of 108 trials were trained again"), "{verdict}");
    verify(&place, &["--sample", "25", "--tolerance", "0.4"], 0);

    // Trials that are planned and not committed are known without training them.
    fs::write(place.path(TRIALS), untouched).unwrap();
    place.write("small.toml", SMALL.replace("[0.01, 0.3, 5.0]", "[0.01, 0.3, 0.5, 5.0]"));
    let (verdict, _) = verify(&place, &["--sample", "3"], 1);
    assert!(verdict.starts_with("small differs in 18 new trials (learning_rate 0.5)"), "{verdict}");
    place.write("small.toml", SMALL);
    assert!(verify(&place, &["--sample", "9999"], 0).0.contains("108 of 108 trials"));
    verify(&place, &["--sample", "0"], 2);
}

#[test]
fn compare_knows_no_experiment_and_says_the_same() {
    let place = trained();
    assert_eq!(code(&place.sweep(&["run", "small.toml", "-o", "other", "--quiet"])), 0);
    let (verdict, _) = said(&place, &["compare", "results/small", "other/small", "--junit", "junit.xml"], 0);
    assert_eq!(verdict, "35 files are the same bit for bit");
    let junit = fs::read_to_string(place.path("junit.xml")).unwrap();
    let junit = roxmltree::Document::parse(&junit).expect("well-formed");
    assert_eq!(junit.descendants().filter(|node| node.has_tag_name("testcase")).count(), 5);
    scale(&place, TRIALS, "train_mse", completed(&place, 0), 1.0 + 1e-9);
    let (verdict, _) = said(&place, &["compare", "results/small", "other/small"], 1);
    assert!(verdict.starts_with("other/small differs in 1 of 108 trials (train_mse of made · "), "{verdict}");
    said(&place, &["compare", "results/small", "other/small", "--tolerance", "1e-8"], 0);
    said(&place, &["compare", "results/small", "nowhere"], 3);
    said(&place, &["compare", "results/small", "other/small", "--junit", "no/such/folder.xml"], 3);
}

#[test]
fn nothing_to_compare_is_no_agreement() {
    let place = trained();
    let results = place.path("results/small");
    fs::create_dir(place.path("empty")).unwrap();
    let (verdict, _) = said(&place, &["compare", "empty", "empty"], 3);
    assert_eq!(verdict, "error: empty is no results folder: it has no trials.parquet");
    let (verdict, _) = said(&place, &["compare", "results", "results/small"], 3);
    let hint = "error: results is no results folder: it has no trials.parquet; did you mean results/small?";
    assert_eq!(verdict, hint);

    // Times are never compared, wherever they are.
    let copy = place.path("copy");
    for (name, bytes) in place.results("results/small") {
        fs::create_dir_all(copy.join(&name).parent().unwrap()).unwrap();
        fs::write(copy.join(&name), bytes).unwrap();
    }
    fs::create_dir(results.join("notes")).unwrap();
    place.write("results/small/notes/timing.json", "1");
    said(&place, &["compare", "results/small", "copy"], 0);

    for table in ["trials.parquet", "curves.parquet"] {
        let sound = fs::read(copy.join(table)).unwrap();
        for folder in [&results, &copy] {
            fs::write(folder.join(table), "no table").unwrap();
        }
        for flags in [&[][..], &["--tolerance", "1e-9"]] {
            let (_, text) = said(&place, &[&["compare", "results/small", "copy"], flags].concat(), 1);
            assert!(text.contains(&format!("{table}: the new one cannot be compared: ")), "{text}");
        }
        fs::write(copy.join(table), &sound).unwrap();
        let (_, text) = said(&place, &["compare", "results/small", "copy", "--tolerance", "1e-9"], 1);
        assert!(text.contains(&format!("{table}: the old one cannot be compared: ")), "{text}");
        fs::write(results.join(table), &sound).unwrap();
    }
    said(&place, &["compare", "results/small", "copy", "--tolerance", "1e-9"], 0);
}

#[test]
fn a_failed_trial_comes_with_the_command_that_trains_it_alone() {
    let place = trained();
    let id = texts(&place, TRIALS, "trial")[completed(&place, 0)].clone();
    let output =
        place.command(&["verify", "small.toml", "-j", "1"]).env("SWEEP_INJECT_PANIC", &id[..12]).output().unwrap();
    assert_eq!(code(&output), 1, "{}", error(&output));
    let message = error(&output);
    assert!(message.contains("\n  train it alone: sweep run small.toml "), "{message}");
    assert!(out(&output).lines().next().unwrap().ends_with("; 1 trial failed"), "{}", out(&output));
}

#[test]
fn a_scratch_folder_that_cannot_be_is_named_by_what_moves_it() {
    let place = trained();
    let output = place.command(&["verify", "small.toml"]).env("TMPDIR", place.path("none")).output().unwrap();
    assert_eq!(code(&output), 3);
    let folder = place.path("none");
    let said =
        format!("error: cannot create a scratch folder in {} (TMPDIR): no such file or directory", folder.display());
    assert_eq!(error(&output).trim_end(), said);
}

/// A file that is too large for what is left of a limit is a disk that is full.
#[cfg(unix)]
#[test]
fn a_full_scratch_disk_says_that_it_is_scratch() {
    let place = trained();
    let before = place.results("results/small");
    let scratch = place.path("scratch");
    fs::create_dir(&scratch).unwrap();
    // Signals ignored, a write beyond the limit fails.
    let script = "trap '' XFSZ; ulimit -f 8; exec \"$0\" verify small.toml";
    let output = Command::new("sh")
        .args(["-c", script, env!("CARGO_BIN_EXE_sweep")])
        .current_dir(place.folder.path())
        .env("TMPDIR", &scratch)
        .output()
        .unwrap();
    let message = error(&output);
    assert_eq!(code(&output), 3, "{message}");
    assert!(message.starts_with("error: cannot write ") && message.contains("/sweep-verify-"), "{message}");
    assert!(message.contains(": TMPDIR names another place for it"), "{message}");
    assert!(place.results("results/small") == before);
}

#[cfg(unix)]
#[test]
fn an_interrupted_verification_leaves_nothing_behind() {
    let place = trained();
    place.write(
        "long.toml",
        "name = \"small\"\nseeds = 40\n[datasets.made]\nsource = \"synthetic\"\nn_samples = 400\nn_features = 8\n\
         [models.linear]\nkind = \"linear\"\n[optimizers.sgd]\nmethod = \"sgd\"\nbatch_size = 1\n\
         learning_rate = { from = 1e-5, to = 1e-2, count = 40, scale = \"log\" }\n[train]\nepochs = 400\n",
    );
    let before = place.results("results/small");
    let scratch = place.path("scratch");
    fs::create_dir(&scratch).unwrap();
    let child = place
        .command(&["verify", "long.toml", "-j", "1", "--cohort-limit", "4"])
        .env("TMPDIR", &scratch)
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let waiting = Instant::now();
    let begun = || fs::read_dir(&scratch).unwrap().next().is_some();
    while !begun() && waiting.elapsed() < Duration::from_secs(30) {
        std::thread::sleep(Duration::from_millis(5));
    }
    std::thread::sleep(Duration::from_millis(300));
    let named = fs::read_dir(&scratch).unwrap().next().expect("a scratch folder").unwrap().file_name();
    assert!(named.to_string_lossy().starts_with("sweep-verify-"), "{named:?}");
    assert!(Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap().success());
    let output = child.wait_with_output().unwrap();
    assert_eq!(code(&output), 130);
    assert!(error(&output).contains("interrupted; the committed results are untouched"), "{}", error(&output));
    assert!(!begun(), "the scratch folder is gone");
    assert!(place.results("results/small") == before);
}
