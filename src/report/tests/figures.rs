//! Figures: marks, limits, theory, and how panels share axes.

use super::*;

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

/// R² of 1 − MSE/8: −11.5 and −2.75 at small rates, 0.5 to 0.875 at useful ones, and far below the start of about −11.5 at the last.
#[test]
fn the_axis_of_rates_is_cut_and_arrows_point_below() {
    let mut builder = Builder::new("t", 2, true).combination("gd", "gd");
    for (rate, mse) in [(0.001, 100.0), (0.01, 30.0), (0.1, 4.0), (0.2, 1.0), (0.3, 2.0), (0.4, 9e5)] {
        builder = builder.setting(rate, "", &at(&[mse; 2]));
    }
    let id = crate::record::Id::of("a problem");
    let moments = crate::shape::TargetMoments { mean: 0.0, variance: 8.0, baseline_loss: 9.0, rows: None };
    builder.study.targets.insert(id, [Some(moments); 3]);
    builder.records.iter_mut().for_each(|(_, record)| record.as_mut().expect("a record").problem = Some(id));
    crate::analysis::testing::rank_by(&mut builder.study, "r2");
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
    let mut by_mse = study;
    crate::analysis::testing::rank_by(&mut by_mse, "mse");
    assert_eq!(figure_of(&by_mse, "learning-rate-diabetes-linear").panels[0].floor, None);
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
        let moments = crate::shape::TargetMoments { mean: 0.0, variance: 8.0, baseline_loss: 9.0, rows: None };
        let mut builder = builder.with_targets(id, [Some(moments), None, None]).combination("gd", "gd");
        for rate in [0.1, 0.5] {
            builder = builder.deterministic(rate, Ending::At(1.0 + rate), Some(id));
        }
        let mut study = builder.build();
        crate::analysis::testing::rank_by(&mut study, metric);
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
