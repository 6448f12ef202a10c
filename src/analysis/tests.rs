//! Tests of a whole analysis, on studies built without training.

use proptest::prelude::*;

use super::testing::{Builder, Ending, line_problem};
use super::*;
use crate::record::{MetricCurve, SeedRepeats, Split, Study, TrialTable};
use crate::shape::TargetMoments;

fn at(values: &[f64]) -> Vec<Ending> {
    values.iter().map(|value| Ending::At(*value)).collect()
}

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
    assert_eq!(task.contenders[0].ranking, Ranking { order: vec![1, 0], by_median: false, none_is_best: false });
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
        Ranking { order: vec![1, 0], by_median: true, none_is_best: false }
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

#[test]
fn deterministic_settings_are_constants() {
    let study = Builder::new("t", 4, true)
        .combination("gd", "gd")
        .deterministic(0.1, Ending::At(2.0), None)
        .combination("sgd", "sgd")
        .setting(0.1, "", &at(&[3.0, 3.5, 2.5, 3.0]))
        .build();
    let analysis = Analysis::new(&study);
    let comparison = &analysis.tasks[0].comparisons[0];
    let difference = comparison.difference.expect("pairs");
    assert_eq!((difference.n, difference.mean, comparison.basis), (4, 1.0, Basis::Seeds));
    assert_eq!((comparison.better_at, comparison.level), ((4, 0), Some(2.0)));

    let study = Builder::new("t", 4, false)
        .combination("gd", "gd")
        .deterministic(0.1, Ending::At(2.0), None)
        .combination("gd_fast", "gd")
        .deterministic(0.2, Ending::At(3.0), None)
        .build();
    let analysis = Analysis::new(&study);
    let comparison = &analysis.tasks[0].comparisons[0];
    assert_eq!((comparison.basis, comparison.answer), (Basis::OneNumber, Answer::FirstBetter));
    assert_eq!(comparison.difference.map(|difference| (difference.mean, difference.interval)), Some((1.0, None)));
}

/// Two optimizers with one setting each, `first` and `second` by seed, on splits of 60, 20 and 20 rows.
fn two(first: &[Ending], second: &[Ending]) -> Builder {
    let seeds = first.len() as u64;
    Builder::new("t", seeds, true)
        .combination("first", "gd")
        .setting(0.1, "", first)
        .combination("second", "gd")
        .setting(0.1, "", second)
}

fn only(study: &Study) -> OptimizerComparison {
    Analysis::new(study).tasks[0].comparisons[0].clone()
}

/// Differences 1, 2, 3: mean 2, s = 1, and t(0.975, 2) = 4.302652729911275. Splits of 100 rows with 20 test rows: c = 20/80.
#[test]
fn intervals_say_what_the_seeds_repeat() {
    let (first, second) = (at(&[10.0, 10.0, 10.0]), at(&[11.0, 12.0, 13.0]));
    let half = |repeats| {
        let study = two(&first, &second).design(repeats, [60, 20, 20]).build();
        let (low, high) = only(&study).difference.and_then(|difference| difference.interval).expect("an interval");
        assert!((low + high - 4.0).abs() < 1e-12);
        (high - low) / 2.0
    };
    assert!((half(SeedRepeats::FreshData) - 4.302_652_729_911_275 / 3.0_f64.sqrt()).abs() < 1e-8);
    assert!((half(SeedRepeats::Splits) - 4.302_652_729_911_275 * (1.0_f64 / 3.0 + 0.25).sqrt()).abs() < 1e-8);
}

#[test]
fn three_answers() {
    let answer = |first: &[f64], second: &[f64]| only(&two(&at(first), &at(second)).build()).answer;
    let level = [10.0, 10.2, 9.9, 10.1, 10.3, 9.8];
    let times = |factors: [f64; 6]| level.iter().zip(factors).map(|(value, factor)| value * factor).collect::<Vec<_>>();
    assert_eq!(answer(&level, &times([1.001, 0.999, 1.0, 1.001, 1.0, 0.999])), Answer::PracticallyEqual);
    // The first one leads, because its mean is lower.
    assert_eq!(answer(&level, &times([1.3, 1.31, 1.29, 1.3, 1.32, 1.28])), Answer::FirstBetter);
    assert_eq!(answer(&level, &times([1.3, 0.9, 1.1, 0.8, 1.2, 1.0])), Answer::Undecided);
    let undecided = only(&two(&at(&level), &at(&times([1.3, 0.9, 1.1, 0.8, 1.2, 1.0]))).build());
    let difference = undecided.difference.expect("pairs");
    assert!(difference.smallest_shown > difference.narrowest, "{difference:?}");
    let one = only(&two(&at(&[1.0]), &at(&[2.0])).build());
    assert_eq!(one.answer, Answer::Described(Description::OnePair));
}

/// Noise-free data: MSEs of 10⁻³⁰ where targets are of size 1. What differs is rounding.
#[test]
fn differences_below_the_rounding_of_outputs_are_none() {
    let moments = TargetMoments { mean: 0.0, variance: 1.0, baseline_loss: 1.0 };
    let compared = |scale: f64| {
        let (builder, id) = Builder::new("t", 4, true).with_problem(line_problem());
        let builder = builder.with_targets(id, [Some(moments); 3]);
        let ends = |values: [f64; 4]| at(&values.map(|value| value * scale));
        let study = builder
            .combination("first", "gd")
            .on_problem(0.1, &ends([1.0, 1.1, 1.2, 1.0]), id)
            .combination("second", "gd")
            .on_problem(0.1, &ends([2.0, 2.2, 2.1, 2.3]), id)
            .build();
        let comparison = only(&study);
        (comparison.answer, comparison.better_at)
    };
    assert_eq!(compared(1e-30), (Answer::PracticallyEqual, (0, 0)));
    assert_eq!(compared(1e-3), (Answer::FirstBetter, (4, 0)));
}

/// Predicting the mean gives 5. The first optimizer diverged at seed 3 and is worse than 5 at seed 4.
#[test]
fn a_diverged_trial_counts_as_predicting_the_mean() {
    let moments = TargetMoments { mean: 0.0, variance: 4.0, baseline_loss: 5.0 };
    let (builder, id) = Builder::new("t", 4, true).with_problem(line_problem());
    let builder = builder.with_targets(id, [Some(moments); 3]);
    let wild = [Ending::At(1.0), Ending::At(1.0), Ending::Diverged, Ending::At(1e9)];
    let study = builder
        .combination("tame", "gd")
        .on_problem(0.1, &at(&[2.0, 2.0, 2.0, 2.0]), id)
        .combination("wild", "gd")
        .on_problem(0.1, &wild, id)
        .build();
    let analysis = Analysis::new(&study);
    let task = &analysis.tasks[0];
    assert_eq!(task.order, [0, 1], "a diverged seed ranks last");
    let comparison = &task.comparisons[0];
    // −1, −1, 3, 3
    assert_eq!(comparison.difference.map(|difference| difference.mean), Some(1.0));
    assert_eq!((comparison.capped, comparison.better_at), ((0, 2), (2, 2)));
    assert_eq!(task.tuned[1].values(), [1.0, 1.0, 5.0, 5.0]);
    let both = |end: Ending| {
        let (builder, id) = Builder::new("t", 2, true).with_problem(line_problem());
        let builder = builder.with_targets(id, [Some(moments); 3]).combination("a", "gd");
        let builder = builder.on_problem(0.1, &[end.clone(), end.clone()], id).combination("b", "gd");
        only(&builder.on_problem(0.1, &[end.clone(), end], id).build()).answer
    };
    assert_eq!(both(Ending::At(7.0)), Answer::NeitherUsable);
    assert_eq!(both(Ending::At(2.0)), Answer::PracticallyEqual);
}

/// Seed 1 does best at 0.1, seed 2 at 0.2. Over both seeds 0.2 is the setting to use.
#[test]
fn each_seed_chooses_its_own_setting() {
    let study = Builder::new("t", 2, true)
        .combination("gd", "gd")
        .setting(0.1, "", &at(&[1.0, 9.0]))
        .setting(0.2, "", &at(&[2.0, 3.0]))
        .build();
    let analysis = Analysis::new(&study);
    let task = &analysis.tasks[0];
    assert_eq!(task.contenders[0].ranking.order, [1, 0]);
    assert_eq!(task.tuned[0].values(), [1.0, 3.0]);
    let chosen = |seed: &TunedSeed| matches!(seed, TunedSeed::Value { setting: Some(0), .. });
    assert_eq!(task.tuned[0].seeds.iter().map(chosen).collect::<Vec<_>>(), [true, false]);
    let level = task.level(0).expect("a level");
    assert!((level.center - 3.0_f64.sqrt()).abs() < 1e-12);
    let (series, results) = (&task.contenders[0].series[0], &task.contenders[0].settings);
    // 0.1 has a mean of 5, more than 1.1 times the best one, 2.5.
    assert_eq!(series.seeds_inside(&study, results), Some((1, 2)));
}

/// A held split of 20 test rows. The first models miss each row by 1, the second ones by 1 and 2 in turn.
#[test]
fn a_held_split_is_tested_over_its_rows() {
    let held = |builder: Builder, n_test| builder.design(SeedRepeats::Training, [60, 20, n_test]).build();
    let with = |n_test: u64| {
        let mut study = held(two(&at(&[1.0, 1.0]), &at(&[2.5, 2.5])), n_test);
        let targets: std::sync::Arc<[f64]> = (0..n_test).map(|_| 0.0).collect();
        for trial in 0..4 {
            let miss = |row: u64| if trial < 2 || row.is_multiple_of(2) { 1.0 } else { 2.0 };
            let outputs = (0..n_test).map(miss).collect();
            let targets = std::sync::Arc::clone(&targets);
            study.test_predictions.insert(trial, crate::record::TestPredictions { outputs, targets });
        }
        only(&study)
    };
    let tested = with(20);
    assert_eq!((tested.basis, tested.answer), (Basis::TestRows, Answer::FirstBetter));
    // 0 and 3 in turn: s² = 20·1.5²/19, t(0.975, 19) = 2.093024054408263.
    let (low, high) = tested.difference.and_then(|difference| difference.interval).expect("an interval");
    let half = 2.093_024_054_408_263 * (20.0_f64 * 2.25 / 19.0 / 20.0).sqrt();
    assert!((high - 1.5 - half).abs() < 1e-8 && (1.5 - low - half).abs() < 1e-8, "{low} {high}");
    assert_eq!(with(19).answer, Answer::Described(Description::FewTestRows(19)));
    let unknown = only(&held(two(&at(&[1.0, 1.0]), &at(&[2.5, 2.5])), 20));
    assert_eq!(unknown.answer, Answer::Described(Description::NoPredictions));
}

/// Targets of 0 and 1 in turn, whose training mean is 0.5. At one of two seeds the second model is worse than that mean on the
/// test rows: it keeps its own losses, and the mean stands in for no seed.
#[test]
fn a_model_is_not_replaced_because_of_the_rows_that_test_it() {
    let training = TargetMoments::of(&[0.0, 1.0], 0.5);
    let problem = crate::record::Id::of("problem");
    let builder = Builder::new("t", 2, true).with_targets(problem, [training; 3]);
    let builder = builder.combination("a", "gd").on_problem(0.1, &at(&[0.01, 0.01]), problem);
    let builder = builder.combination("b", "gd").on_problem(0.1, &at(&[0.2, 4.0]), problem);
    let mut study = builder.design(SeedRepeats::Training, [60, 20, 20]).build();
    let target = |row: u32| f64::from(row % 2);
    let targets: std::sync::Arc<[f64]> = (0..20).map(target).collect();
    for (trial, miss) in [0.1, 0.1, 0.4, 2.0].into_iter().enumerate() {
        let outputs = (0..20).map(|row| target(row) + miss).collect();
        let targets = std::sync::Arc::clone(&targets);
        study.test_predictions.insert(trial, crate::record::TestPredictions { outputs, targets });
    }
    let tested = only(&study);
    assert_eq!(tested.basis, Basis::TestRows);
    let found = (tested.difference.expect("a difference").mean, tested.level.expect("a level"));
    assert!((found.0 - ((0.16 + 4.0) / 2.0 - 0.01)).abs() < 1e-12 && (found.1 - 0.01).abs() < 1e-12, "{found:?}");
    assert_eq!(tested.capped, (0, 0));
}

#[test]
fn without_test_rows_nothing_is_better() {
    let builder = two(&at(&[1.0, 1.1, 1.0]), &at(&[2.0, 2.1, 2.2])).design(SeedRepeats::Splits, [60, 40, 0]);
    let mut study = builder.build();
    for combination in &mut study.combinations {
        combination.fixed.insert("dataset.split".to_owned(), toml::Value::from("validation only"));
    }
    study.metric = crate::metric::mse();
    let mut table = TrialTable::outstanding(std::sync::Arc::new(study.trials.iter().map(|trial| trial.id()).collect()));
    for trial in study.trials.iter() {
        let mut summary = trial.summary().expect("a record");
        summary.metrics.iter_mut().for_each(|metric| metric.set(Split::Test, None, None));
        table.insert(trial.index, summary);
    }
    study.trials = table;
    assert_eq!(only(&study).answer, Answer::Described(Description::NoTestRows));
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
    assert_eq!(gd.ranking, Ranking { order: vec![1, 0], by_median: true, none_is_best: true });
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
        analysis.tasks[0].baselines[0].of_metric(study.metric, Split::Train).and_then(Sample::mean),
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

#[test]
fn convergence_counts_diverged_seeds_as_infinite() {
    let study = Builder::new("t", 3, true)
        .combination("sgd", "sgd")
        .setting(0.1, "", &[Ending::At(1.0), Ending::At(3.0), Ending::Diverged])
        .build();
    let analysis = Analysis::new(&study);
    let result = &analysis.tasks[0].contenders[0].settings[0];
    let mut request = CurveRequest::new(&study);
    request.convergence(result, Split::Train);
    let curves = request.read();
    let curve = curves.convergence(result, Split::Train).expect("a curve");
    assert_eq!(curve.epoch, [0, 1, 2]);
    assert_eq!(curve.gradient_evaluations, [0, 60, 120]);
    assert_eq!(curve.median, [32.0, 6.0, 3.0]);
    assert_eq!(curve.high[1..], [f64::INFINITY, f64::INFINITY]);
    assert_eq!(curve.n, 3);
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

#[test]
fn a_start_is_no_other_exact_solution_and_other_data_has_a_label_of_its_own() {
    let problem = |start: f64| crate::record::ProblemRecord { start: vec![start, 1.0], l2: 1.0, ..line_problem() };
    let (builder, zeros) = Builder::new("t", 1, false).with_problem(problem(3.0));
    let (builder, normal) = builder.with_problem(problem(4.0));
    let (builder, other) = builder.with_problem(problem(3.0));
    let builder = builder.with_exact(other, [Some(0.9), None, None]);
    let study = |third: bool| {
        let mut study = Builder::new("t", 1, false);
        study.study.problems.clone_from(&builder.study.problems);
        study.study.baselines.clone_from(&builder.study.baselines);
        let mut study = study.combination("gd", "gd").deterministic(0.1, Ending::At(2.0), Some(zeros));
        study = study.combination("nag", "gd").deterministic(0.1, Ending::At(3.0), Some(normal));
        if third {
            study = study.combination("sgd", "gd").deterministic(0.1, Ending::At(4.0), Some(other));
        }
        study.build()
    };
    let labels = |study: &Study| -> Vec<String> {
        Analysis::new(study).tasks[0].baselines.iter().map(|row| row.label.clone()).collect()
    };
    assert_eq!(labels(&study(false)), ["ridge l2 1"]);
    assert_eq!(labels(&study(true)), ["ridge l2 1, as gd has it", "ridge l2 1, as sgd has it"]);
}

/// MSEs and R² = 1 − MSE/8 by hand: 2 → 0.75, 2.1 → 0.7375, 4 → 0.5, 12 → −0.5. Within 1.1 times the best distance, 0.25,
/// lie 0.75 and 0.7375.
#[test]
fn a_score_of_which_higher_is_better() {
    let moments = TargetMoments { mean: 0.0, variance: 8.0, baseline_loss: 9.0 };
    let (builder, id) = Builder::new("t", 1, true).with_problem(line_problem());
    let mut builder = builder.with_exact(id, [Some(1.0), Some(1.0), Some(16.0)]);
    builder.study.targets.insert(id, [Some(moments); 3]);
    let mut builder = builder.combination("gd", "gd");
    for (rate, loss) in [(0.01, 12.0), (0.03, 4.0), (0.1, 2.1), (0.3, 2.0)] {
        builder = builder.deterministic(rate, Ending::At(loss), Some(id));
    }
    builder = builder.deterministic(0.9, Ending::Diverged, Some(id));
    builder = builder.combination("other", "gd").deterministic(0.1, Ending::At(4.0), Some(id));
    let mut study = builder.build();
    study.metric = crate::metric::metric("r2").expect("exists");
    let analysis = Analysis::new(&study);
    let task = &analysis.tasks[0];
    let gd = &task.contenders[0];
    let means: Vec<Option<f64>> = gd.settings.iter().map(|setting| setting.score_mean).collect();
    assert_eq!(means, [Some(-0.5), Some(0.5), Some(0.7375), Some(0.75), Some(f64::NEG_INFINITY)]);
    assert_eq!(gd.ranking.order, [3, 2, 1, 0, 4]);
    let basin = gd.series[0].basin.as_ref().expect("a basin");
    assert_eq!((basin.best, basin.low, basin.high), (3, 2, 3));
    assert_eq!(basin.position, RatePosition::NextToDivergence(4));
    assert_eq!(task.order, [0, 1]);
    let comparison = &task.comparisons[0];
    assert_eq!(comparison.difference.map(|difference| difference.mean), Some(-0.25));
    assert_eq!(comparison.better_at, (1, 0), "the first one is higher, which is better");
    let baseline = |row: usize, split| task.baselines[row].of_metric(study.metric, split).and_then(Sample::mean);
    assert_eq!(baseline(0, Split::Train), Some(0.875));
    assert_eq!(baseline(0, Split::Test), Some(-1.0));
    assert_eq!(baseline(1, Split::Test), Some(-0.125));
}

/// The MAE of two seeds at epochs 0, 1, 2: 8, 4, 2 and 6, undefined, 1. A third seed diverged after its start.
#[test]
fn convergence_of_a_recorded_score_leaves_out_what_is_not_defined() {
    let mut builder = Builder::new("t", 3, true).combination("sgd", "sgd").setting(
        0.1,
        "",
        &[Ending::At(1.0), Ending::At(3.0), Ending::Diverged],
    );
    let values: [&[Option<f64>]; 3] = [&[Some(8.0), Some(4.0), Some(2.0)], &[Some(6.0), None, Some(1.0)], &[Some(9.0)]];
    for ((_, record), values) in builder.records.iter_mut().zip(values) {
        let curve =
            MetricCurve { name: "mae".to_owned(), train: values.to_vec(), validation: vec![None; values.len()] };
        record.as_mut().expect("a record").curve.metrics.push(curve);
    }
    let mut study = builder.build();
    study.metric = crate::metric::metric("mae").expect("exists");
    let analysis = Analysis::new(&study);
    let result = &analysis.tasks[0].contenders[0].settings[0];
    let mut request = CurveRequest::new(&study);
    request.convergence(result, Split::Train);
    request.convergence(result, Split::Validation);
    request.start(result, Split::Train);
    let curves = request.read();
    let curve = curves.convergence(result, Split::Train).expect("a curve");
    assert_eq!(curve.epoch, [0, 1, 2]);
    assert_eq!(curve.median, [8.0, f64::INFINITY, 2.0], "epoch 1: 4 and +∞; epoch 2: 2, 1 and +∞");
    assert_eq!(curves.start(result, Split::Train), Some(23.0 / 3.0), "the mean");
    assert_eq!(curves.convergence(result, Split::Validation), None, "it is defined nowhere");
}

/// R² = 1 − MSE/8 of the MSEs 21, 4 and 2 of the only seed.
#[test]
fn convergence_of_a_derived_score_follows_from_the_curve_of_the_loss() {
    let moments = TargetMoments { mean: 0.0, variance: 8.0, baseline_loss: 9.0 };
    let (builder, id) = Builder::new("t", 1, true).with_problem(line_problem());
    let builder = builder.with_targets(id, [Some(moments), None, None]);
    let mut study = builder.combination("gd", "gd").deterministic(0.1, Ending::At(2.0), Some(id)).build();
    study.metric = crate::metric::metric("r2").expect("exists");
    let analysis = Analysis::new(&study);
    let result = &analysis.tasks[0].contenders[0].settings[0];
    let mut request = CurveRequest::new(&study);
    request.convergence(result, Split::Train);
    request.convergence(result, Split::Validation);
    let curves = request.read();
    assert_eq!(curves.convergence(result, Split::Train).expect("a curve").median, [-1.625, 0.5, 0.75]);
    assert_eq!(curves.convergence(result, Split::Validation), None, "the variance is not known there");
}
