//! Exact fits: numbers that are rounding have one form for people, and all their digits in files for programs.

use super::*;
use crate::analysis::TargetMoments;

/// Two optimizers without noise: MSEs of about 10⁻³⁰ where targets are of size 1. The exact solution has 8.665·10⁻⁶¹.
fn noise_free() -> Study {
    let moments = TargetMoments { mean: 0.0, variance: 1.0, baseline_loss: 1.0, rows: None };
    let (builder, id) = Builder::new("t", 3, true).with_problem(line_problem());
    let builder = builder.with_targets(id, [Some(moments); 3]).with_exact(id, [Some(8.665e-61); 3]);
    let builder = builder.combination("gd", "gd").on_problem(0.1, &at(&[1e-30, 2e-30, 3e-30]), id);
    let builder = builder.on_problem(0.2, &at(&[1e-3, 2e-3, 3e-3]), id).combination("sgd", "gd");
    builder.on_problem(0.1, &at(&[5e-30, 4e-30, 9e-30]), id).on_problem(0.2, &at(&[1e-3, 2e-3, 3e-3]), id).build()
}

#[test]
fn an_exact_fit_has_one_form() {
    let study = noise_free();
    let report = StudyReport::new(&study);
    let (page, summary) = (report.markdown(), report.terminal(None, None));
    for (text, times) in [(&page, 10), (&summary, 6)] {
        assert!(text.matches("0, up to rounding").count() >= times, "{text}");
        assert!(!text.contains("e−30") && !text.contains("e−61") && !text.contains("e-30"), "{text}");
    }
    assert!(summary.contains("practically equal (within ± 1 %): sgd − gd = 0, up to rounding test MSE, "), "{summary}");
    assert!(text(&render(&study), "tables/mse.csv").contains("8.665e-61"));
    let figure = figure_of(&study, "learning-rate-diabetes-linear");
    assert!(figure.panels.iter().all(|panel| panel.good.is_none()), "ratios of rounding say nothing");
    assert!(figure.panels.iter().all(|panel| panel.horizontals.iter().all(|line| line.y > 1e-3)));
    assert!(figure.notes.iter().any(|note| note.contains("gd fits exactly, up to rounding")), "{:?}", figure.notes);
}

/// Tasks and optimizers: one that diverged everywhere has a rank and no number.
#[test]
fn a_diverged_optimizer_is_shown_as_diverged() {
    let mut builder = Builder::new("t", 2, true);
    for (dataset, other) in [("a", Ending::At(2.0)), ("b", Ending::Diverged)] {
        for (name, end) in [("gd", Ending::At(1.0)), ("sgd", other)] {
            builder = builder.combination(name, "gd");
            builder.study.combinations.last_mut().expect("a combination").dataset = dataset.to_owned();
            builder = builder.setting(0.1, "", &[end.clone(), end]);
        }
    }
    let facts = builder.study.datasets.remove("diabetes").expect("the facts");
    builder.study.datasets = ["a", "b"].map(|name| (name.to_owned(), facts.clone())).into_iter().collect();
    let page = StudyReport::new(&builder.build()).markdown();
    assert!(page.contains("| diverged (2) |"), "{page}");
}

/// Under R² the margin is a share of 1 − R², and is said to be.
#[test]
fn practically_equal_is_said_of_the_distance_under_r2() {
    let moments = TargetMoments { mean: 0.0, variance: 8.0, baseline_loss: 8.0, rows: None };
    let (builder, id) = Builder::new("t", 3, true).with_problem(line_problem());
    let builder = builder.with_targets(id, [Some(moments); 3]).combination("gd", "gd");
    let builder = builder.on_problem(0.1, &at(&[2.0, 2.1, 2.2]), id).combination("sgd", "gd");
    let mut study = builder.on_problem(0.1, &at(&[2.001, 2.101, 2.201]), id).build();
    crate::analysis::testing::rank_by(&mut study, "r2");
    let report = StudyReport::new(&study);
    assert!(report.terminal(None, None).contains("practically equal (within ± 1 % of 1 − R²)"));
    assert!(report.markdown().contains("interval lies within ± 1 % of 1 − R²"));
}
