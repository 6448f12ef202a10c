//! How the best rate moves with a number that is compared: figure, table, sentence, and what stands in the files for programs.

use super::*;
use crate::record::{SeedRepeats, StudyLevel};
use crate::report::figure_data::{AxisScale, Style};

const RATES: [f64; 5] = [0.125, 0.25, 0.5, 1.0, 2.0];

/// Optimizers at three widths. By optimizer, width and seed: the place of the best rate; losses grow by the distance from it.
fn study(best: &[(&str, [[usize; 3]; 3])]) -> Study {
    let mut builder = Builder::new("widths", 3, true);
    for (optimizer, widths) in best {
        for (width, seeds) in [8, 16, 32].into_iter().zip(widths) {
            builder = builder.combination(&format!("{optimizer} width {width}"), "gd");
            for (place, rate) in RATES.into_iter().enumerate() {
                let loss = |best: &usize| Ending::At(1.0 + 0.75 * place.abs_diff(*best) as f64);
                builder = builder.setting(rate, "", &seeds.each_ref().map(loss));
            }
            let combination = builder.study.combinations.last_mut().expect("a combination");
            (*optimizer).clone_into(&mut combination.optimizer_table);
            combination.levels.push(StudyLevel {
                key: "model.width".to_owned(),
                words: format!("width {width}"),
                value: width.to_string(),
                number: Some(f64::from(width)),
            });
        }
    }
    builder.study.compare = vec!["model.width".to_owned()];
    builder.study.declared.optimizers = best.iter().map(|(name, _)| (*name).to_owned()).collect();
    builder.design(SeedRepeats::FreshData, [60, 20, 20]).build()
}

/// The first falls by a factor of two a step at each seed but one; of the second, two seeds rise and one falls.
fn two() -> Study {
    study(&[("gd", [[3, 3, 3], [2, 2, 2], [1, 1, 2]]), ("sgd", [[1, 1, 3], [2, 2, 2], [3, 3, 0]])])
}

#[test]
fn the_figure_has_seeds_means_line_and_the_rates_to_use() {
    let figure = figure_of(&two(), "best-rate-width-diabetes-linear");
    let [panel] = &figure.panels[..] else { panic!("one panel") };
    assert_eq!((panel.x.scale, panel.y.scale), (AxisScale::Log, AxisScale::Log));
    assert_eq!(panel.x_names.iter().map(|(_, words)| words.as_str()).collect::<Vec<_>>(), ["8", "16", "32"]);
    let of = |colour: usize, style: Style| {
        panel.series.iter().find(|series| series.colour == colour && series.style == style)
    };
    let means = of(0, Style::Fitted).expect("means");
    assert!(means.label.starts_with("gd: slope −0.83 ["), "{}", means.label);
    assert_eq!(means.highlights, [(8.0, 1.0), (16.0, 0.5), (32.0, 0.25)]);
    assert_eq!((means.points.len(), means.band.len()), (3, 3));
    assert_eq!(of(0, Style::Tally).map(|series| series.points.len()), Some(9));
    let line = of(0, Style::FittedLine).expect("a line");
    let [(8.0, first), (32.0, last)] = line.points[..] else { panic!("{:?}", line.points) };
    // Over two steps of a factor of two.
    assert!((libm::log2(last / first) + 2.0 * 5.0 / 6.0).abs() < 1e-12, "{first} {last}");
    // One seed of sgd is best at the smallest rate; none of gd is at an end.
    assert_eq!(of(1, Style::CutBelow).map(|series| series.points.clone()), Some(vec![(32.0, 0.125)]));
    assert!(of(1, Style::CutAbove).is_none() && of(0, Style::CutBelow).is_none());
    assert!(figure.notes.iter().any(|note| note.starts_with("Arrow: cut by the grid,")), "{:?}", figure.notes);
    assert!(figure.notes.iter().any(|note| note.contains("slope −1 (gd), 1 (sgd)")), "{:?}", figure.notes);
    // The levels beside it have the same colours.
    let levels = figure_of(&two(), "compared-diabetes-linear");
    let colours: Vec<(&str, usize)> =
        levels.panels[0].series.iter().map(|series| (series.label.as_str(), series.colour)).collect();
    assert_eq!(colours, [("gd", 0), ("sgd", 1)]);
}

#[test]
fn both_slopes_are_told_with_what_may_be_concluded() {
    let study = two();
    let files = render(&study);
    let page = text(&files, "report.md");
    assert!(page.contains("follows width with slope −0.83 \\["), "{page}");
    assert!(page.contains("best by the mean score of all seeds, has slope −1."), "{page}");
    assert!(page.contains("The interval excludes 0: the best rate falls with width"), "{page}");
    assert!(
        page.contains("The interval holds 0: these seeds do not show that the best rate moves with width"),
        "{page}"
    );
    assert!(page.contains("and of the seeds' own 1 of 9, are cut by the grid"), "{page}");
    let report = StudyReport::new(&study);
    let summary = report.terminal(None, None);
    assert!(
        summary.contains("slope     diabetes · linear, best rate of gd by width on logarithmic axes: slope −0.83 ["),
        "{summary}"
    );
    assert!(summary.contains("1 through those of the best mean score; not shown to move."), "{summary}");
    let verdict: serde_json::Value = serde_json::from_str(&report.verdict()).expect("JSON");
    let rates = &verdict["tasks"][0]["best_rates"];
    assert_eq!((rates[0]["optimizer"].as_str(), rates[1]["slope_of_best"].as_f64()), (Some("gd"), Some(1.0)));
    assert_eq!(rates[1]["values"][2]["own"], serde_json::json!([1.0, 1.0, 0.125]));
    let table = text(&files, "tables/best_rates.csv");
    assert_eq!(table.lines().count(), 7, "{table}");
    assert!(table.contains("diabetes,linear,gd,model.width,,8,1,false,3,1,"), "{table}");
}

#[test]
fn a_line_that_excludes_the_rates_to_use_says_so() {
    // Two seeds of three stay at the largest width, and the sum of losses favours another rate than their mean does.
    let page = text(&render(&study(&[("gd", [[3, 3, 3], [2, 2, 2], [1, 1, 1]])])), "report.md");
    assert!(page.contains("The seeds agree to less than a step of the grid"), "{page}");
    assert!(!page.contains("It excludes the slope of the table too"), "{page}");
    let one = Builder::new("t", 1, true).combination("gd", "gd").setting(0.1, "", &at(&[1.0])).build();
    assert!(!StudyReport::new(&one).figures().any(|figure| figure.name.starts_with("best-rate")));
    assert!(!render(&one).iter().any(|file| file.path == "tables/best_rates.csv"));
}
