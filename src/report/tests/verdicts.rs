//! Verdicts and warnings: what is shown, what lacks, and what is left open.

use super::*;

#[test]
fn verdicts_say_what_is_shown() {
    let first = [10.0, 11.0, 12.0, 10.5, 11.5, 12.5];
    let shifted: Vec<f64> = first.iter().zip([2.0, 2.1, 1.9, 2.2, 1.8, 2.0]).map(|(value, by)| value + by).collect();
    let builder =
        Builder::new("t", 6, true).combination("gd", "gd").setting(0.1, "", &at(&first)).combination("sgd", "sgd");
    let study = builder.setting(0.2, "", &at(&shifted)).build();
    let summary = StudyReport::new(&study).terminal(None, None);
    let verdict = "On diabetes gd is better than sgd: sgd − gd = 2.00 [1.77, 2.23] test MSE, 18 % [16, 20] of gd's, gd lower in 6 of 6 \
                   seeds, p < 0.001.";
    assert!(summary.contains(verdict), "{summary}");

    let mut ends = at(&shifted);
    ends[2] = Ending::Diverged;
    let builder =
        Builder::new("t", 6, true).combination("gd", "gd").setting(0.1, "", &at(&first)).combination("sgd", "sgd");
    let study = builder.setting(0.2, "", &ends).build();
    let summary = StudyReport::new(&study).terminal(None, None);
    // Nothing is known of what predicting the mean gives, so the seed has no pair.
    assert!(summary.contains("gd lower in 5 of 5 seeds (1 of 6 have no pair: 1 not defined)"), "{summary}");
    assert!(summary.contains("13.20 (5/6)"), "{summary}");
}

#[test]
fn a_flagged_winner_says_so() {
    let study = Builder::new("t", 3, true)
        .combination("sgd", "sgd")
        .setting(0.5, "", &[Ending::Diverged, Ending::At(0.1), Ending::At(0.1)])
        .build();
    let report = StudyReport::new(&study);
    let summary = report.terminal(None, None);
    assert!(summary.contains("0.1000 (2/3)"), "{summary}");
    assert!(summary.contains("every setting of sgd has a trial that diverged or failed"), "{summary}");
    assert!(text(&files(&report), "report.md").contains("nothing is safe to use"));
}

#[test]
fn outstanding_and_failed_trials_are_named() {
    let study = Builder::new("t", 3, true)
        .combination("gd", "gd")
        .setting(0.5, "", &[Ending::At(0.1), Ending::Outstanding, Ending::At(0.1)])
        .setting(
            0.6,
            "",
            &[Ending::Failed("index out of bounds"), Ending::Failed("index out of bounds"), Ending::At(0.1)],
        )
        .combination("sgd", "sgd")
        .setting(0.5, "", &[Ending::Outstanding, Ending::Outstanding, Ending::Outstanding])
        .build();
    let report = StudyReport::new(&study);
    let summary = report.terminal(None, None);
    assert!(summary.contains("2 of 3") && summary.contains("4 of 9 trials are outstanding"), "{summary}");
    assert!(summary.contains("2 trials failed (2 with \"index out of bounds\")"), "{summary}");
    assert!(text(&files(&report), "report.md").contains("4 trials are missing"));
}

#[test]
fn some_and_all_diverged_are_told_apart() {
    let mut ends = at(&[3.0; 6]);
    ends[2] = Ending::Diverged;
    let builder =
        Builder::new("t", 6, true).combination("gd", "gd").setting(0.1, "", &at(&[2.0; 6])).setting(0.2, "", &ends);
    let study = builder.setting(0.4, "", &vec![Ending::Diverged; 6]).build();
    let figure = figure_of(&study, "learning-rate-diabetes-linear");
    let texts: Vec<&str> = figure.panels[0].margin_marks.iter().map(|mark| mark.text.as_str()).collect();
    assert_eq!(texts, ["1/6", ""]);
    assert!(figure.subtitle.contains("× diverged or failed (1/6×: 1 of 6 seeds)"), "{}", figure.subtitle);
}

/// Two optimizers at eight seeds, under R² with a variance of 8 on the problems of some seeds: 4 → 0.5 and 2 → 0.75.
fn partly_defined(of_gd: std::ops::Range<usize>, of_sgd: std::ops::Range<usize>) -> Study {
    let mut builder = Builder::new("t", 8, true).combination("gd", "gd").setting(0.1, "", &at(&[4.0; 8]));
    builder = builder.combination("sgd", "sgd").setting(0.1, "", &at(&[2.0; 8]));
    let id = crate::record::Id::of("a problem");
    let moments = crate::shape::TargetMoments { mean: 0.0, variance: 8.0, baseline_loss: 9.0, rows: None };
    builder.study.targets.insert(id, [Some(moments); 3]);
    for index in of_gd.chain(of_sgd.start + 8..of_sgd.end + 8) {
        builder.records[index].1.as_mut().expect("a record").problem = Some(id);
    }
    let mut study = builder.build();
    crate::analysis::testing::rank_by(&mut study, "r2");
    study
}

#[test]
fn seeds_without_a_pair_are_counted_with_their_reason() {
    let study = partly_defined(0..6, 2..8);
    let report = StudyReport::new(&study);
    let summary = report.terminal(None, None);
    let said = "sgd is better than gd: gd − sgd = −0.250 [−0.250, −0.250] test R², sgd higher in 4 of 4 seeds (4 of 8 have no pair: 4 not \
                defined)";
    assert!(summary.contains(said), "{summary}");
    let page = text(&files(&report), "report.md");
    assert!(page.contains("| 4 of 8 seeds |"), "{page}");

    let study = partly_defined(0..4, 4..8);
    let summary = StudyReport::new(&study).terminal(None, None);
    let said = "gd and sgd cannot be compared: test R² is not defined for one of them at 8 of 8 seeds.";
    assert!(summary.contains(said), "{summary}");
}

#[test]
fn records_that_lack_only_a_metric_are_not_called_untrained() {
    let mut study = under_r2([8.0; 2]);
    let ids: Vec<_> = study.trials.iter().map(|trial| trial.id()).collect();
    study.trials = crate::record::TrialTable::outstanding(std::sync::Arc::new(ids));
    (0..24).for_each(|trial| study.trials.note_lacking(trial, ["mae".to_owned()]));
    let summary = StudyReport::new(&study).terminal(None, None);
    let said = "On diabetes nothing can be ranked yet: 24 trials lack mae; `sweep run` trains them for it.";
    assert!(summary.contains(said) && !summary.contains("nothing has been trained yet"), "{summary}");
    assert!(summary.contains("24 of 24 trials are outstanding (24 of them only lack mae)"), "{summary}");
    assert!(!summary.contains("has no record yet"), "{summary}");
}

/// λmax = 2·10³²: the stable limit is 10⁻³², and only features of one scale help. They are scaled already in the second study.
#[test]
fn no_axis_of_tiny_rates_is_advised_where_scaling_helps() {
    let watched = |scaled: bool| {
        let problem = crate::record::ProblemRecord { eigenvalues: vec![2e32, 0.1], ..line_problem() };
        let (builder, id) = Builder::new("t", 1, false).with_problem(problem);
        let builder = builder.combination("gd", "gd").deterministic(0.1, Ending::Diverged, Some(id));
        let mut study = builder.deterministic(1.0, Ending::Diverged, Some(id)).build();
        study.combinations[0].fixed.insert("dataset.standardize".to_owned(), toml::Value::Boolean(scaled));
        StudyReport::new(&study).terminal(None, None)
    };
    let unscaled = watched(false);
    assert!(unscaled.contains("write standardize = true.") && !unscaled.contains("try learning_rate"), "{unscaled}");
    let scaled = watched(true);
    assert!(scaled.contains("try learning_rate") && !scaled.contains("standardize"), "{scaled}");
}
