//! The page and the figure where values of a key compete.

use super::*;
use crate::record::StudyLevel;
use crate::report::figure_data::{AxisScale, Style};

/// One optimizer at three batch sizes; the smallest one diverges at some seeds.
fn study(sizes: [&str; 3]) -> Study {
    let mut builder = Builder::new("Batch sizes", 4, true);
    let scores = [[3000.0, 3020.0, 2980.0, 3040.0], [3100.0, 3120.0, 3080.0, 3140.0], [3201.0, 3220.0, 3180.0, 3240.0]];
    for (size, values) in sizes.iter().zip(scores) {
        builder = builder.combination(&format!("batch_size {size}"), "sgd").setting(0.1, "", &at(&values));
        let combination = builder.study.combinations.last_mut().expect("a combination");
        "sgd".clone_into(&mut combination.optimizer_table);
        let value = size.parse::<i64>().map_or_else(|_| toml::Value::from(*size), toml::Value::Integer);
        combination.levels.push(StudyLevel {
            key: "optimizer.batch_size".to_owned(),
            words: format!("batch_size {size}"),
            value: (*size).to_owned(),
            number: value.as_integer().map(|number| number as f64),
        });
        combination.level.insert("optimizer.batch_size".to_owned(), value);
    }
    builder.study.compare = vec!["optimizer.batch_size".to_owned()];
    builder.study.declared.optimizers = vec!["sgd".to_owned()];
    builder.build()
}

#[test]
fn the_figure_has_a_point_for_each_value_and_the_paired_differences_beside_it() {
    let study = study(["64", "1", "8"]);
    let figure = figure_of(&study, "compared-diabetes-linear");
    let [levels, differences] = &figure.panels[..] else { panic!("two panels") };
    assert_eq!((levels.x.label.as_str(), levels.x.scale), ("batch_size", AxisScale::Log));
    let [line] = &levels.series[..] else { panic!("one optimizer") };
    assert_eq!((line.label.as_str(), line.style), ("sgd", Style::ErrorBars));
    let names = levels.x_names.iter().map(|(at, words)| (*at, words.as_str())).collect::<Vec<_>>();
    assert_eq!(names, [(1.0, "1"), (8.0, "8"), (64.0, "64")], "a tick at each value");
    let analysis = crate::analysis::Analysis::new(&study);
    let task = &analysis.tasks[0];
    let center = |index: usize| task.level(index).expect("a level").center;
    assert_eq!(line.points, [(1.0, center(1)), (8.0, center(2)), (64.0, center(0))]);
    assert_eq!(line.highlights, [(64.0, center(0))]);
    assert_eq!(line.band.len(), 3);
    let [line] = &differences.series[..] else { panic!("one optimizer") };
    let found = |index: usize| task.against_leader(index).and_then(|one| one.difference).expect("a difference");
    assert_eq!(line.points, [(1.0, found(1).mean), (8.0, found(2).mean), (64.0, 0.0)]);
    assert_eq!(line.points[0].1, 100.0);
    let (low, high) = found(2).interval.expect("an interval");
    assert_eq!(line.band[1], (8.0, low, high));
    assert!(differences.title.contains("batch_size 64"), "{}", differences.title);
}

#[test]
fn beside_numbers_what_is_no_number_is_a_line() {
    let study = study(["8", "64", "full"]);
    let figure = figure_of(&study, "compared-diabetes-linear");
    let lines: Vec<&str> = figure.panels[0].horizontals.iter().map(|line| line.label.as_str()).collect();
    assert_eq!(lines, ["batch_size full"]);
    let is_drawn = |study: &Study| StudyReport::new(study).figures().any(|figure| figure.name.starts_with("compared"));
    assert!(!is_drawn(&seeded()));
}

#[test]
fn categories_stand_in_the_order_of_the_file_without_a_line() {
    let study = study(["full", "8", "auto"]);
    let figure = figure_of(&study, "compared-diabetes-linear");
    let [levels, differences] = &figure.panels[..] else { panic!("two panels") };
    for panel in [levels, differences] {
        let names: Vec<&str> = panel.x_names.iter().map(|(_, words)| words.as_str()).collect();
        assert_eq!(names, ["full", "8", "auto"]);
        let [line] = &panel.series[..] else { panic!("one optimizer") };
        assert_eq!((line.style, line.points.len(), line.band.len()), (Style::Categories, 3, 3));
        assert_eq!(line.points.iter().map(|point| point.0).collect::<Vec<_>>(), [0.0, 1.0, 2.0]);
    }
    assert!(!figure.notes.iter().any(|note| note.contains("line joins")), "{:?}", figure.notes);
}

/// Two optimizers at two batch sizes: the values of each are compared with its own best too.
#[test]
fn each_optimizer_has_an_answer_about_its_own_values() {
    let mut builder = Builder::new("t", 6, true);
    let values = |mean: f64| (0..6).map(|seed| Ending::At(mean + f64::from(seed % 3))).collect::<Vec<_>>();
    for (table, size, mean) in [("adam", 8, 100.0), ("adam", 64, 100.01), ("sgd", 8, 300.0), ("sgd", 64, 200.0)] {
        builder = builder.combination(&format!("{table} batch_size {size}"), table).setting(0.1, "", &values(mean));
        let combination = builder.study.combinations.last_mut().expect("a combination");
        table.clone_into(&mut combination.optimizer_table);
        combination.levels.push(StudyLevel {
            key: "optimizer.batch_size".to_owned(),
            words: format!("batch_size {size}"),
            value: size.to_string(),
            number: Some(f64::from(size)),
        });
    }
    builder.study.compare = vec!["optimizer.batch_size".to_owned()];
    builder.study.declared.optimizers = vec!["adam".to_owned(), "sgd".to_owned()];
    let study = builder.build();
    let page = text(&render(&study), "report.md");
    assert!(page.contains("| adam | 8 | 64 | – | – | – |"), "{page}");
    assert!(page.contains("| sgd | 64 | – | – | – | 8 |"), "{page}");
    let figure = figure_of(&study, "compared-diabetes-linear");
    let lines: Vec<&str> = figure.panels[0].series.iter().map(|line| line.label.as_str()).collect();
    assert_eq!(lines, ["adam", "sgd"]);
    // One optimizer: the verdict is about its values already.
    assert!(!text(&render(&self::study(["1", "8", "64"])), "report.md").contains("against its own best"));
}

#[test]
fn pages_and_terminal_speak_of_contenders_and_name_values() {
    let study = study(["64", "1", "8"]);
    let page = text(&render(&study), "report.md");
    for said in [
        "The values of batch_size compete (\\[report\\] compare), each as a contender of its own.",
        "## Which value and learning rate to use",
        "each contender at its setting",
        "batch_size 1 − batch_size 64",
    ] {
        assert!(page.contains(said), "{said}: {page}");
    }
    assert!(!page.contains("each optimizer") && !page.contains("optimizers compare"), "{page}");
    let summary = StudyReport::new(&study).terminal(None, None);
    assert!(summary.contains("1 optimizer, compared by batch_size · 3 settings"), "{summary}");
    assert!(text(&render(&study), "tables/comparisons.csv").contains(",batch_size 64,batch_size 1,"));
}

#[test]
fn without_the_curves_of_other_settings_convergence_by_rate_is_not_drawn() {
    let mut study = seeded();
    let drawn =
        |study: &Study| StudyReport::new(study).figures().any(|figure| figure.name.starts_with("convergence-by-rate"));
    assert!(drawn(&study) && !text(&render(&study), "report.md").contains("is not drawn: these results"));
    study.curve_scope = crate::record::CurveScope::Chosen;
    assert!(!drawn(&study));
    assert!(
        text(&render(&study), "report.md").contains("is not drawn: these results hold the curves of the best settings")
    );
    figure_of(&study, "convergence-diabetes-linear");
}

/// The accuracies of two values over four seeds of 20 rows: one finds no more than the class of most rows.
#[test]
fn what_does_not_train_has_no_rate() {
    let mut builder = Builder::new("t", 4, true);
    for (name, values) in [("a", [0.9, 0.95, 0.9, 0.85]), ("b", [0.5, 0.55, 0.5, 0.5])] {
        builder = builder.combination(name, "gd").setting(0.1, "", &at(&values));
        builder = builder.setting(0.2, "", &at(&values.map(|value| value - 0.2)));
    }
    let mut study =
        builder.of_classes("accuracy", 20).design(crate::record::SeedRepeats::FreshData, [60, 20, 20]).build();
    let problem = study.trials.get(0).problem().expect("a problem");
    let record = crate::record::BaselineRecord {
        numerics_version: 1,
        baseline: "mean".to_owned(),
        baseline_revision: 1,
        metric: "accuracy".to_owned(),
        revision: 1,
        l1: 0.0,
        values: [Some(0.5); 3],
        theta: None,
    };
    study.baselines.insert(problem, vec![record]);
    let report = StudyReport::new(&study);
    let of = |name: &str| {
        let contenders = &report.analysis.tasks[0].contenders;
        contenders.iter().find(|one| one.name() == name).expect("exists").not_better_than.clone()
    };
    // 0.5125 is one row of one seed better, no more than the resolution.
    assert_eq!((of("a"), of("b")), (None, Some("shares of the classes".to_owned())));
    let summary = report.terminal(None, None);
    assert!(summary.contains("–, not better than shares of the classes"), "{summary}");
    assert!(summary.contains("no setting of b is better than shares of the classes, so none is advised"), "{summary}");
    let page = report.markdown();
    assert!(page.contains("| b | –, not better than shares of the classes |"), "{page}");
    let verdict: serde_json::Value = serde_json::from_str(&report.verdict()).expect("JSON");
    let optimizers = &verdict["tasks"][0]["optimizers"];
    assert_eq!(
        (&optimizers[0]["not_better_than"], optimizers[0]["learning_rate"].as_f64()),
        (&serde_json::Value::Null, Some(0.1))
    );
    assert_eq!(optimizers[1]["not_better_than"].as_str(), Some("shares of the classes"));
    assert!(optimizers[1]["learning_rate"].is_null() && optimizers[1]["safe_rate"].is_null(), "{optimizers}");
    assert_eq!(
        optimizers[1]["hyperparameters"]["optimizer.learning_rate"].as_f64(),
        Some(0.1),
        "the setting stays known"
    );
}

/// Three rates: two of them differ by one row of one seed of 20 rows, the third by more.
#[test]
fn ties_of_the_best_rate_are_counted() {
    let builder = Builder::new("t", 2, true).combination("gd", "gd");
    let builder = builder.setting(0.1, "", &at(&[0.9, 0.95])).setting(0.2, "", &at(&[0.95, 0.95]));
    let study = builder.setting(0.4, "", &at(&[0.8, 0.8])).of_classes("accuracy", 20).build();
    let report = StudyReport::new(&study);
    assert_eq!(report.analysis.tasks[0].contenders[0].ranking.tied, 1);
    let (page, summary) = (report.markdown(), report.terminal(None, None));
    assert!(page.contains("(1 other ties)") && summary.contains("1 other ties"), "{page} {summary}");
    assert!(page.contains("does not tell the setting to use, gd, from 1 other (learning rate 0."), "{page}");
    let verdict: serde_json::Value = serde_json::from_str(&report.verdict()).expect("JSON");
    assert_eq!(verdict["tasks"][0]["optimizers"][0]["tied_settings"].as_u64(), Some(1));
    let apart = StudyReport::new(&seeded()).terminal(None, None);
    assert!(!apart.contains("tie"), "{apart}");
}

/// Accuracies from 0.3 to 1: the interval goes beyond 1, and is cut there, which is said once it happens.
#[test]
fn intervals_are_cut_at_the_range_of_the_metric_and_said_to_be() {
    let page = |values: [f64; 3]| {
        let mut builder = Builder::new("t", 3, true);
        for name in ["a", "b"] {
            builder = builder.combination(name, "gd").setting(0.1, "", &at(&values));
        }
        let design = crate::record::SeedRepeats::FreshData;
        StudyReport::new(&builder.of_classes("accuracy", 20).design(design, [60, 20, 20]).build()).markdown()
    };
    let cut = page([0.3, 1.0, 1.0]);
    assert!(cut.contains(" Intervals are cut at 0 and 1: no accuracy lies beyond."), "{cut}");
    assert!(!page([0.5, 0.55, 0.6]).contains("are cut at"));
}
