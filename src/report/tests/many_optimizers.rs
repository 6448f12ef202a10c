//! Tasks with so many optimizers that each figure shows all of them at once.

use super::*;
use crate::report::figure_data::{Legends, Style};
use crate::report::figure_rows::{GoodRates, MethodRows, RateShade, Standing};

/// Twelve optimizers at three rates: of each the middle rate is best, and the largest diverges, of `o03` at one seed. One has no rate to
/// tune.
fn study() -> Study {
    let mut builder = Builder::new("t", 6, true);
    let around = |mean: f64| (0..6).map(|seed| Ending::At(mean + f64::from(seed % 3))).collect::<Vec<_>>();
    for number in 0..12_u32 {
        let best = if number < 2 { 100.0 } else { 100.0 + 20.0 * f64::from(number) };
        let mut lost = vec![Ending::Diverged; 6];
        if number == 3 {
            lost = around(500.0);
            lost[4] = Ending::Diverged;
        }
        builder = builder.combination(&format!("o{number:02}"), "gd").setting(0.1, "", &around(best));
        if number == 11 {
            builder.study.combinations.last_mut().expect("a combination").rate_is_default = true;
        } else {
            builder = builder.setting(0.01, "", &around(2.0 * best)).setting(1.0, "", &lost);
        }
    }
    builder.build()
}

fn rows(study: &Study) -> MethodRows {
    let figure = figure_of(study, "learning-rate-diabetes-linear");
    let [panel] = &figure.panels[..] else { panic!("one panel") };
    panel.rows.clone().expect("rows")
}

#[test]
fn each_optimizer_has_a_row_of_shaded_rates_and_its_tuned_score() {
    let study = study();
    let rows = rows(&study);
    let names: Vec<&str> = rows.rows.iter().map(|row| row.name.as_str()).collect();
    assert_eq!(names[..4], ["o00", "o01", "o02", "o03"], "the leader, and then by the tuned score");
    assert_eq!(names.len(), 12);
    let [first, second, third, fourth, ..] = &rows.rows[..] else { panic!("rows") };
    let shades = |row: &crate::report::figure_rows::MethodRow| {
        row.cells.iter().map(|cell| (cell.rate, cell.shade.clone())).collect::<Vec<_>>()
    };
    // 202/101 is exactly twice the best or less: (200 + 1)/(100 + 1) = 1.99.
    let lost = |words: &str| RateShade::Lost(words.to_owned());
    assert_eq!(rows.shade_ends, [1.01, 1.1, 1.5, 3.0, 10.0, 100.0]);
    assert_eq!(shades(first), [(0.01, RateShade::Of(3)), (0.1, RateShade::Of(0)), (1.0, lost(""))]);
    assert_eq!(shades(fourth)[2].1, lost("1/6"));
    assert_eq!((first.chosen, first.good), (Some(0.1), Some(GoodRates { from: 0.1, to: 0.1, cut: (false, false) })));
    assert_eq!(
        [first, second, third].map(|row| row.standing),
        [Standing::Leader, Standing::PracticallyEqual, Standing::Worse]
    );
    let analysis = crate::analysis::Analysis::new(&study);
    let level = analysis.tasks[0].level(0).expect("a level");
    assert_eq!(first.level, Some((level.center, level.interval)));
    let without = rows.rows.iter().find(|row| row.name == "o11").expect("a row");
    assert_eq!((without.cells.len(), without.words.as_str()), (0, "no rate to tune: 0.1 by default"));
    let page = text(&render(&study), "report.md");
    assert!(page.contains("no rate to tune, with the validation MSE: o11 ("), "{page}");
    assert!(page.contains("| no rate to tune: the default |"), "{page}");
}

#[test]
fn convergence_has_one_line_for_each_and_the_leading_ones_in_colour() {
    let figure = figure_of(&study(), "convergence-diabetes-linear");
    assert_eq!(figure.legends, Legends::AtEnds);
    for panel in &figure.panels {
        let faint = panel.series.iter().filter(|line| line.style == Style::Faint).count();
        assert_eq!((panel.series.len(), faint), (12, 10), "two lead, the others are worse");
        assert!(panel.series.iter().all(|line| line.band.is_empty()));
    }
    assert_eq!(figure.panels[0].series[0].label, "o00");
}

#[test]
fn a_row_far_behind_the_others_is_an_arrow() {
    let mut builder = Builder::new("t", 6, true);
    for number in 0..12_u32 {
        let mean = if number == 11 { 1e9 } else { 100.0 + f64::from(number) };
        let ends = (0..6).map(|seed| Ending::At(mean + f64::from(seed % 3))).collect::<Vec<_>>();
        builder = builder.combination(&format!("o{number:02}"), "gd").setting(0.1, "", &ends).setting(0.2, "", &ends);
    }
    let study = builder.build();
    let end = rows(&study).worst_shown.expect("the axis is cut");
    assert!((111.0..1e4).contains(&end), "{end}");
    let figure = figure_of(&study, "learning-rate-diabetes-linear");
    assert!(figure.notes.iter().any(|note| note.starts_with("Arrow: beyond ")), "{:?}", figure.notes);
    assert!(crate::report::plot::svg(&figure).contains("aria-label=\"o11\""));
}
