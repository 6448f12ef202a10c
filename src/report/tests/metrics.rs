//! Other scores than the MSE, and metrics beside the score.

use super::*;

/// MSEs of 4 and 9 are RMSEs of 2 and 3, whose mean is 2.5. The mean of the target has 16, so 4.
#[test]
fn metrics_that_were_asked_for_stand_beside_the_score() {
    let id = crate::record::Id::of("a problem");
    let mut builder = Builder::new("t", 2, true).combination("gd", "gd").setting(0.1, "", &at(&[4.0, 9.0]));
    let moments = crate::shape::TargetMoments { mean: 0.0, variance: 8.0, baseline_loss: 16.0, rows: None };
    builder.study.targets.insert(id, [Some(moments); 3]);
    builder.records.iter_mut().for_each(|(_, record)| record.as_mut().expect("a record").problem = Some(id));
    crate::analysis::testing::ask_for(&mut builder.study, &["rmse"]);
    let study = builder.build();
    let report = StudyReport::new(&study);
    let files = files(&report);
    for (table, row, cell) in [("settings", "gd", "2.5"), ("mse", "gd", "2.5"), ("mse", "mean of the target", "4")] {
        let text = text(&files, &format!("tables/{table}.csv"));
        let mut rows = ::csv::Reader::from_reader(text.as_bytes());
        let header = rows.headers().expect("a header").clone();
        let at = |name: &str| header.iter().position(|column| column == name).expect(name);
        let row = rows.records().map(|row| row.expect("a row")).find(|cells| cells.iter().any(|cell| cell == row));
        let row = row.expect("the row");
        assert_eq!((&row[at("test_rmse_mean")], &row[at("best_validation_rmse_mean")]), (cell, cell), "{table}");
    }
    let summary = report.terminal(None, None);
    for title in ["validation MSE (chosen)  ", "test MSE (tuned per seed, geometric mean)  ", "test RMSE  "] {
        assert!(summary.contains(title), "{summary}");
    }
    assert!(summary.contains("2.500"), "{summary}");
    assert!(text(&files, "report.md").contains("test RMSE"));
}

/// The cells of the first row of a table that has `word`.
fn cells(files: &[ReportFile], table: &str, word: &str, columns: &[&str]) -> Vec<String> {
    let text = text(files, &format!("tables/{table}.csv"));
    let mut rows = ::csv::Reader::from_reader(text.as_bytes());
    let header = rows.headers().expect("a header").clone();
    let row = rows.records().map(|row| row.expect("a row")).find(|cells| cells.iter().any(|cell| cell == word));
    let row = row.expect("the row");
    let at = |name: &&str| header.iter().position(|column| column == *name).expect("the column");
    columns.iter().map(|name| row[at(name)].to_owned()).collect()
}

#[test]
fn n_counts_the_seeds_with_a_score() {
    let study = under_r2([8.0, 0.0]);
    let report = StudyReport::new(&study);
    let files = files(&report);
    let wanted = ["n", "completed", "test_r2_mean", "test_rmse_mean"];
    assert_eq!(cells(&files, "r2", "gd", &wanted), ["4", "8", "0.75", "1.414213562"]);
    assert_eq!(
        cells(&files, "r2", "mean of the target", &["n", "test_r2_mean", "test_rmse_mean"]),
        ["1", "-0.125", "3"]
    );
    for table in ["settings", "learning_rates"] {
        assert_eq!(cells(&files, table, "gd", &["n"]), ["4"], "{table}");
    }
    let summary = report.terminal(None, None);
    let row = |name: &str| summary.lines().find(|line| line.starts_with(name)).expect("the row").to_owned();
    assert!(row("  gd").contains("4 of 8") && row("  gd").contains("1.414, n = 8"), "{summary}");
    assert!(row("  mean of the target").contains("−0.1250"), "{summary}");
    let page = text(&files, "report.md");
    assert!(page.contains("1 of 2 splits") && page.contains("8 · 0 · 0"), "{page}");
    let figure = figure_of(&study, "convergence-diabetes-linear");
    let labels: Vec<&str> = figure.panels[0].series.iter().map(|series| series.label.as_str()).collect();
    assert_eq!(labels, ["sgd, rate 0.1 (n = 4 of 8)", "gd, rate 0.2 (n = 4 of 8)"], "the best first");
}

#[test]
fn a_score_that_no_trial_has_hides_nothing_else() {
    let study = under_r2([0.0; 2]);
    let report = StudyReport::new(&study);
    let files = files(&report);
    let wanted = ["learning_rate", "n", "completed", "ranked_by", "test_r2_mean", "test_rmse_mean"];
    assert_eq!(cells(&files, "r2", "gd", &wanted), ["0.2", "0", "8", "loss", "", "1.414213562"]);
    assert_eq!(cells(&files, "r2", "mean of the target", &["n", "test_rmse_mean"]), ["0", "3"]);
    let summary = report.terminal(None, None);
    assert!(summary.contains("not defined") && summary.contains("0 of 8") && summary.contains("n = 8"), "{summary}");
    let page = text(&files, "report.md");
    assert!(page.contains("none: R² is not defined: the target is constant on these rows"), "{page}");
    assert!(
        page.contains("defined for no trial, an optimizer stands at its setting with the lowest validation MSE"),
        "{page}"
    );
    assert!(page.contains("| 1920 |") || page.contains("1,920"), "the gradient evaluations of 16 trials: {page}");
    for wrong in ["∞ |", "no rate completed with every seed", "deterministic trial each"] {
        assert!(!page.contains(wrong), "{wrong}: {page}");
    }
    assert!(crate::analysis::chosen(&study).is_empty(), "nothing is ranked");
}

#[test]
fn where_all_diverged_the_score_is_the_worst_of_its_direction() {
    let mut study = Builder::new("t", 2, true)
        .combination("gd", "gd")
        .setting(0.1, "", &[Ending::Diverged, Ending::Diverged])
        .setting(0.2, "", &[Ending::Diverged, Ending::Diverged])
        .build();
    for (metric, worst) in [("r2", "−∞"), ("mse", "∞")] {
        crate::analysis::testing::rank_by(&mut study, metric);
        let page = text(&render(&study), "report.md");
        let rates = page.lines().find(|line| line.contains("no rate completed with every seed")).expect("the row");
        assert!(rates.contains(&format!("| {worst} |")), "{rates}");
    }
}

#[test]
fn metrics_at_their_own_best_epochs_are_said_to_be() {
    let mut study = under_r2([8.0; 2]);
    let said = "Each metric is taken at its own best epoch, not at that of the score";
    let count = |study: &Study| text(&render(study), "report.md").matches(said).count();
    assert_eq!(count(&study), 0, "all are at the last epoch");
    study.epoch = crate::record::Epoch::Best;
    assert_eq!(count(&study), 2, "under the table, and where the numbers are explained");
    crate::analysis::testing::ask_for(&mut study, &[]);
    assert_eq!(count(&study), 0);
}

/// Two tasks: one is ranked by the MSE, the other by accuracies.
fn of_two_metrics() -> Study {
    let mut builder = Builder::new("t", 3, true);
    for (model, values) in
        [("line", [[4.0, 9.0, 5.0], [6.0, 8.0, 7.0]]), ("classes", [[0.5, 0.75, 0.5], [0.9, 0.8, 0.95]])]
    {
        for (optimizer, values) in ["gd", "sgd"].into_iter().zip(values) {
            builder = builder.combination(optimizer, optimizer).setting(0.1, "", &at(&values));
            builder.study.combinations.last_mut().expect("just added").model = model.to_owned();
        }
    }
    for record in builder.records.iter_mut().skip(6).filter_map(|(_, record)| record.as_mut()) {
        record.metrics.iter_mut().for_each(|metric| metric.name = "accuracy".to_owned());
        record.curve = crate::record::Curve::default();
    }
    let accuracy = crate::metric::metric("accuracy").expect("exists");
    for combination in &mut builder.study.combinations[2..] {
        combination.metrics.score = accuracy;
        combination.metrics.losses = vec![crate::metric::metric("log_loss").expect("exists")];
    }
    builder.build()
}

#[test]
fn tasks_that_differ_in_their_metric_name_it_beside_their_numbers() {
    let study = of_two_metrics();
    assert_eq!(study.score(), None);
    let report = StudyReport::new(&study);
    let leaders: Vec<_> =
        report.analysis.tasks.iter().map(|task| task.contenders[task.order[0]].name().to_owned()).collect();
    assert_eq!(leaders, ["gd", "sgd"], "a low MSE, and a high accuracy");
    let files = files(&report);
    let page = text(&files, "report.md");
    for said in [
        "| MSE |",
        "| accuracy |",
        "## Scores",
        "Tasks differ in the metric that ranks",
        "lowest validation MSE",
        "highest validation accuracy",
    ] {
        assert!(page.contains(said), "{said}: {page}");
    }
    assert!(!page.contains("lowest mean validation accuracy") && !page.contains("MSE table"), "{page}");
    let table = text(&files, "tables/scores.csv");
    let ranked: Vec<&str> = table.lines().skip(1).filter(|line| line.contains(",trained,")).collect();
    assert_eq!(ranked.len(), 4, "{table}");
    let verdict: serde_json::Value = serde_json::from_str(&report.verdict()).expect("JSON");
    assert!(verdict["metric"].is_null() && verdict["better_is"].is_null());
    let of = |task: usize, key: &str| verdict["tasks"][task][key].as_str().map(str::to_owned);
    assert_eq!([of(0, "metric"), of(1, "metric")].map(Option::unwrap_or_default), ["mse", "accuracy"]);
    assert_eq!([of(0, "better_is"), of(1, "better_is")].map(Option::unwrap_or_default), ["lower", "higher"]);
}
