//! Baselines and moments of targets, by hand: under a metric of rows, and with more parameters than modes.

use super::{Place, code, error, out};

/// The least-squares line through these rows is −0.5 + 1.5x, with residuals of ½, 1 and ½; the mean is 1.
const ROWS: &str = "x,y\n0,0\n1,0\n2,3\n";

const BY_MAE: &str = r#"
name = "small"
[datasets.rows]
source = "csv"
path = "rows.csv"
target = "y"
[models.linear]
kind = "linear"
[optimizers.gd]
method = "gd"
learning_rate = 0.1
[train]
epochs = 3
metrics = ["max_error"]
[report]
score = "mae"
"#;

/// The cells of a column of a table, by the value of its column `row`.
fn cell(place: &Place, table: &str, row: &str, column: &str) -> Option<String> {
    let mut rows = csv::Reader::from_path(place.path(&format!("results/small/tables/{table}.csv"))).expect("opens");
    let header = rows.headers().expect("a header").clone();
    let at = |name: &str| header.iter().position(|known| known == name).expect(name);
    let mut rows = rows.records().map(|cells| cells.expect("a row"));
    rows.find(|cells| &cells[at("row")] == row).map(|cells| cells[at(column)].to_owned())
}

#[test]
fn a_metric_of_rows_has_baselines_and_a_store_without_them_is_completed() {
    let place = Place::new();
    place.write("rows.csv", ROWS);
    place.write("small.toml", BY_MAE);
    // Three rows, two parameters, and the epochs 0 to 3.
    let plan = out(&place.sweep(&["plan", "small.toml"]));
    assert!(plan.contains("metrics     about 24 multiply-adds more for mae and max_error"), "{plan}");
    let output = place.sweep(&["run", "small.toml"]);
    assert_eq!(code(&output), 0, "{}", error(&output));
    for (row, mae, largest) in [("exact", "0.6666666667", "1"), ("mean", "1.333333333", "2")] {
        for (column, value) in [("train_mae_mean", mae), ("train_max_error_mean", largest)] {
            let found: f64 = cell(&place, "mae", row, column).expect(row).parse().expect("a number");
            assert!((found - value.parse::<f64>().expect("a number")).abs() < 1e-9, "{row} {column} {found}");
        }
    }
    let before = place.results("results/small");
    let segments = || std::fs::read_dir(place.path("results/small/.sweep/segments")).expect("lists").count();
    let trained = segments();

    let theory = place.path("results/small/.sweep/theory");
    for file in std::fs::read_dir(&theory).expect("lists") {
        std::fs::remove_file(file.expect("reads").path()).expect("removes");
    }
    let output = place.sweep(&["report", "small.toml"]);
    assert!(error(&output).contains("`sweep run` computes it"), "{}", error(&output));
    assert_eq!(cell(&place, "mae", "mean", "train_mae_mean"), None);
    let output = place.sweep(&["run", "small.toml"]);
    assert_eq!(code(&output), 0, "{}", error(&output));
    assert_eq!(segments(), trained, "no trial is trained again");
    assert_eq!(place.results("results/small"), before);
}

#[test]
fn r_squared_is_defined_beyond_the_parameters_of_modes() {
    let place = Place::new();
    place.write(
        "small.toml",
        "name = \"small\"\n[datasets.wide]\nsource = \"synthetic\"\nn_samples = 320\nn_features = 280\n\
         [models.linear]\nkind = \"linear\"\n[optimizers.gd]\nmethod = \"gd\"\nlearning_rate = 0.01\n\
         [train]\nepochs = 3\n[report]\nscore = \"r2\"\n",
    );
    let output = place.sweep(&["run", "small.toml"]);
    assert_eq!(code(&output), 0, "{}{}", out(&output), error(&output));
    let trained = cell(&place, "r2", "trained", "train_r2_mean").expect("a row");
    assert!(trained.parse::<f64>().expect("a number") > 0.0, "{trained}");
    assert_eq!(cell(&place, "r2", "mean", "train_r2_mean").as_deref(), Some("0"), "the mean explains nothing");
    let exact = cell(&place, "r2", "exact", "train_r2_mean").expect("a row").parse::<f64>().expect("a number");
    assert!(exact > 0.9 && exact < 1.0, "{exact}");
    let again = place.sweep(&["run", "small.toml", "--dry-run"]);
    assert!(out(&again).contains("1 known, 0 new"), "{}", out(&again));
}

/// One feature more or less than modes have parameters for makes no difference to a reader.
#[test]
fn many_parameters_have_the_same_theory_and_very_many_say_what_they_lack() {
    let place = Place::new();
    let experiment = |features: &str, rows: u32| {
        format!(
            "name = \"small\"\n[datasets.wide]\nsource = \"synthetic\"\nn_samples = {rows}\nn_features = {features}\n\
             [models.linear]\nkind = \"linear\"\n[optimizers.gd]\nmethod = \"gd\"\nlearning_rate = [3.0, 10.0]\n[train]\nepochs = 100\n"
        )
    };
    for features in ["255", "256"] {
        place.write("small.toml", experiment(features, 600));
        let output = place.sweep(&["run", "small.toml", "--fresh"]);
        let text = out(&output);
        assert_eq!(code(&output), 0, "{}", error(&output));
        assert!(text.contains("every rate of gd lies beyond the stable limit 0.7"), "{features}: {text}");
        let exact = text.lines().find(|line| line.starts_with("  least squares")).expect("a row");
        assert!(exact.contains("  0.5"), "{features}: {text}");
        let report = std::fs::read_to_string(place.path("results/small/report.md")).expect("reads");
        assert!(report.contains("gd: 2/λmax = 0.7"), "{features}: {report}");
        let again = place.sweep(&["run", "small.toml", "--dry-run"]);
        assert!(out(&again).contains("2 known, 0 new"), "{}", out(&again));
    }
    place.write("small.toml", experiment("2048", 20));
    let output = place.sweep(&["run", "small.toml", "--fresh"]);
    let (text, sentence) = (out(&output), "xact solution not computed: 2049 parameters, at most 2048");
    assert!(text.contains(&format!("\n  e{sentence}\n")), "{text}{}", error(&output));
    assert!(text.contains("every rate of gd lies beyond the stable limit"), "{text}");
    let report = std::fs::read_to_string(place.path("results/small/report.md")).expect("reads");
    assert!(report.contains(&format!("E{sentence}.")), "{report}");
}

/// Centred x = −1, 0, 1 and y = −1, −1, 2 have the slope 1.5 − 1.5·l1 under l1, and under l2 too 1.5·(1 − l1)/(1 + 1.5·l2).
#[test]
fn under_l1_the_row_is_the_optimum_of_that_problem() {
    let place = Place::new();
    place.write("rows.csv", ROWS);
    let model = |penalty: &str| BY_MAE.replace("kind = \"linear\"", &format!("kind = \"linear\"\n{penalty}"));
    for (penalty, label, slope) in
        [("l1 = 0.2", "lasso l1 0.2", 1.2), ("l1 = 0.2\nl2 = 2.0", "elastic net l1 0.2, l2 2", 0.3)]
    {
        place.write("small.toml", model(penalty));
        let output = place.sweep(&["run", "small.toml", "--fresh"]);
        let text = out(&output);
        assert_eq!(code(&output), 0, "{text}{}", error(&output));
        assert!(text.contains(&format!("  {label} ")) && !text.contains("least squares"), "{text}");
        // Around (1, 1): the residuals are slope − 1, −1 and 2 − slope.
        let expected = ((slope - 1.0_f64).abs() + 1.0 + (2.0 - slope).abs()) / 3.0;
        let found: f64 = cell(&place, "mae", "lasso", "train_mae_mean").expect("a row").parse().expect("a number");
        assert!((found - expected).abs() < 1e-9, "{label}: {found} {expected}");
        let again = place.sweep(&["report", "small.toml"]);
        assert!(!error(&again).contains("`sweep run` computes it"), "{}", error(&again));
    }
    // With several penalties each has its own, and the row of the best setting is shown.
    place.write("small.toml", model("l1 = [0.0, 0.1, 0.4]"));
    let output = place.sweep(&["run", "small.toml", "--fresh"]);
    assert_eq!(code(&output), 0, "{}", error(&output));
    assert!(
        ["  least squares ", "  lasso l1 0."].into_iter().any(|row| out(&output).contains(row)),
        "{}",
        out(&output)
    );
}
