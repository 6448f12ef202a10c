//! Tests of the pages, tables and terminal output of whole studies.

use std::time::Duration;

use super::*;
use crate::analysis::testing::{Builder, Ending, line_problem};
use crate::record::{CheckRecord, Study};

fn at(values: &[f64]) -> Vec<Ending> {
    values.iter().map(|value| Ending::At(*value)).collect()
}

fn seeded() -> Study {
    seeded_builder().build()
}

fn seeded_builder() -> Builder {
    Builder::new("GD and SGD by learning rate", 6, true)
        .combination("gd", "gd")
        .setting(0.1, "", &at(&[3100.0, 3120.0, 3080.0, 3140.0, 3060.0, 3100.0]))
        .setting(0.316, "", &at(&[3000.0, 3020.0, 2980.0, 3040.0, 2960.0, 3000.0]))
        .setting(0.562, "", &vec![Ending::Diverged; 6])
        .combination("sgd", "sgd")
        .setting(0.01, "\"optimizer.batch_size\" = 16", &at(&[3001.0, 3015.0, 2983.0, 3045.0, 2958.0, 2995.0]))
        .setting(0.1, "\"optimizer.batch_size\" = 16", &at(&[3021.0, 3025.0, 2989.0, 3055.0, 2968.0, 3005.0]))
        .setting(0.316, "\"optimizer.batch_size\" = 16", &at(&[9021.0, 9025.0, 9989.0, 9055.0, 9968.0, 9005.0]))
        .setting(0.001, "\"optimizer.batch_size\" = 16", &at(&[9021.0, 9025.0, 9989.0, 9055.0, 9968.0, 9005.0]))
        .setting(
            0.01,
            "\"optimizer.batch_size\" = 1",
            &[9e3, 9e3, 9e3, 9e3, 9e3].map(Ending::At).into_iter().chain([Ending::Diverged]).collect::<Vec<_>>(),
        )
}

fn line() -> Study {
    let (builder, id) = Builder::new("The textbook line", 1, false).with_problem(line_problem());
    let mut builder = builder.combination("gd", "gd");
    for (rate, loss) in [(0.5, 0.9), (0.96, 0.806_585), (0.98, 4.0e6), (1.0, 5e11)] {
        builder = builder.deterministic(rate, Ending::At(loss), Some(id));
    }
    let check = |factor: f64, loss: f64| CheckRecord {
        numerics_version: 1,
        momentum: 0.0,
        nesterov: false,
        limit: 0.9685,
        factor,
        learning_rate: factor * 0.9685,
        steps: 100,
        start_mse: 5.0,
        measured_mse: Some(loss),
        predicted_mse: Some(loss * (1.0 + 1e-14)),
    };
    builder.study.checks.insert(id, vec![check(0.99, 0.9), check(1.01, 40.0)]);
    builder.build()
}

/// A file of the results folder.
#[derive(Debug, Clone, PartialEq, Eq)]
struct ReportFile {
    path: String,
    bytes: Vec<u8>,
}

/// All text files of a report: `report.md` and the tables.
fn files(report: &StudyReport<'_>) -> Vec<ReportFile> {
    let mut files = vec![ReportFile { path: "report.md".to_owned(), bytes: report.markdown().into_bytes() }];
    for table in TABLES {
        let mut bytes = Vec::new();
        report.write_table(table, &mut bytes).expect("writes");
        files.push(ReportFile { path: (table.path)(report.analysis.study.metric.name), bytes });
    }
    files
}

fn render(study: &Study) -> Vec<ReportFile> {
    files(&StudyReport::new(study))
}

fn text(files: &[ReportFile], path: &str) -> String {
    let file = files.iter().find(|file| file.path == path).expect("the file");
    String::from_utf8(file.bytes.clone()).expect("UTF-8")
}

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
fn hostile_texts_stay_texts() {
    let hostile = "=cmd|'x'!A1 <script>alert(1)</script> `a` [b](http://c) \u{1b}[31m\n# h\u{202e}";
    let mut study = seeded();
    study.title = hostile.to_owned();
    study.notes.push(hostile.to_owned());
    for combination in &mut study.combinations {
        combination.optimizer = format!("{hostile}{}", combination.optimizer);
        combination.dataset = hostile.to_owned();
    }
    let report = StudyReport::new(&study);
    let html = report.html(&|_| Some("<?xml version=\"1.0\"?><svg></svg>".to_owned())).expect("a page");
    assert!(!html.contains("<script") && html.contains("&lt;script&gt;"));
    assert!(!html.contains("<?xml") && html.contains("<svg></svg>"));
    let files = files(&report);
    // Nothing is markup in indented code.
    let page: String =
        text(&files, "report.md").split_inclusive('\n').filter(|line| !line.starts_with("    ")).collect();
    assert!(!page.contains("<script") && !page.contains("[b](http") && !page.contains("\n# h"), "{page}");
    assert!(!page.contains(" `a` ") && !page.contains('\u{1b}'));
    for line in text(&files, "tables/mse.csv").lines().skip(1) {
        assert!(!line.starts_with('='), "{line}");
    }
    let summary = report.terminal(None, Some("r"));
    assert!(!summary.contains('\u{1b}') && !summary.contains('\u{202e}'));
    for figure in report.figures() {
        assert!(figure.name.chars().all(|c| c.is_ascii_alphanumeric() || "._-".contains(c)), "{}", figure.name);
    }
    assert!(figure_names_are_unique(&report));
}

fn figure_names_are_unique(report: &StudyReport<'_>) -> bool {
    let mut names: Vec<&str> = report.figures().map(|figure| figure.name.as_str()).collect();
    let count = names.len();
    names.sort_unstable();
    names.dedup();
    names.len() == count
}

#[test]
fn tables_have_as_many_cells_as_columns() {
    for study in [seeded(), line()] {
        for file in render(&study).iter().filter(|file| file.path.starts_with("tables/")) {
            let text = String::from_utf8(file.bytes.clone()).expect("UTF-8");
            // Labels contain commas, but in quotes.
            let cells = |line: &str| line.split('"').step_by(2).map(|part| part.matches(',').count()).sum::<usize>();
            let header = cells(text.lines().next().expect("a header"));
            assert!(text.lines().count() > 1 || file.path.contains("comparisons"), "{}", file.path);
            for line in text.lines() {
                assert_eq!(cells(line), header, "{}: {line}", file.path);
            }
        }
    }
}

#[test]
fn the_page_is_whole_and_offline() {
    let study = seeded();
    let report = StudyReport::new(&study);
    let html = report.html(&|_| None).expect("a page");
    for kind in SECTIONS {
        let has = report.sections().iter().any(|section| section.id == kind.id);
        assert_eq!(html.contains(&format!("<section id=\"{}\"", kind.id)), has, "{}", kind.id);
    }
    assert!(!html.contains("http://") && !html.contains("https://") && !html.contains("<script"));
    assert!(html.ends_with("</html>") || html.ends_with("</html>\n"));
}

#[test]
fn rendering_is_a_function_of_the_study() {
    let study = seeded();
    assert_eq!(render(&study), render(&study.clone()));
}

#[test]
fn ten_thousand_settings_render_fast() {
    let mut builder = Builder::new("large", 10, true).combination("sgd", "sgd");
    for index in 0..10_000_u32 {
        let more = format!("\"optimizer.batch_size\" = {}\n\"optimizer.momentum\" = 0.9", 1 + index % 100);
        let values: Vec<f64> = (0..10).map(|seed| f64::from(index % 97 + seed) + 1.0).collect();
        builder = builder.setting(f64::from(index / 100 + 1) * 1e-3, &more, &at(&values));
    }
    let study = builder.build();
    let start = std::time::Instant::now();
    let files = render(&study);
    let elapsed = start.elapsed();
    assert_eq!(files.len(), 5);
    // It takes a fraction of this. The margin is for a busy machine.
    assert!(elapsed < Duration::from_secs(3), "{elapsed:?}");
}

#[test]
fn of_a_thousand_rates_some_are_drawn_and_it_is_said() {
    let mut builder = Builder::new("t", 1, false).combination("gd", "gd");
    for index in 0..1_000_u32 {
        let rate = 1e-3 * 1.01_f64.powi(index.try_into().expect("small"));
        let end = if index == 637 { Ending::At(1.0) } else { Ending::At(2.0 + f64::from(index % 7)) };
        builder = builder.deterministic(rate, end, None);
    }
    let study = builder.build();
    let figure = figure_of(&study, "learning-rate-diabetes-linear");
    let drawn = &figure.panels[0].series[0];
    assert!((300..=403).contains(&drawn.points.len()), "{}", drawn.points.len());
    assert_eq!(drawn.highlights.len(), 1, "the best is among them");
    assert_eq!(drawn.highlights[0].1, 1.0);
    let note = figure.notes.iter().find(|note| note.contains("rates are drawn")).expect("a note");
    assert!(
        note.contains("of 1000 rates are drawn, the best and the safe one among them; trials.parquet has all."),
        "{note}"
    );
    let rows = text(&render(&study), "tables/learning_rates.csv").lines().count();
    assert_eq!(rows, 1_001, "the table has all");
}

/// A figure of a study by name.
fn figure_of(study: &Study, name: &str) -> figure_data::Figure {
    StudyReport::new(study).figures().find(|figure| figure.name == name).cloned().expect("the figure")
}

#[test]
fn the_limits_of_sgd_are_named_by_batch_size() {
    let (builder, id) = Builder::new("t", 1, false).with_problem(line_problem());
    let mut builder = builder.combination("gd", "gd");
    for rate in [0.1, 0.5] {
        builder = builder.deterministic(rate, Ending::At(1.0 + rate), Some(id));
    }
    builder = builder.combination("sgd", "sgd");
    for rate in [0.05, 0.1, 0.3] {
        builder = builder.add(rate, "\"optimizer.batch_size\" = 1", &[Ending::At(1.0 + rate)], false, Some(id));
        builder = builder.add(rate, "\"optimizer.batch_size\" = 2", &[Ending::At(2.0 + rate)], false, Some(id));
        builder = builder.add(rate, "\"optimizer.batch_size\" = 4", &[Ending::At(3.0 + rate)], false, Some(id));
    }
    let figure = figure_of(&builder.build(), "learning-rate-diabetes-linear");
    let [gd, sgd] = &figure.panels[..] else { panic!("two panels") };
    assert_eq!(gd.verticals[0].label, "2/λmax = 0.968");
    let labels: Vec<&str> = sgd.verticals.iter().map(|line| line.label.as_str()).collect();
    assert_eq!(labels, ["B = 1: 0.2"], "the other sizes have no limit here");
    assert!(
        figure
            .notes
            .iter()
            .any(|note| note.contains("mean-square limit of SGD that draws batches of B rows with replacement"))
    );
}

#[test]
fn one_panel_names_the_optimizer_of_each_limit() {
    let (builder, id) = Builder::new("t", 1, false).with_problem(line_problem());
    let mut builder = builder.combination("gd", "gd");
    for rate in [0.1, 0.5] {
        builder = builder.deterministic(rate, Ending::At(1.0 + rate), Some(id));
    }
    builder = builder.combination("sgd", "sgd");
    for rate in [0.05, 0.3] {
        builder = builder.add(rate, "\"optimizer.batch_size\" = 1", &[Ending::At(1.0 + rate)], false, Some(id));
    }
    let figure = figure_of(&builder.build(), "learning-rate-diabetes-linear");
    let labels: Vec<&str> = figure.panels[0].verticals.iter().map(|line| line.label.as_str()).collect();
    assert_eq!((figure.panels.len(), labels), (1, vec!["gd: 2/λmax = 0.968", "sgd: B = 1: 0.2"]));
}

#[test]
fn what_ends_above_its_start_is_on_the_margin() {
    let figure = figure_of(&line(), "learning-rate-diabetes-linear");
    let panel = &figure.panels[0];
    let marks: Vec<(f64, figure_data::Mark)> = panel.margin_marks.iter().map(|mark| (mark.x, mark.kind)).collect();
    assert_eq!(marks, [(0.98, figure_data::Mark::Above), (1.0, figure_data::Mark::Above)]);
    assert!(figure.subtitle.contains('↑') && !figure.subtitle.contains('×'), "{}", figure.subtitle);
    let measured =
        panel.series.iter().find(|series| series.style == figure_data::Style::Points).expect("measured points");
    assert_eq!(measured.points.len(), 2);
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

#[test]
fn curves_by_rate_show_the_diverging_ones() {
    let figure = figure_of(&seeded(), "convergence-by-rate-diabetes-linear");
    let [gd, sgd] = &figure.panels[..] else { panic!("two panels") };
    let labels: Vec<&str> = gd.series.iter().map(|series| series.label.as_str()).collect();
    assert_eq!(labels, ["0.1 (safe)", "0.316 (best)", "0.562 ×"]);
    let last = gd.series[2].points.last().expect("a point");
    assert!(Some(last.1) > gd.ceiling, "the line leaves through the top");
    assert_eq!(sgd.title, "sgd batch 16");
    assert_eq!(figure.legends, figure_data::Legends::OnePerPanel);
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

/// A study with this many data sets and optimizers, and two rates for each.
fn many(datasets: usize, optimizers: usize) -> Study {
    let mut builder = Builder::new("t", 6, true);
    for dataset in 0..datasets {
        for optimizer in 0..optimizers {
            builder = builder.combination(&format!("o{optimizer:03}"), "gd");
            builder.study.combinations.last_mut().expect("a combination").dataset = format!("d{dataset:03}");
            for (rate, more) in [(0.1, 5.0), (0.2, 0.0)] {
                let value = 1.0 + more + (optimizer * 7 % 23) as f64;
                let ends = (0..6).map(|seed| Ending::At(value + f64::from(seed) / 100.0)).collect::<Vec<_>>();
                builder = builder.setting(rate, "", &ends);
            }
        }
    }
    let facts = builder.study.datasets.remove("diabetes").expect("the facts");
    builder.study.datasets = (0..datasets).map(|dataset| (format!("d{dataset:03}"), facts.clone())).collect();
    builder.build()
}

#[test]
fn of_many_figures_forty_are_drawn_and_it_is_said() {
    let left_out = |study: &Study| {
        let report = StudyReport::new(study);
        let names: Vec<String> = report.figures().map(|figure| figure.name.clone()).collect();
        assert!(names.len() <= 40 && figure_names_are_unique(&report), "{names:?}");
        let page = text(&files(&report), "report.md");
        assert_eq!(page.matches("](plots/").count(), names.len());
        let said = page.lines().find(|line| line.starts_with("A page has at most 40 figures")).map(str::to_owned);
        let html = report.html(&|_| None).expect("a page");
        assert_eq!(html.contains("A page has at most 40 figures"), said.is_some());
        (names, said)
    };
    // One task with many optimizers: figures of every kind, for the best optimizers.
    let (names, said) = left_out(&many(1, 60));
    let kinds = ["convergence-d", "convergence-by-rate", "learning-rate-d", "learning-rate-train"];
    let of_kind = kinds.map(|kind| names.iter().filter(|name| name.starts_with(kind)).count());
    assert_eq!(of_kind, [1, 13, 13, 13]);
    let said = said.expect("a sentence");
    assert!(
        said.contains("figures: those of the best where a task has many optimizers; what is left out is"),
        "{said}"
    );
    let study = many(1, 60);
    let first = figure_of(&study, "learning-rate-d000-linear");
    assert_eq!(first.panels.iter().map(|panel| panel.title.as_str()).collect::<Vec<_>>(), ["o000", "o001", "o002"]);
    let last =
        StudyReport::new(&study).figures().filter(|figure| figure.name.starts_with("learning-rate-d")).last().cloned();
    let notes = last.expect("a figure").notes;
    assert!(notes.iter().any(|note| note == "The best 39 of 60 optimizers are drawn."), "{notes:?}");
    // Many tasks: figures of every kind, for the first tasks.
    let (names, said) = left_out(&many(12, 2));
    assert_eq!(names.iter().filter(|name| name.contains("d009")).count(), 4);
    assert!(!names.iter().any(|name| name.contains("d010")));
    assert!(said.expect("a sentence").contains("figures: those of the first 10 of 12 tasks; what is left out"));
    // Exactly as many figures as allowed.
    assert_eq!(left_out(&many(10, 2)).1, None);
}

#[test]
fn a_page_of_many_optimizers_says_what_it_leaves_out() {
    let study = many(1, 120);
    let report = StudyReport::new(&study);
    let files = files(&report);
    let page = text(&files, "report.md");
    assert_eq!(text(&files, "tables/mse.csv").lines().count(), 1 + 120, "the table has all");
    assert_eq!(text(&files, "tables/settings.csv").lines().count(), 1 + 240);
    // Only the leader against each other one. All 7,140 pairs would be too many tests.
    assert_eq!(text(&files, "tables/comparisons.csv").lines().count(), 1 + 119);
    for said in [
        "The best 100 of 120 optimizers are shown; tables/mse.csv has all.",
        "100 of 119 comparisons are shown; tables/comparisons.csv has all.",
        "20 more series are in tables/learning\\_rates.csv.",
        "Watch: and 100 more of this kind; tables/learning\\_rates.csv has the rates",
        "100 more best rates do not lie inside their axes",
        "The best 100 optimizers of a task are shown; tables/settings.csv has all.",
        " and 106 more",
    ] {
        let said = said.replace("learning\\_rates", "learning_rates");
        assert!(page.contains(&said), "{said} is not in\n{page}");
    }
    assert_eq!(page.lines().filter(|line| line.starts_with("- Watch")).count(), 21);
    assert_eq!(page.matches("learning_rate = { from").count(), 20);
    let summary = report.terminal(None, None);
    assert!(
        summary.lines().count() < 100 && summary.contains("the best 60 of 120 optimizers; the report has more"),
        "{summary}"
    );
    assert!(summary.contains("and 111 more in the report and its tables"), "{summary}");

    // The CSV table has all pairs if they are few enough to test. The page has all pairs if they are few.
    let study = many(1, 20);
    let report = StudyReport::new(&study);
    let files = super::tests::files(&report);
    assert_eq!(text(&files, "tables/comparisons.csv").lines().count(), 1 + 190);
    let page = text(&files, "report.md");
    assert!(!page.contains("comparisons are shown"), "{page}");
    let study = many(1, 14);
    let page = text(&render(&study), "report.md");
    assert_eq!(page.lines().filter(|line| line.contains(" − o") && line.contains("| 6 seeds |")).count(), 13);
    assert!(!page.contains("more of this kind") && !page.contains("are shown;"), "{page}");
}

#[test]
fn a_page_of_many_tasks_has_the_first_of_them() {
    let study = many(130, 2);
    let report = StudyReport::new(&study);
    let page = text(&files(&report), "report.md");
    for (file, count) in [("tables/mse.csv", 3), ("tables/learning_rates.csv", 1), ("tables/settings.csv", 2)] {
        let said = format!("Of 130 tasks the first 100 are shown; {file} has all.");
        assert_eq!(page.matches(&said).count(), count, "{file}");
    }
    assert!(page.contains("The first 100 of 130 data sets; plan.toml has all."), "{page}");
    assert!(page.contains("d099") && !page.contains("| d100 |"));
    let summary = report.terminal(None, None);
    assert!(summary.contains("and 110 more tasks in the report") && summary.lines().count() < 120, "{summary}");
}

/// Two optimizers at eight seeds, under R² with a variance of 8 on the problems of some seeds: 4 → 0.5 and 2 → 0.75.
fn partly_defined(of_gd: std::ops::Range<usize>, of_sgd: std::ops::Range<usize>) -> Study {
    let mut builder = Builder::new("t", 8, true).combination("gd", "gd").setting(0.1, "", &at(&[4.0; 8]));
    builder = builder.combination("sgd", "sgd").setting(0.1, "", &at(&[2.0; 8]));
    let id = crate::record::Id::of("a problem");
    let moments = crate::shape::TargetMoments { mean: 0.0, variance: 8.0, baseline_loss: 9.0 };
    builder.study.targets.insert(id, [Some(moments); 3]);
    for index in of_gd.chain(of_sgd.start + 8..of_sgd.end + 8) {
        builder.records[index].1.as_mut().expect("a record").problem = Some(id);
    }
    let mut study = builder.build();
    study.metric = crate::metric::metric("r2").expect("exists");
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

/// MSEs of 4 and 9 are RMSEs of 2 and 3, whose mean is 2.5. The mean of the target has 16, so 4.
#[test]
fn metrics_that_were_asked_for_stand_beside_the_score() {
    let id = crate::record::Id::of("a problem");
    let mut builder = Builder::new("t", 2, true).combination("gd", "gd").setting(0.1, "", &at(&[4.0, 9.0]));
    let moments = crate::shape::TargetMoments { mean: 0.0, variance: 8.0, baseline_loss: 16.0 };
    builder.study.targets.insert(id, [Some(moments); 3]);
    builder.records.iter_mut().for_each(|(_, record)| record.as_mut().expect("a record").problem = Some(id));
    builder.study.other_metrics = vec![crate::metric::metric("rmse").expect("exists")];
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

/// A study under R² on two problems of four seeds each, whose targets have these variances. RMSE stands beside it.
fn under_r2(variances: [f64; 2]) -> Study {
    let mut builder = Builder::new("t", 8, true)
        .combination("gd", "gd")
        .setting(0.1, "", &at(&[4.0; 8]))
        .setting(0.2, "", &at(&[2.0; 8]))
        .combination("sgd", "sgd")
        .setting(0.1, "", &at(&[1.0; 8]));
    let ids = ["one", "other"].map(crate::record::Id::of);
    for (id, variance) in ids.iter().zip(variances) {
        let moments = crate::shape::TargetMoments { mean: 0.0, variance, baseline_loss: 9.0 };
        builder.study.targets.insert(*id, [Some(moments); 3]);
    }
    for (index, (_, record)) in builder.records.iter_mut().enumerate() {
        record.as_mut().expect("a record").problem = Some(ids[usize::from(index % 8 >= 4)]);
    }
    let named = |name| crate::metric::metric(name).expect("exists");
    (builder.study.metric, builder.study.other_metrics) = (named("r2"), vec![named("rmse")]);
    builder.build()
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
        study.metric = crate::metric::metric(metric).expect("exists");
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
    study.other_metrics.clear();
    assert_eq!(count(&study), 0);
}

/// R² of 1 − MSE/8: −11.5 and −2.75 at small rates, 0.5 to 0.875 at useful ones, and far below the start of about −11.5 at the last.
#[test]
fn the_axis_of_rates_is_cut_and_arrows_point_below() {
    let mut builder = Builder::new("t", 2, true).combination("gd", "gd");
    for (rate, mse) in [(0.001, 100.0), (0.01, 30.0), (0.1, 4.0), (0.2, 1.0), (0.3, 2.0), (0.4, 9e5)] {
        builder = builder.setting(rate, "", &at(&[mse; 2]));
    }
    let id = crate::record::Id::of("a problem");
    let moments = crate::shape::TargetMoments { mean: 0.0, variance: 8.0, baseline_loss: 9.0 };
    builder.study.targets.insert(id, [Some(moments); 3]);
    builder.records.iter_mut().for_each(|(_, record)| record.as_mut().expect("a record").problem = Some(id));
    builder.study.metric = crate::metric::metric("r2").expect("exists");
    let study = builder.build();
    let figure = figure_of(&study, "learning-rate-diabetes-linear");
    let panel = &figure.panels[0];
    assert_eq!(panel.floor, Some(0.0), "0 is in sight, and what lies below it is not");
    assert!(figure.notes.iter().any(|note| note.starts_with("The y axis is cut at 0: ")), "{:?}", figure.notes);
    let marks: Vec<(f64, figure_data::Mark)> = panel.margin_marks.iter().map(|mark| (mark.x, mark.kind)).collect();
    assert_eq!(marks, [(0.4, figure_data::Mark::Below)]);
    assert!(figure.subtitle.contains("↓ below the initial R², off the scale"), "{}", figure.subtitle);
    assert!(figure.subtitle.contains("ringed: the best rate by mean validation R²"), "{}", figure.subtitle);
    // The same losses have a log axis, which needs no cut.
    let by_mse = Study { metric: crate::metric::mse(), ..study };
    assert_eq!(figure_of(&by_mse, "learning-rate-diabetes-linear").panels[0].floor, None);
}

#[test]
fn of_many_rates_the_curves_of_some_are_drawn_and_it_is_said() {
    let study = |most: [u32; 2]| {
        let mut builder = Builder::new("t", 1, true);
        for (name, most) in ["gd", "other"].into_iter().zip(most) {
            builder = builder.combination(name, "gd");
            for rate in 1..=most {
                builder = builder.setting(0.01 * f64::from(rate), "", &at(&[f64::from(rate)]));
            }
        }
        let figure = figure_of(&builder.build(), "convergence-by-rate-diabetes-linear");
        assert!(figure.subtitle.ends_with("; blue = smallest rate, red = largest"), "{}", figure.subtitle);
        let is_thinned = |note: &String| note.contains(" rates");
        figure.notes.into_iter().filter(is_thinned).collect::<Vec<String>>()
    };
    for (most, said) in [
        ([3, 7], vec![]),
        ([9, 9], vec!["gd: 7 of 9 rates.", "other: 7 of 9 rates."]),
        ([3, 25], vec!["other: 7 of 25 rates."]),
    ] {
        assert_eq!(study(most), said);
    }
}

/// Means of 3, 2.2 and 2.5 and medians of 2, 2.4 and 2.5: the mean ranks, and is drawn.
#[test]
fn the_ring_is_the_lowest_drawn_point() {
    let study = Builder::new("t", 3, true)
        .combination("gd", "gd")
        .setting(0.1, "", &at(&[2.0, 2.0, 5.0]))
        .setting(0.2, "", &at(&[1.8, 2.4, 2.4]))
        .setting(0.4, "", &at(&[2.5; 3]))
        .setting(0.8, "", &[Ending::At(0.1), Ending::At(0.1), Ending::Diverged])
        .build();
    let figure = figure_of(&study, "learning-rate-diabetes-linear");
    let panel = &figure.panels[0];
    let line = &panel.series[0];
    assert_eq!(line.points.len(), 3, "no point where a seed diverged: {:?}", line.points);
    let lowest = line.points.iter().copied().min_by(|a, b| a.1.total_cmp(&b.1)).expect("a point");
    assert_eq!(line.highlights, [lowest]);
    assert_eq!(line.label, "gd (n = 3): best 0.2, safe 0.2");
    let good = panel.good.as_ref().expect("a good range");
    assert_eq!((good.from, good.to, good.safe), (0.2, 0.2, Some(lowest)));
    assert!((good.threshold / (1.1 * 2.2) - 1.0).abs() < 1e-8);
    assert_eq!(good.label, "1.1 × best: 2.420");
    let curves = figure_of(&study, "convergence-diabetes-linear");
    let last = curves.panels[0].series[0].points.last().expect("a point");
    assert!((last.1 - 2.2).abs() < 1e-12, "the curve ends at the score");
}

#[test]
fn where_every_rate_lost_a_seed_the_median_ranks_and_is_drawn() {
    let study = Builder::new("t", 3, true)
        .combination("gd", "gd")
        .setting(0.1, "", &[Ending::At(3.0), Ending::At(4.0), Ending::Diverged])
        .setting(0.2, "", &[Ending::At(1.0), Ending::At(2.0), Ending::Diverged])
        .build();
    let figure = figure_of(&study, "learning-rate-diabetes-linear");
    let line = &figure.panels[0].series[0];
    assert_eq!((&line.points[..], &line.highlights[..]), (&[(0.1, 4.0), (0.2, 2.0)][..], &[(0.2, 2.0)][..]));
    let said = "gd: points are medians, since no rate completed with every seed; it is ranked by them.";
    assert!(figure.notes.iter().any(|note| note == said), "{:?}", figure.notes);
}

#[test]
fn under_a_penalty_no_theory_is_drawn_and_a_derived_metric_follows_from_the_mse() {
    let figure = |l2: f64, metric: &str| {
        let mut problem = line_problem();
        problem.l2 = l2;
        let (builder, id) = Builder::new("t", 1, false).with_problem(problem);
        let moments = crate::shape::TargetMoments { mean: 0.0, variance: 8.0, baseline_loss: 9.0 };
        let mut builder = builder.with_targets(id, [Some(moments), None, None]).combination("gd", "gd");
        for rate in [0.1, 0.5] {
            builder = builder.deterministic(rate, Ending::At(1.0 + rate), Some(id));
        }
        let mut study = builder.build();
        study.metric = crate::metric::metric(metric).expect("exists");
        figure_of(&study, "learning-rate-diabetes-linear")
    };
    let theory = |figure: &figure_data::Figure| {
        let series = figure.panels[0].series.iter().find(|series| series.style == figure_data::Style::Theory);
        series.map(|series| series.points[0].1)
    };
    let mse = theory(&figure(0.0, "mse")).expect("a line");
    let close = |found: Option<f64>, right: f64| found.is_some_and(|found| (found - right).abs() < 1e-12);
    assert!(close(theory(&figure(0.0, "rmse")), mse.sqrt()) && close(theory(&figure(0.0, "r2")), 1.0 - mse / 8.0));
    let penalized = figure(0.1, "mse");
    assert_eq!(theory(&penalized), None);
    assert!(!penalized.notes.iter().any(|note| note.contains("Thin line")), "{:?}", penalized.notes);
}

#[test]
fn parts_share_axes_and_say_what_they_show() {
    let mut builder = Builder::new("t", 1, true);
    for (index, name) in ["a", "b", "c", "d"].into_iter().enumerate() {
        builder = builder.combination(name, "gd");
        let high = if index == 3 { Ending::Diverged } else { Ending::At(3.0) };
        let first = if index == 0 { 90.0 } else { 2.0 };
        builder = builder.setting(0.1, "", &at(&[first])).setting(0.2, "", &at(&[1.0])).setting(0.4, "", &[high]);
    }
    let study = builder.build();
    let [first, second] =
        ["learning-rate-diabetes-linear", "learning-rate-diabetes-linear-part2"].map(|name| figure_of(&study, name));
    assert_eq!((first.panels.len(), second.panels.len()), (2, 2));
    assert!(first.title.ends_with("(1 of 2)") && second.title.ends_with("(2 of 2)"), "{}", second.title);
    assert_eq!((first.axes_of.len(), &first.axes_of), (4, &second.axes_of));
    let says = |figure: &figure_data::Figure, what: &str| figure.notes.iter().any(|note| note.contains(what));
    assert!(says(&first, "good range of a") || says(&first, "a: only 0.2 is good"), "{:?}", first.notes);
    assert!(!says(&first, "d: only") && says(&second, "d: only 0.2 is good"), "{:?}", second.notes);
    assert!(!first.subtitle.contains('×') && second.subtitle.contains('×'), "{}", first.subtitle);
}

#[test]
fn tied_and_safe_rates_are_never_thinned_away() {
    let mut builder = Builder::new("t", 1, true).combination("gd", "gd");
    for index in 1..=25_u32 {
        let value = match index {
            10 | 11 => 1.0,
            9 | 12..=17 => 1.05,
            _ => 9.0,
        };
        builder = builder.setting(0.01 * f64::from(index), "", &at(&[value]));
    }
    let study = builder.build();
    let figure = figure_of(&study, "convergence-by-rate-diabetes-linear");
    let labels: Vec<&str> = figure.panels[0].series.iter().map(|series| series.label.as_str()).collect();
    assert_eq!(labels.len(), 7);
    for needed in ["0.01", "0.1 (best)", "0.11", "0.12 (safe)", "0.25"] {
        assert!(labels.contains(&needed), "{needed}: {labels:?}");
    }
    assert!(figure.notes.iter().any(|note| note == "gd: 7 of 25 rates."), "{:?}", figure.notes);
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
