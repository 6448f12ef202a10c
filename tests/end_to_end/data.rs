//! The same numbers from CSV and from Parquet.

use std::fmt::Write as _;
use std::fs::File;

use polars::prelude::{Column, DataFrame, NamedFrom as _, ParquetWriter, Series};

use super::*;

const ROWS: usize = 200_000;

/// Writes the same rows as `d.csv` and `d.parquet`: two numbers, a category, a missing cell now and then, and a target.
pub fn write_both(place: &Place) {
    let (mut x1, mut x2, mut kind, mut y) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let mut state = 1_u64;
    let mut next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 11) as f64 / 9_007_199_254_740_992.0 - 0.5
    };
    for row in 0..ROWS {
        x1.push((row % 1000 != 7).then(&mut next));
        x2.push((next() * 1e6) as i64);
        kind.push(["red", "green", "blue"][row % 3]);
        y.push(next());
    }
    let mut text = "x1,x2,kind,y\n".to_owned();
    for row in 0..ROWS {
        let first = x1[row].map_or_else(String::new, |value| value.to_string());
        writeln!(text, "{first},{},{},{}", x2[row], kind[row], y[row]).expect("written");
    }
    place.write("d.csv", text);
    let columns: [Series; 4] = [
        Series::new("x1".into(), x1),
        Series::new("x2".into(), x2),
        Series::new("kind".into(), kind),
        Series::new("y".into(), y),
    ];
    let mut frame = DataFrame::new(ROWS, columns.map(Column::from).into()).expect("columns of one length");
    let file = File::create(place.path("d.parquet")).expect("a file");
    ParquetWriter::new(file).with_row_group_size(Some(70_000)).finish(&mut frame).expect("written");
}

pub fn experiment(source: &str) -> String {
    format!(
        r#"
name = "e"
[datasets.d]
source = "{source}"
path = "d.{source}"
target = "y"
one_hot = ["kind"]
missing = "drop"
standardize = true
split = {{ validation = 0.2, test = 0.2 }}
[models.m]
kind = "linear"
[optimizers.gd]
method = "gd"
learning_rate = [0.1, 0.5]
[optimizers.sgd]
method = "sgd"
learning_rate = 0.001
batch_size = 1000
[train]
epochs = 2
"#
    )
}

#[test]
fn csv_and_parquet_of_the_same_numbers_are_the_same_trials() {
    let place = Place::new();
    write_both(&place);
    for source in ["csv", "parquet"] {
        place.write(&format!("{source}.toml"), experiment(source));
        let output = place.sweep(&["run", &format!("{source}.toml"), "-o", source]);
        assert_eq!(code(&output), 0, "{}", error(&output));
    }
    for (name, bytes) in place.results("csv/e") {
        // The table of settings and the trials name the source and its path.
        if name.starts_with("tables/") && name != "tables/settings.csv" || name == "curves.parquet" {
            let other = std::fs::read(place.path("parquet/e").join(&name)).expect("the same files");
            assert!(bytes == other, "{name} differs");
        }
    }
    // Trials are known by the numbers, not by the file that they came from.
    let output = place.sweep(&["run", "parquet.toml", "-o", "csv", "--dry-run"]);
    assert!(out(&output).contains("3 known, 0 new"), "{}", out(&output));
}

#[test]
fn a_damaged_parquet_file_is_exit_code_2_without_a_panic() {
    let place = Place::new();
    write_both(&place);
    let mut bytes = std::fs::read(place.path("d.parquet")).expect("reads");
    let middle = bytes.len() / 2;
    bytes.drain(middle..middle + 1000);
    place.write("d.parquet", bytes);
    place.write("e.toml", experiment("parquet"));
    let output = place.sweep(&["run", "e.toml"]);
    assert_eq!(code(&output), 2, "{}", error(&output));
    assert!(
        error(&output).contains("d.parquet: damaged: ") && !error(&output).contains("panicked"),
        "{}",
        error(&output)
    );
}

/// Fresh rows of one problem for each seed, split anew; and what the default is changes no id.
#[test]
fn synthetic_rows_by_seed_train_with_a_split_and_leave_old_ids() {
    let place = Place::new();
    let rows = |rows: &str| SMALL.replace("n_features = 3\n", &format!("n_features = 3\n{rows}"));
    place.write("small.toml", rows("rows = \"trial\"\n"));
    let output = place.sweep(&["run", "small.toml"]);
    assert_eq!(code(&output), 0, "{}", error(&output));
    assert!(!out(&output).contains("deterministic"), "{}", out(&output));
    let plan = out(&place.sweep(&["plan", "small.toml"]));
    assert!(plan.contains(" known, 0 new"), "{plan}");
    // Alone it is the same trial: its cohort does not decide its rows.
    let again = place.sweep(&["run", "small.toml", "--cohort-limit", "1", "-j", "1", "-o", "alone"]);
    assert_eq!(code(&again), 0, "{}", error(&again));
    assert!(place.results("results/small") == place.results("alone/small"));

    place.write("small.toml", SMALL);
    assert_eq!(code(&place.sweep(&["run", "small.toml", "-o", "plain"])), 0);
    place.write("small.toml", rows("rows = \"seed\"\n"));
    let plan = out(&place.sweep(&["plan", "small.toml", "-o", "plain"]));
    assert!(plan.contains("108 known, 0 new"), "{plan}");

    place.write("small.toml", rows("rows = \"trial\"\nseed = \"trial\"\n"));
    let refused = place.sweep(&["plan", "small.toml"]);
    assert_eq!(code(&refused), 2);
    let words = "`rows = \"trial\"` holds the weights that `seed = \"trial\"` draws anew";
    assert!(error(&refused).contains(words) && error(&refused).matches("error: ").count() <= 4, "{}", error(&refused));
}
