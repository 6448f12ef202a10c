//! Bad input gets a clear message, the right exit code, and changes nothing on disk.

use super::*;

const DATA: &str = "x,y\n1,2\n2,4\n3,6\n4,8\n5,10\n";

const GOOD: &str = r#"
name = "e"
[datasets.d]
source = "csv"
path = "d.csv"
target = "y"
[models.m]
kind = "linear"
[optimizers.gd]
method = "gd"
learning_rate = [0.01, 0.02]
"#;

/// Runs a good experiment, spoils it, and holds the second run to an exit code, a message and untouched results.
fn spoiled(spoil: impl FnOnce(&Place), expected: i32, words: &[&str]) {
    let place = Place::new();
    place.write("d.csv", DATA);
    place.write("e.toml", GOOD);
    assert_eq!(code(&place.sweep(&["run", "e.toml"])), 0);
    let before = place.results("results/e");
    spoil(&place);
    let output = place.sweep(&["run", "e.toml"]);
    assert_eq!(code(&output), expected, "{}", error(&output));
    for word in words {
        assert!(error(&output).contains(word), "no {word:?} in:\n{}", error(&output));
    }
    assert!(before == place.results("results/e"), "results changed");
}

fn in_file(from: &'static str, to: &'static str, expected: i32, words: &[&str]) {
    spoiled(|place| place.write("e.toml", GOOD.replace(from, to)), expected, words);
}

fn in_data(bytes: &[u8], words: &[&str]) {
    spoiled(|place| place.write("d.csv", bytes), 2, words);
}

#[test]
fn an_unknown_method_names_the_nearest() {
    in_file("method = \"gd\"", "method = \"dg\"", 2, &["e.toml:10:", "\"dg\"", "\"gd\"", "\"sgd\""]);
}

#[test]
fn a_negative_rate_says_what_is_accepted() {
    in_file("[0.01, 0.02]", "-0.1", 2, &["e.toml:11:", "learning_rate", "> 0", "-0.1"]);
}

#[test]
fn a_missing_file_is_named_as_written() {
    in_file("d.csv", "nowhere.csv", 3, &["nowhere.csv"]);
}

#[test]
fn a_missing_experiment_is_exit_code_3() {
    let place = Place::new();
    let output = place.sweep(&["run", "nothing.toml"]);
    assert_eq!(code(&output), 3);
    assert!(error(&output).contains("nothing.toml"));
    assert!(!place.path("results").exists());
}

#[test]
fn an_empty_grid_is_an_error() {
    in_file("[0.01, 0.02]", "[]", 2, &["e.toml:11:", "empty"]);
}

#[test]
fn text_in_a_numeric_column_names_row_line_and_column() {
    in_data(b"x,y\n1,2\n2,4\nthree,6\n4,8\n", &["row 3 (line 4)", "\"x\"", "three"]);
}

#[test]
fn latin_1_bytes_are_named() {
    in_data(b"x,y\n1,2\nna\xefve,4\n3,6\n", &["UTF-8", "line 3"]);
}

#[test]
fn a_header_alone_is_an_error() {
    in_data(b"x,y\n", &["d.csv", "no rows"]);
}

#[test]
fn a_duplicate_column_is_an_error() {
    in_data(b"x,x,y\n1,1,2\n2,2,4\n", &["\"x\"", "twice"]);
}

#[test]
fn a_split_that_leaves_no_rows_says_the_sizes() {
    in_file("target = \"y\"", "target = \"y\"\nsplit = { validation = 0.01 }", 2, &["validation", "5 rows"]);
}

#[cfg(unix)]
#[test]
fn a_folder_that_cannot_be_written_is_exit_code_3() {
    let place = Place::new();
    place.write("d.csv", DATA);
    place.write("e.toml", GOOD);
    // A file where the folder should be: nobody can write into it, root neither.
    place.write("results", "");
    let output = place.sweep(&["run", "e.toml"]);
    assert_eq!(code(&output), 3, "{}", error(&output));
    assert!(error(&output).contains("results"), "{}", error(&output));
}

#[test]
fn every_problem_is_told_at_once() {
    in_file(
        "learning_rate = [0.01, 0.02]",
        "learning_rate = 0\nmomentun = 0.9\n[train]\nepochs = 1.5\n",
        2,
        &["learning_rate", "momentun", "momentum", "epochs"],
    );
}

#[test]
fn init_writes_a_file_that_runs() {
    let place = Place::new();
    assert_eq!(code(&place.sweep(&["init", "first.toml"])), 0);
    let output = place.sweep(&["run", "first.toml"]);
    assert_eq!(code(&output), 0, "{}", error(&output));
    assert!(out(&output).contains("verdict"), "{}", out(&output));
    assert_eq!(code(&place.sweep(&["init", "first.toml"])), 2, "an existing file is kept");
}

#[test]
fn list_and_schema_say_what_exists() {
    let place = Place::new();
    let listed = out(&place.sweep(&["list"]));
    for word in [
        "csv",
        "parquet",
        "synthetic",
        "linear",
        "polynomial",
        "gd",
        "sgd",
        "constant",
        "inverse_time",
        "learning_rate",
    ] {
        assert!(listed.contains(word), "no {word} in:\n{listed}");
    }
    let schema: serde_json::Value = serde_json::from_str(&out(&place.sweep(&["schema"]))).expect("JSON");
    assert!(schema["properties"]["optimizers"].is_object());
}

#[test]
fn more_jobs_than_any_machine_has_cores_do_not_keep_a_run_from_ending() {
    let place = Place::new();
    place.write("small.toml", SMALL);
    assert_eq!(code(&place.sweep(&["run", "small.toml", "--jobs", "1000"])), 0);
    let refused = place.sweep(&["run", "small.toml", "--jobs", "100000"]);
    assert_eq!(code(&refused), 2);
    assert!(error(&refused).contains("1..=1024"), "{}", error(&refused));
}

#[test]
fn commands_that_open_no_data_say_where_nothing_is_stored() {
    let place = Place::new();
    place.write("small.toml", SMALL);
    for arguments in [&["report", "small.toml"][..], &["show", "abc", "small.toml"]] {
        let output = place.sweep(arguments);
        assert_eq!(code(&output), 3);
        assert!(error(&output).contains("nothing is stored in results/small; `sweep run` trains first"));
    }
}

#[cfg(unix)]
#[test]
fn a_reader_that_closes_the_pipe_early_is_no_error() {
    let place = Place::new();
    for arguments in ["completions bash", "schema", "list"] {
        let script = format!("{{ '{}' {arguments}; echo $? >&2; }} | true", env!("CARGO_BIN_EXE_sweep"));
        let output = Command::new("sh").args(["-c", &script]).current_dir(place.path("")).output().expect("runs");
        assert_eq!(error(&output).trim(), "0", "{arguments}");
    }
}

#[test]
fn values_beyond_single_precision_fail_with_the_reason() {
    let place = Place::new();
    place.write("d.csv", DATA.replace("5,10", "5e38,10"));
    place.write("e.toml", format!("{GOOD}[train]\nprecision = \"f32\"\n"));
    let output = place.sweep(&["run", "e.toml"]);
    assert_eq!(code(&output), 1, "{}", error(&output));
    assert!(error(&output).contains("larger than precision = \"f32\" holds"), "{}", error(&output));
    assert!(out(&output).contains("0 diverged, 2 failed"), "{}", out(&output));
}
