//! Studies with very many settings, rates, optimizers or tasks: what is left out, and that it is said.

use std::time::Duration;

use super::*;

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
    assert_eq!(files.len(), 1 + TABLES.iter().filter(|table| table.only_if.is_none()).count());
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
        let of_tasks = names.iter().filter(|name| !name.starts_with("tuning-effort") && *name != "performance-profile");
        assert!(of_tasks.count() <= 40 && names.len() <= 45 && figure_names_are_unique(&report), "{names:?}");
        let page = text(&files(&report), "report.md");
        assert_eq!(page.matches("](plots/").count(), names.len());
        let said = page.lines().find(|line| line.starts_with("A page has at most 40 figures")).map(str::to_owned);
        let html = report.html(&|_| None).expect("a page");
        assert_eq!(html.contains("A page has at most 40 figures"), said.is_some());
        (names, said)
    };
    // Few optimizers have panels of their own, many share a figure of each kind.
    for (optimizers, expected) in [(9, [1, 3, 3, 3]), (10, [1, 1, 1, 0]), (60, [1, 1, 1, 0])] {
        let (names, said) = left_out(&many(1, optimizers));
        let kinds = ["convergence-d", "convergence-by-rate", "learning-rate-d", "learning-rate-train"];
        let of_kind = kinds.map(|kind| names.iter().filter(|name| name.starts_with(kind)).count());
        assert_eq!((of_kind, said), (expected, None));
    }
    let notes = figure_of(&many(1, 60), "convergence-by-rate-d000-linear").notes;
    assert!(notes.iter().any(|note| note == "The best 3 of 60 optimizers are drawn."), "{notes:?}");
    let (_, said) = left_out(&many(11, 9));
    let said = said.expect("a sentence");
    assert!(
        said.contains("those of the first 10 of 11 tasks, and of the best where a task has many optimizers; what"),
        "{said}"
    );
    // Many tasks: figures of every kind, for the first tasks.
    let (names, said) = left_out(&many(12, 2));
    assert_eq!(names.iter().filter(|name| name.contains("d009")).count(), 4);
    assert!(!names.iter().any(|name| name.contains("d010")));
    assert!(
        said.expect("a sentence")
            .contains("figures of single tasks: those of the first 10 of 12 tasks; what is left out")
    );
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
        "100 of 119 comparisons are shown, of many on a task the 9 that rank next and those that are decided; tables/comparisons.csv has all.",
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
