//! Several targets, from the file to the report.

use sweep::record::Split;

use super::chosen::{kept, records};
use super::{Place, code, error, out};

const EXPERIMENT: &str = r#"
name = "two"
seeds = 2
[datasets.diabetes]
source = "csv"
path = "diabetes.csv"
targets = ["progression", "bmi"]
standardize = true
split = { validation = 0.2, test = 0.2 }
[models.linear]
kind = "linear"
l2 = 0.01
[optimizers.gd]
method = "gd"
learning_rate = [0.1, 0.2]
[optimizers.lbfgs]
method = "lbfgs"
[optimizers.sgd]
method = "sgd"
batch_size = 16
learning_rate = 0.01
[train]
epochs = 40
metrics = ["mae", "r2"]
"#;

fn place() -> Place {
    let place = Place::new();
    let data = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("experiments/data/diabetes.csv");
    place.write("diabetes.csv", std::fs::read(data).expect("reads"));
    place.write("two.toml", EXPERIMENT);
    place
}

#[test]
fn two_targets_become_a_report() {
    let place = place();
    let plan = out(&place.sweep(&["plan", "two.toml"]));
    assert!(
        plan.contains("target progression: 25 … 346, mean 152.1  ") && plan.contains("442 rows × 9 features"),
        "{plan}"
    );
    assert!(plan.contains("target bmi: 18 … 42.2, mean 26.38\n"), "{plan}");
    let run = place.sweep(&["run", "two.toml"]);
    assert_eq!(code(&run), 0, "{}", error(&run));
    assert!(out(&run).contains("8 completed, 0 diverged, 0 failed"), "{}", out(&run));
    let read = |name: &str| String::from_utf8(std::fs::read(place.path(name)).expect("reads")).expect("UTF-8");
    let columns = read("results/two/tables/data.csv");
    for start in
        ["diabetes,progression,target,whole_number,,0,25,", "diabetes,bmi,target,number,,0,18,26.37579186,42.2,"]
    {
        assert!(columns.lines().any(|line| line.starts_with(start)), "{columns}");
    }
    let report = read("results/two/report.md");
    assert!(report.contains("| diabetes | progression, bmi | 25 … 346; 18 … 42.2 |"), "{report}");
    assert!(report.contains("| bmi | target | numbers | 0 | 18 … 42.2 | 26.38 |"), "{report}");
    // What training computes is what the report verifies.
    let verified = place.sweep(&["verify", "two.toml"]);
    assert_eq!(code(&verified), 0, "{}{}", out(&verified), error(&verified));
}

#[test]
fn predictions_of_both_targets_are_kept() {
    let place = place();
    assert_eq!(code(&place.sweep(&["run", "two.toml"])), 0);
    let ((outputs, preparations), records) = (kept(&place, "results/two"), records(&place, "results/two"));
    assert!(outputs.len() >= 6, "{}", outputs.len());
    for one in &outputs {
        let preparation = preparations.iter().find(|known| known.id == one.preparation).expect("is kept");
        assert_eq!((preparation.test_rows.len(), preparation.test_targets.len(), one.outputs.len()), (88, 176, 176));
        assert_eq!(&preparation.columns[..2], ["bias[progression]", "age[progression]"]);
        assert_eq!((preparation.columns.len(), preparation.columns[19].as_str()), (20, "s6[bmi]"));
        let squares = one.outputs.iter().zip(&preparation.test_targets).map(|(a, b)| (a - b) * (a - b));
        let mse = squares.fold(0.0, |sum, square| sum + square) / 176.0;
        let recorded = records[&one.trial].last(Split::Test).expect("completed");
        assert!(((mse - recorded) / recorded).abs() < 1e-12, "{mse:?} is not {recorded:?}");
    }
    // Where all seeds test on the same rows, these are compared row by row.
    let held = place.sweep(&["run", "two.toml", "datasets.diabetes.split.seed=1", "-o", "held"]);
    assert_eq!(code(&held), 0, "{}", error(&held));
    assert!(out(&held).contains("over 88 test rows"), "{}", out(&held));
}

#[test]
fn a_list_of_one_target_is_that_target() {
    let place = place();
    let one = EXPERIMENT.replace("targets = [\"progression\", \"bmi\"]", "target = \"progression\"");
    place.write("one.toml", &one);
    place.write("listed.toml", one.replace("target = \"progression\"", "targets = [\"progression\"]"));
    assert_eq!(code(&place.sweep(&["run", "one.toml"])), 0);
    let plan = out(&place.sweep(&["plan", "listed.toml"]));
    assert!(plan.contains("8 known, 0 new"), "{plan}");
    let both = out(&place.sweep(&["plan", "two.toml"]));
    assert!(both.contains("0 known, 8 new"), "{both}");
}

#[test]
fn what_several_targets_are_not_for_is_told() {
    let place = place();
    let told = |changes: &[&str]| {
        let output = place.sweep(&[&["plan", "two.toml"], changes].concat());
        assert_eq!(code(&output), 2, "{}", out(&output));
        error(&output)
    };
    let classes = told(&["models.linear.loss=log", "~train.metrics"]);
    assert!(classes.contains("several targets (\"progression\", \"bmi\")"), "{classes}");
    let both = told(&["datasets.diabetes.target=bmi"]);
    assert!(both.starts_with("error: source \"csv\" takes `target` or `targets`, not both\n"), "{both}");
    let negative = told(&["models.linear.loss=poisson", "datasets.diabetes.targets=[\"progression\", \"shifted\"]"]);
    assert!(negative.contains("targets: there is no column \"shifted\""), "{negative}");
    let path = told(&["train.path=modes", "~optimizers.sgd", "~optimizers.lbfgs"]);
    assert!(path.contains("path = \"modes\" is for"), "{path}");
}

#[test]
fn a_data_file_is_shown_with_both_targets() {
    let place = place();
    let shown = place.sweep(&["data", "diabetes.csv", "targets=[\"progression\", \"bmi\"]"]);
    assert_eq!(code(&shown), 0, "{}", error(&shown));
    let shown = out(&shown);
    let cells = |name: &str| -> Vec<String> {
        let line = shown.lines().find(|line| line.starts_with(&format!("{name} "))).expect("a line of the column");
        line.split("  ").map(str::trim).filter(|cell| !cell.is_empty()).map(str::to_owned).collect()
    };
    assert_eq!(cells("progression")[..2], ["progression", "target"]);
    let bmi = cells("bmi");
    assert_eq!(
        (&bmi[..2], bmi.last().map(String::as_str)),
        (&["bmi", "target"].map(str::to_owned)[..], Some("32.1, 21.6, 30.5"))
    );
}
