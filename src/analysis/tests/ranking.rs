//! Rankings of settings and of optimizers: divergence, ties, series, positions on an axis.

use proptest::prelude::*;

use super::*;

#[test]
fn a_setting_with_a_diverged_seed_never_wins_unflagged() {
    // The other seeds of the setting at 0.5 have the lowest loss of all.
    let study = Builder::new("t", 3, true)
        .combination("gd", "gd")
        .setting(0.5, "", &[Ending::At(0.1), Ending::At(0.1), Ending::Diverged])
        .setting(0.1, "", &at(&[3.0, 3.1, 3.2]))
        .combination("sgd", "sgd")
        .setting(0.5, "", &[Ending::At(0.2), Ending::Failed("panic"), Ending::At(0.2)])
        .build();
    let analysis = Analysis::new(&study);
    let task = &analysis.tasks[0];
    assert_eq!(
        task.contenders[0].ranking,
        Ranking { order: vec![1, 0], by_median: false, none_is_best: false, tied: 0 }
    );
    // The only setting of sgd has a failed seed, so it is ranked by its median, flagged, and placed behind gd.
    assert!(task.contenders[1].ranking.by_median);
    assert_eq!(task.order, vec![0, 1]);
}

#[test]
fn nothing_finite_ranks_by_median_and_is_flagged() {
    let study = Builder::new("t", 3, true)
        .combination("sgd", "sgd")
        .setting(0.5, "", &[Ending::Diverged, Ending::Diverged, Ending::At(0.1)])
        .setting(0.1, "", &[Ending::At(3.0), Ending::At(3.0), Ending::Diverged])
        .build();
    let analysis = Analysis::new(&study);
    assert_eq!(
        analysis.tasks[0].contenders[0].ranking,
        Ranking { order: vec![1, 0], by_median: true, none_is_best: false, tied: 0 }
    );
    assert_eq!(analysis.counts, Counts { completed: 3, diverged: 3, did_not_descend: 0, failed: 0, outstanding: 0 });
}

#[test]
fn ties_go_to_fewer_gradient_evaluations_then_to_the_plan_in_which_lists_ascend() {
    for rates in [[0.2, 0.3], [0.3, 0.2]] {
        let builder = || {
            let combination = Builder::new("t", 1, true).combination("gd", "gd");
            rates.into_iter().fold(combination, |combination, rate| combination.setting(rate, "", &at(&[1.0])))
        };
        let best = |builder: Builder| {
            let study = builder.build();
            let gd = &Analysis::new(&study).tasks[0].contenders[0];
            let series = gd.best_series().expect("a series");
            let basin = series.basin.as_ref().expect("a basin");
            let ringed = gd.settings[series.settings[basin.best]].learning_rate;
            assert_eq!(gd.best().expect("a best").learning_rate, ringed);
            ringed
        };
        assert_eq!(best(builder()), Some(0.2), "{rates:?}");
        let mut costly = builder();
        let smaller = rates.iter().position(|rate| *rate == 0.2).expect("a place");
        costly.records[smaller].1.as_mut().expect("a record").gradient_evaluations += 1;
        assert_eq!(best(costly), Some(0.3), "{rates:?}");
    }
}

/// Both settings end at the same score, the second one after one epoch of two.
#[test]
fn of_tied_settings_the_one_that_needs_fewer_epochs_wins() {
    let mut builder = Builder::new("t", 1, true).combination("gd", "gd");
    builder = builder.setting(0.1, "", &at(&[1.0])).setting(0.2, "", &at(&[1.0]));
    let curve = &mut builder.records[1].1.as_mut().expect("a record").curve;
    (curve.train[1], curve.validation[1]) = (1.009, 1.009);
    let study = builder.build();
    let analysis = Analysis::new(&study);
    let gd = &analysis.tasks[0].contenders[0];
    assert_eq!(gd.ranking.order, [1, 0]);
    assert_eq!(gd.epochs_needed, Some(1));
    assert_eq!(gd.series[0].basin.as_ref().map(|basin| basin.best), Some(1));
}

#[test]
fn where_everything_diverged_nothing_is_best_and_the_smallest_rate_stands_first() {
    let ends = [Ending::Diverged, Ending::Diverged];
    let builder = Builder::new("t", 2, true).combination("gd", "gd").setting(0.5, "", &ends).setting(0.1, "", &ends);
    let study = builder.build();
    let analysis = Analysis::new(&study);
    let gd = &analysis.tasks[0].contenders[0];
    assert_eq!(gd.ranking, Ranking { order: vec![1, 0], by_median: true, none_is_best: true, tied: 0 });
}

#[test]
fn beyond_the_limit_and_too_short_to_be_flagged() {
    let (builder, id) = Builder::new("t", 1, false).with_problem(line_problem());
    let mut builder = builder.combination("gd", "gd");
    for (rate, loss) in [(0.94, 0.9), (0.96, 0.807), (0.98, 4.0e6), (1.0, 5e11)] {
        builder = builder.deterministic(rate, Ending::At(loss), Some(id));
    }
    let study = builder.build();
    let analysis = Analysis::new(&study);
    let gd = &analysis.tasks[0].contenders[0];
    assert_eq!(gd.settings.iter().map(|setting| setting.unstable).collect::<Vec<_>>(), [0, 0, 1, 1]);
    let series = &gd.series[0];
    assert_eq!(series.basin.as_ref().expect("a basin").position, RatePosition::NextToDivergence(2));
    assert!((series.limit.expect("a limit").median - 0.9685).abs() < 1e-12);
    assert_eq!(analysis.tasks[0].ranked_on, Split::Train);
    assert_eq!(
        analysis.tasks[0].baselines[0].of_metric(crate::metric::mse(), Split::Train).and_then(Sample::mean),
        Some(0.806)
    );
}

#[test]
fn series_are_grouped_by_what_else_varies_best_first() {
    let study = Builder::new("t", 1, true)
        .combination("sgd", "sgd")
        .setting(0.1, "\"optimizer.batch_size\" = 1\n\"optimizer.momentum\" = 0.9", &at(&[2.0]))
        .setting(0.2, "\"optimizer.batch_size\" = 1\n\"optimizer.momentum\" = 0.9", &at(&[3.0]))
        .setting(0.2, "\"optimizer.batch_size\" = 16\n\"optimizer.momentum\" = 0.9", &at(&[1.0]))
        .setting(0.1, "\"optimizer.batch_size\" = 16\n\"optimizer.momentum\" = 0.9", &at(&[1.5]))
        .build();
    let analysis = Analysis::new(&study);
    let sgd = &analysis.tasks[0].contenders[0];
    let labels: Vec<&str> = sgd.series.iter().map(|series| series.label.as_str()).collect();
    assert_eq!(labels, ["batch 16", "batch 1"]);
    assert_eq!(sgd.series[0].settings, [3, 2]);
    assert_eq!(sgd.label(sgd.best().expect("a best")), "batch 16");
}

fn end() -> impl Strategy<Value = Ending> {
    // Few distinct values, so that ties are common.
    prop_oneof![4 => (1_u8..4).prop_map(|value| Ending::At(f64::from(value))), 1 => Just(Ending::Diverged), 1 => Just(Ending::Outstanding)]
}

proptest! {
    #[test]
    fn the_ranking_is_total_and_does_not_depend_on_the_order_of_trials(
        settings in prop::collection::vec(prop::collection::vec(end(), 3), 1..8),
        rotation in 0_usize..3,
    ) {
        let study = |rotation: usize| {
            let mut builder = Builder::new("t", 3, true).combination("sgd", "sgd");
            for ends in &settings {
                let mut ends = ends.clone();
                ends.rotate_left(rotation);
                builder = builder.setting(0.1, "", &ends);
            }
            builder.build()
        };
        let ranking = Analysis::new(&study(0)).tasks[0].contenders[0].ranking.clone();
        let turned = Analysis::new(&study(rotation)).tasks[0].contenders[0].ranking.clone();
        prop_assert_eq!(&turned, &ranking);
        let mut sorted = ranking.order.clone();
        sorted.sort_unstable();
        sorted.dedup();
        let recorded = settings.iter().filter(|ends| ends.iter().any(|end| *end != Ending::Outstanding)).count();
        prop_assert_eq!(sorted.len(), recorded);
        // A setting with a diverged seed never precedes one without, unless the ranking is flagged.
        let clean = |index: usize| !settings[index].contains(&Ending::Diverged);
        if !ranking.by_median {
            let first_unclean = ranking.order.iter().position(|&index| !clean(index)).unwrap_or(ranking.order.len());
            prop_assert!(ranking.order[first_unclean..].iter().all(|&index| !clean(index)));
        }
    }
}
