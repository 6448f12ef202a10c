//! Experiments whose models descend another loss than the squared error.

use super::*;

fn experiment(loss: &str, rates: &str, report: &str) -> String {
    format!(
        "name = \"small\"\nseeds = 2\n[datasets.d]\nsource = \"synthetic\"\nn_samples = 60\nn_features = 3\n\
         split = {{ validation = 0.2, test = 0.2 }}\n[models.m]\nkind = \"linear\"\n{loss}[optimizers.gd]\nmethod = \"gd\"\n\
         learning_rate = [{rates}]\n[train]\nepochs = 20\n{report}"
    )
}

fn run(place: &Place, text: &str) -> String {
    place.write("small.toml", text);
    let output = place.sweep(&["run", "small.toml"]);
    assert_eq!(code(&output), 0, "{}", error(&output));
    format!("{}{}", out(&output), error(&output))
}

fn has(place: &Place, file: &str, word: &str) -> bool {
    let bytes = std::fs::read(place.path(&format!("results/small/{file}"))).expect("reads");
    bytes.windows(word.len()).any(|window| window == word.as_bytes())
}

fn segments(place: &Place) -> usize {
    std::fs::read_dir(place.path("results/small/.sweep/segments")).expect("lists").count()
}

#[test]
fn a_loss_brings_its_metric_to_every_table_and_page() {
    let place = Place::new();
    let said = run(&place, &experiment("loss = { kind = \"huber\", delta = 0.5 }\n", "0.01, 0.1", ""));
    assert!(said.contains("validation Huber loss"), "{said}");
    assert!(
        has(&place, "tables/huber.csv", "test_huber_mean") && has(&place, "tables/huber.csv", "mean of the target")
    );
    assert!(has(&place, "trials.parquet", "best_test_huber") && has(&place, "curves.parquet", "validation_huber"));
    for file in ["trials.parquet", "curves.parquet", "report.md", "tables/settings.csv"] {
        assert!(!has(&place, file, "mse") && !has(&place, file, "MSE"), "{file} speaks of another metric");
    }
    assert!(!has(&place, "trials.parquet", "did_not_descend"), "every trial descended");
    assert_eq!(code(&place.sweep(&["verify", "small.toml"])), 0);
}

#[test]
fn losses_are_compared_by_a_metric_that_they_share() {
    let place = Place::new();
    let losses = "loss = [\"squared_error\", { kind = \"huber\", delta = [0.5, 1.0] }]\n";
    place.write("small.toml", experiment(losses, "0.01, 0.1", ""));
    let refused = place.sweep(&["plan", "small.toml"]);
    assert_eq!(code(&refused), 2);
    assert!(error(&refused).contains("settings differ in their loss, so `score` must be named"), "{}", error(&refused));
    let said = run(&place, &experiment(losses, "0.01, 0.1", "[report]\nscore = \"r2\"\n"));
    assert!(said.contains("validation R²"), "{said}");
    for name in ["train_mse", "train_huber", "validation_mse"] {
        assert!(has(&place, "curves.parquet", name), "{name}");
    }
    assert!(has(&place, "report.md", "The objective that is descended is MSE/2 or the Huber loss plus the penalty."));
    assert_eq!(code(&place.sweep(&["verify", "small.toml"])), 0);
}

#[test]
fn a_trial_that_ends_above_its_start_counts_as_diverged() {
    let place = Place::new();
    let said = run(&place, &experiment("loss = { kind = \"huber\", delta = 0.5 }\n", "0.1, 1e6", ""));
    assert!(said.contains("2 completed, 2 diverged (2 did not descend), 0 failed"), "{said}");
    assert!(said.contains("next to divergence (1000000 did not descend in 2/2"), "{said}");
    for table in ["trials.parquet", "tables/settings.csv", "tables/huber.csv", "tables/learning_rates.csv"] {
        assert!(has(&place, table, "did_not_descend"), "{table}");
    }
    for words in ["2 (2 did not descend)", "× diverged, did not descend or failed", "It counts as diverged."] {
        assert!(has(&place, "report.md", words), "{words}");
    }
    assert!(has(&place, "report.md", "2 completed trials did not descend: J ended above its value at the start"));
    assert_eq!(code(&place.sweep(&["verify", "small.toml"])), 0);
    run(&place, &experiment("", "0.1, 1e6", ""));
    for file in ["report.md", "tables/settings.csv"] {
        assert!(
            !has(&place, file, "descend or") && !has(&place, file, "did_not_descend"),
            "{file}: every trial descended"
        );
    }
}

#[test]
fn the_default_loss_by_name_is_the_same_trial() {
    let place = Place::new();
    run(&place, &experiment("", "0.01, 0.1", ""));
    let before = segments(&place);
    run(&place, &experiment("loss = \"squared_error\"\n", "0.01, 0.1", ""));
    assert_eq!(segments(&place), before, "nothing is left to train");
}

#[test]
fn a_bound_is_drawn_and_marks_no_trial() {
    let place = Place::new();
    let table =
        |place: &Place| std::fs::read_to_string(place.path("results/small/tables/learning_rates.csv")).expect("reads");
    run(&place, &experiment("loss = { kind = \"huber\", delta = 0.5 }\n", "0.1, 0.5, 1.0, 2.0, 2.2", ""));
    let rows = table(&place);
    let mut cells = rows.lines().map(|line| line.split(',').collect::<Vec<_>>());
    let header = cells.next().expect("a header");
    let column = |name: &str| header.iter().position(|column| *column == name).expect(name);
    let (rate, bound, unstable) = (column("learning_rate"), column("bound"), column("unstable_not_yet_diverged"));
    let number = |cell: &str| cell.parse::<f64>().expect("a number");
    let rows: Vec<_> = cells.collect();
    assert!(rows.iter().all(|row| row[unstable] == "0" && row[column("limit")].is_empty()), "{rows:?}");
    assert!(rows.iter().any(|row| number(row[rate]) > number(row[bound])), "no rate is beyond the bound: {rows:?}");
    for words in ["bound 2/L", "a larger rate need not diverge", "gd: bound 2/L = "] {
        assert!(has(&place, "report.md", words), "{words}");
    }
    assert_eq!(code(&place.sweep(&["verify", "small.toml"])), 0);
    run(&place, &experiment("", "0.1, 0.5", ""));
    assert!(!table(&place).contains("bound"), "the squared error has limits");
}

#[test]
fn the_metric_of_a_loss_may_be_listed_where_it_is_descended() {
    let place = Place::new();
    let huber = "loss = { kind = \"huber\", delta = 0.5 }\n";
    let tables =
        |place: &Place| std::fs::read_to_string(place.path("results/small/tables/settings.csv")).expect("reads");
    run(&place, &experiment(huber, "0.01, 0.1", ""));
    let (before, trained) = (tables(&place), segments(&place));
    run(&place, &experiment(huber, "0.01, 0.1", "metrics = [\"huber\"]\n"));
    assert!(tables(&place) == before && segments(&place) == trained, "it is recorded anyway");
    run(&place, &experiment(huber, "0.01, 0.1", "metrics = [\"huber\"]\n[report]\nscore = \"rmse\"\n"));
    assert!(tables(&place).contains("test_huber_mean") && tables(&place).contains("test_rmse_mean"));
    place.write("small.toml", experiment("", "0.01, 0.1", "metrics = [\"mse\", \"huber\"]\n"));
    let refused = place.sweep(&["plan", "small.toml"]);
    assert_eq!(code(&refused), 2);
    for words in ["lists \"huber\", the mean of a loss that no setting descends", "descended: squared_error"] {
        assert!(error(&refused).contains(words), "{}", error(&refused));
    }
}

/// Counts of two groups, written as a file.
fn counts(place: &Place, lowest: i32) {
    let rows: String = (0..60)
        .map(|row| {
            let (x, noise) = (f64::from(row % 10) / 5.0 - 1.0, (row * 7) % 5);
            let count = if row == 17 { lowest } else { (3.0 * x.exp()) as i32 + noise };
            format!("{x},{noise},{count}\n")
        })
        .collect();
    place.write("counts.csv", format!("x,z,count\n{rows}"));
}

fn of_counts(report: &str) -> String {
    format!(
        "name = \"small\"\nseeds = 2\n[datasets.d]\nsource = \"csv\"\npath = \"counts.csv\"\ntarget = \"count\"\n\
         split = {{ validation = 0.2, test = 0.2 }}\n[models.m]\nkind = \"linear\"\nloss = \"poisson\"\n[optimizers.gd]\n\
         method = \"gd\"\nlearning_rate = [0.01, 0.03]\n[train]\nepochs = 200\n{report}"
    )
}

#[test]
fn counts_are_ranked_by_their_deviance_and_predicted_by_their_means() {
    let place = Place::new();
    counts(&place, 0);
    let said = run(&place, &of_counts("metrics = [\"r2\", \"mape\"]\n"));
    assert!(said.contains("validation Poisson deviance") && said.contains("4 completed, 0 diverged"), "{said}");
    let table = std::fs::read_to_string(place.path("results/small/tables/poisson_deviance.csv")).expect("reads");
    let header: Vec<&str> = table.lines().next().expect("a header").split(',').collect();
    let column = |name: &str| header.iter().position(|column| *column == name).expect(name);
    let cell = |row: &str, name: &str| {
        let row = table.lines().find(|line| line.contains(row)).unwrap_or_else(|| panic!("{row}: {table}"));
        row.split(',').nth(column(name)).and_then(|cell| cell.parse::<f64>().ok()).expect("a number")
    };
    // R² of outputs, the logarithms, would be negative.
    assert!(cell("gd", "test_r2_mean") > 0.3, "{table}");
    let (trained, mean) =
        (cell("gd", "test_poisson_deviance_mean"), cell("mean of the target", "test_poisson_deviance_mean"));
    assert!(0.0 < trained && trained < mean, "{table}");
    for words in ["no bound is known for this loss", "is the mean of e^z − y·z", "plus the penalty"] {
        assert!(has(&place, "report.md", words), "{words}");
    }
    assert!(!has(&place, "report.md", "2/L"), "there is no bound");
    assert_eq!(code(&place.sweep(&["verify", "small.toml"])), 0);
}

#[test]
fn a_negative_count_is_refused_before_training() {
    let place = Place::new();
    counts(&place, -2);
    place.write("small.toml", of_counts(""));
    for command in ["plan", "run"] {
        let refused = place.sweep(&[command, "small.toml"]);
        assert_eq!(code(&refused), 2, "{}", out(&refused));
        let words = "the loss \"poisson\" needs targets of at least 0, but the lowest value of \"count\" is -2";
        assert!(error(&refused).contains(words), "{}", error(&refused));
    }
}

#[test]
fn each_quantile_is_a_task() {
    let place = Place::new();
    let said = run(&place, &experiment("loss = { kind = \"quantile\", tau = [0.1, 0.9] }\n", "0.1, 1.0", ""));
    assert!(said.contains("d τ 0.1 · m") && said.contains("d τ 0.9 · m"), "{said}");
    assert!(said.contains("validation pinball loss"), "{said}");
    assert!(has(&place, "report.md", "no bound is known for this loss"));
    assert!(has(&place, "report.md", "the mean pinball loss plus the penalty"));
    assert!(!has(&place, "report.md", "2/L"), "there is no bound");
    assert_eq!(code(&place.sweep(&["verify", "small.toml"])), 0);
}

#[test]
fn robust_losses_are_compared_by_the_error_that_they_share() {
    let place = Place::new();
    let losses = "loss = [\"squared_error\", \"absolute\", { kind = \"epsilon_insensitive\", epsilon = 0.5 }]\n";
    let said = run(&place, &experiment(losses, "0.1", "[report]\nscore = \"mae\"\n"));
    assert!(said.contains("validation MAE"), "{said}");
    let table = std::fs::read_to_string(place.path("results/small/tables/mae.csv")).expect("reads");
    assert!(table.contains("mean of the target") && table.contains("least squares"), "{table}");
    for name in ["train_mse", "train_mae", "train_epsilon_insensitive"] {
        assert!(has(&place, "curves.parquet", name), "{name}");
    }
    assert!(has(&place, "report.md", "is MSE/2 or the MAE or the mean ε-insensitive loss plus the penalty."));
    assert_eq!(code(&place.sweep(&["verify", "small.toml"])), 0);
}

/// Iris: 150 rows of three classes, whose species are text. One of 30 validation rows is the resolution of the accuracy.
#[test]
fn classes_are_ranked_by_their_accuracy() {
    let place = Place::new();
    let data = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("experiments/data/iris.csv");
    std::fs::copy(data, place.path("iris.csv")).expect("copies");
    let metrics = "metrics = [\"log_loss\", \"f1\", \"f1_macro\", \"roc_auc\", \"brier\", \"matthews\"]";
    let text = format!(
        "name = \"small\"\nseeds = 2\n[datasets.d]\nsource = \"csv\"\npath = \"iris.csv\"\ntarget = \"species\"\n\
         standardize = true\nsplit = {{ validation = 0.2, test = 0.2, stratify = true }}\n[models.m]\nkind = \"softmax\"\n\
         [optimizers.gd]\nmethod = \"gd\"\nlearning_rate = [0.001, 1.0]\n[optimizers.adam]\nmethod = \"adam\"\n\
         learning_rate = [0.1]\n[report]\nscore = \"accuracy\"\n[train]\nepochs = 40\n{metrics}\n"
    );
    let said = run(&place, &text);
    for words in ["validation accuracy", "test macro F1", "test ROC AUC", " points of test accuracy", "0.3333"] {
        assert!(said.contains(words), "{words}: {said}");
    }
    assert!(has(&place, "curves.parquet", "validation_accuracy"), "it is the score");
    assert!(has(&place, "tables/accuracy.csv", "test_accuracy_mean"));
    assert!(has(&place, "report.md", "1 − accuracy is at most 1.1 times the best's + one row"));
    // F1 of class 1 has no value for three classes, and is not asked for again.
    let before = segments(&place);
    let again = run(&place, &text);
    assert!(segments(&place) == before && !again.contains("outstanding"), "{again}");
    assert_eq!(code(&place.sweep(&["verify", "small.toml"])), 0);
    for (from, to) in [("\"accuracy\"", "\"r2\""), ("\"brier\"", "\"mae\"")] {
        place.write("small.toml", text.replace(from, to));
        let refused = place.sweep(&["plan", "small.toml"]);
        assert_eq!(code(&refused), 2);
        assert!(error(&refused).contains("a metric of numbers, which "), "{}", error(&refused));
        assert!(error(&refused).contains("accepted: \"accuracy\", "), "{}", error(&refused));
    }
}
