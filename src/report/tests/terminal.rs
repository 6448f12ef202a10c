//! What the terminal says at the end of a run.

use std::time::Duration;

use super::*;

#[test]
fn the_end_of_a_run() {
    let study = seeded();
    let report = StudyReport::new(&study);
    let summary = report.terminal(Some(Duration::from_millis(412)), Some("results/rates/report.html"));
    let expected = "\
rates · GD and SGD by learning rate
1 dataset × 1 model × 2 optimizers · 8 settings × 6 seeds = 48 trials · 41 completed, 7 diverged, 0 failed · 0.4 s

diabetes · linear  validation MSE (chosen)  test MSE (tuned per seed, geometric mean)  learning rate                 n  budget
  gd               3000                     3000 [2949, 3052]                          0.316 (good range ≥ 0.5 dec)  6  3 settings
  sgd batch 16     3000                     2999 [2946, 3053]                          0.01 (good range 1 dec)       6  5 settings

verdict   On diabetes sgd and gd are practically equal (within ± 1 %): gd − sgd = 0.5 [−6.4, 7.4] test MSE, \
0.017 % [−0.21, 0.25] of sgd's, gd lower in 3 of 6 seeds.
watch     gd's best rate is next to divergence (0.562 diverged in 6/6): \
try learning_rate = { from = 0.1, to = 0.56, count = 13, scale = \"log\" }.
again     sweep run EXPERIMENT optimizers.sgd.learning_rate=0.01 -o alone  # 6 trials: 6e3e5f9cc73f, ee0616d645f8, c7e049fb5b96 \
and 3 more
report    results/rates/report.html
";
    assert_eq!(summary, expected);
}

#[test]
fn the_end_of_a_deterministic_run() {
    let study = line();
    let expected = "\
rates · The textbook line
1 dataset × 1 model × 1 optimizer · 4 settings × 1 seed = 4 trials · 4 completed, 0 diverged, 0 failed

diabetes · linear  train MSE  learning rate  n                 budget
  gd               0.806585   0.96           1, deterministic  4 settings
  least squares    0.806000   exact

verdict   On diabetes gd with learning rate 0.96: 0.806585 train MSE, deterministic.
watch     gd's best rate is next to divergence (0.98 is unstable, not yet diverged; 2/λmax = 0.9685): \
try learning_rate = { from = 0.3, to = 0.968, count = 13, scale = \"log\" }.
again     sweep run EXPERIMENT optimizers.gd.learning_rate=0.96 -o alone  # 1 trial: 0340d90b62b1
";
    assert_eq!(StudyReport::new(&study).terminal(None, None), expected);
}

#[test]
fn the_line_says_where_it_diverges() {
    let study = line();
    let files = render(&study);
    let page = text(&files, "report.md");
    assert!(page.contains("2/λmax = 0.9685; 0.96 converges and 0.98 diverges (unstable, not yet diverged"), "{page}");
    assert!(page.contains("least squares"), "{page}");
    assert!(page.contains("Without a validation split settings are ranked on training MSE"), "{page}");
    assert!(page.contains("half the rate"), "{page}");
    let figure =
        StudyReport::new(&study).figures().find(|figure| figure.name == "learning-rate-diabetes-linear").cloned();
    let panel = figure.expect("a figure").panels.remove(0);
    assert_eq!(panel.verticals.len(), 1);
    assert!(panel.series.iter().any(|series| series.style == figure_data::Style::Theory));
    assert_eq!(panel.horizontals.len(), 1);
}

#[test]
fn several_tasks_share_the_columns_of_a_terminal() {
    let mut study = seeded();
    let mut second = study.combinations[0].clone();
    "a data set with a longer name".clone_into(&mut second.dataset);
    study.combinations.push(second);
    let summary = StudyReport::new(&study).terminal(None, None);
    let rows: Vec<&str> =
        summary.lines().filter(|line| line.contains("validation MSE") || line.starts_with("  gd")).collect();
    assert_eq!(rows.len(), 4, "{summary}");
    let column = |line: &str, word: &str| line.find(word).map(|byte| line[..byte].chars().count());
    assert_eq!(column(rows[0], "validation MSE"), column(rows[2], "validation MSE"));
    assert_eq!(column(rows[0], "validation MSE"), column(rows[1], "3000"), "{summary}");
    assert!(summary.contains("2 datasets × 1 model"), "{summary}");
    let html = StudyReport::new(&study).html(&|_| None).expect("a page");
    assert!(html.contains("a data set with a longer name"));
}

#[test]
fn a_score_at_the_best_epoch_is_said() {
    let mut builder = seeded_builder();
    builder.study.epoch = crate::record::Epoch::Best;
    for metric in builder.records.iter_mut().flat_map(|(_, record)| record).flat_map(|record| &mut record.metrics) {
        metric.best = metric.best.map(|value| value - 1000.0);
    }
    let study = builder.build();
    let report = StudyReport::new(&study);
    let summary = report.terminal(None, None);
    assert!(summary.contains("best validation MSE (chosen)") && summary.contains("2000 [1949, 2052]"), "{summary}");
    let page = text(&files(&report), "report.md");
    assert!(page.contains("best evaluated epoch (epoch = \"best\"), not of its last"), "{page}");
    assert!(page.contains("validation MSE at the best epoch"), "{page}");
    let figure = figure_of(&study, "learning-rate-diabetes-linear");
    assert!(figure.title.contains("at the best epoch") && figure.panels[0].series[0].points[0].1 < 2200.0);
}

#[test]
fn a_penalty_that_varies_is_in_the_labels() {
    let mut builder = Builder::new("t", 1, true).combination("gd", "gd");
    for (l2, value) in [("0.0", 2.0), ("0.1", 1.0)] {
        for rate in [0.1, 0.2] {
            builder = builder.setting(rate, &format!("\"model.l2\" = {l2}"), &[Ending::At(value + rate)]);
        }
    }
    let study = builder.build();
    let summary = StudyReport::new(&study).terminal(None, None);
    assert!(summary.contains("gd l2 0.1"), "{summary}");
    let figure = figure_of(&study, "learning-rate-diabetes-linear");
    let labels: Vec<&str> = figure.panels[0].series.iter().map(|series| series.label.as_str()).collect();
    assert_eq!(labels, ["gd l2 0.1 (n = 1): best 0.1, safe 0.1", "gd l2 0 (n = 1): best 0.1"]);
}

/// "The smallest that completed" says that smaller ones did not.
#[test]
fn an_edge_of_the_rates_is_no_failure_of_others() {
    let diverged = vec![Ending::Diverged; 6];
    let builder = Builder::new("rates", 6, true).combination("gd", "gd");
    let builder = builder.setting(0.1, "", &at(&[1.0; 6])).setting(0.2, "", &at(&[2.0; 6])).setting(0.4, "", &diverged);
    let said = StudyReport::new(&builder.build()).terminal(None, None);
    assert!(said.contains("gd's best rate, 0.1, is the smallest one tried; a smaller one may be better"), "{said}");
}
