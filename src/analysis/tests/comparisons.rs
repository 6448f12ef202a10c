//! Comparisons of two optimizers: what their pairs are, and what may be said.

use super::*;
use crate::shape::PredictionKind;

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
    assert!(difference.smallest_shown() > difference.narrowest, "{difference:?}");
    let one = only(&two(&at(&[1.0]), &at(&[2.0])).build());
    assert_eq!(one.answer, Answer::Described(Description::OnePair));
}

/// Noise-free data: MSEs of 10⁻³⁰ where targets are of size 1. What differs is rounding.
#[test]
fn differences_below_the_rounding_of_outputs_are_none() {
    let moments = TargetMoments { mean: 0.0, variance: 1.0, baseline_loss: 1.0, rows: None };
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
    let moments = TargetMoments { mean: 0.0, variance: 4.0, baseline_loss: 5.0, rows: None };
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
    let with_weights = |n_test: u64, weights: Option<std::sync::Arc<[f64]>>| {
        let mut study = held(two(&at(&[1.0, 1.0]), &at(&[2.5, 2.5])), n_test);
        let targets: std::sync::Arc<[f64]> = (0..n_test).map(|_| 0.0).collect();
        for trial in 0..4 {
            let miss = |row: u64| if trial < 2 || row.is_multiple_of(2) { 1.0 } else { 2.0 };
            let outputs = (0..n_test).map(miss).collect();
            let targets = std::sync::Arc::clone(&targets);
            let predictions =
                crate::record::TestPredictions { weights: weights.clone(), ..predicted(outputs, targets) };
            study.test_predictions.insert(trial, predictions);
        }
        only(&study)
    };
    let with = |n_test: u64| with_weights(n_test, None);
    let tested = with(20);
    assert_eq!((tested.basis, tested.answer), (Basis::TestRows, Answer::FirstBetter));
    // 0 and 3 in turn: s² = 20·1.5²/19, t(0.975, 19) = 2.093024054408263.
    let (low, high) = tested.difference.and_then(|difference| difference.interval).expect("an interval");
    let half = 2.093_024_054_408_263 * (20.0_f64 * 2.25 / 19.0 / 20.0).sqrt();
    assert!((high - 1.5 - half).abs() < 1e-8 && (1.5 - low - half).abs() < 1e-8, "{low} {high}");
    // The rows that the second models miss by 2 count three times as much as the others.
    let weights = (0..20).map(|row| if row % 2 == 0 { 0.5 } else { 1.5 }).collect();
    let weighted = with_weights(20, Some(weights));
    assert_eq!(weighted.difference.map(|difference| difference.mean), Some(2.25));
    assert_eq!(weighted.level, Some(1.0));
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
        study.test_predictions.insert(trial, predicted(outputs, targets));
    }
    let tested = only(&study);
    assert_eq!(tested.basis, Basis::TestRows);
    let found = (tested.difference.expect("a difference").mean, tested.level.expect("a level"));
    assert!((found.0 - ((0.16 + 4.0) / 2.0 - 0.01)).abs() < 1e-12 && (found.1 - 0.01).abs() < 1e-12, "{found:?}");
    assert_eq!(tested.capped, (0, 0));
}

/// A held split of 20 rows. R² of two optimizers that miss targets of 0 and 1 by 0.1 and by 0.5 is 0.96 and 0; of the accuracies, 0.9 and
/// 0.6, rows are found or not. Higher is better in both.
#[test]
fn where_higher_is_better_rows_are_too() {
    let problem = crate::record::Id::of("problem");
    let targets: std::sync::Arc<[f64]> = (0..20).map(|row| f64::from(row % 2)).collect();
    let moments = TargetMoments::of(&targets, 0.5);
    let tested = |mut study: Study, kind: PredictionKind, output: &dyn Fn(usize, usize) -> f64| {
        let metric = if kind == PredictionKind::Numbers { "r2" } else { "accuracy" };
        crate::analysis::testing::rank_by(&mut study, metric);
        for trial in 0..4 {
            let outputs = (0..20).map(|row| output(trial / 2, row)).collect();
            let targets = std::sync::Arc::clone(&targets);
            study
                .test_predictions
                .insert(trial, crate::record::TestPredictions { kind, outputs, targets, n_targets: 1, weights: None });
        }
        let found = only(&study);
        let difference = found.difference.expect("a difference");
        (found.basis, found.answer, difference.mean, found.level.expect("a level"))
    };
    let builder = Builder::new("t", 2, true).with_targets(problem, [moments; 3]);
    let builder = builder.combination("first", "gd").on_problem(0.1, &at(&[0.01, 0.01]), problem);
    let builder = builder.combination("second", "gd").on_problem(0.1, &at(&[0.25, 0.25]), problem);
    let study = builder.design(SeedRepeats::Training, [60, 20, 20]).build();
    let miss = |optimizer: usize, row: usize| (row % 2) as f64 + [0.1, 0.5][optimizer];
    let (basis, answer, mean, level) = tested(study, PredictionKind::Numbers, &miss);
    assert_eq!((basis, answer), (Basis::TestRows, Answer::FirstBetter));
    assert!((mean + 0.96).abs() < 1e-12 && (level - 0.04).abs() < 1e-12, "{mean} {level}");

    let study = two(&at(&[0.9, 0.9]), &at(&[0.6, 0.6])).of_classes("accuracy", 20);
    let study = study.design(SeedRepeats::Training, [60, 20, 20]).build();
    let decided = |optimizer: usize, row: usize| {
        let is_found = row >= [2, 8][optimizer];
        if (row % 2 == 1) == is_found { 0.75 } else { 0.25 }
    };
    let (basis, answer, mean, level) = tested(study, PredictionKind::Probabilities, &decided);
    assert_eq!((basis, answer), (Basis::TestRows, Answer::FirstBetter));
    assert!((mean + 0.3).abs() < 1e-12 && (level - 0.1).abs() < 1e-12, "{mean} {level}");
}

#[test]
fn without_test_rows_nothing_is_better() {
    let builder = two(&at(&[1.0, 1.1, 1.0]), &at(&[2.0, 2.1, 2.2])).design(SeedRepeats::Splits, [60, 40, 0]);
    let mut study = builder.build();
    for combination in &mut study.combinations {
        combination.fixed.insert("dataset.split".to_owned(), toml::Value::from("validation only"));
    }
    crate::analysis::testing::rank_by(&mut study, "mse");
    let mut table = TrialTable::outstanding(std::sync::Arc::new(study.trials.iter().map(|trial| trial.id()).collect()));
    for trial in study.trials.iter() {
        let mut summary = trial.summary().expect("a record");
        summary.metrics.iter_mut().for_each(|metric| metric.set(Split::Test, None, None));
        table.insert(trial.index, summary);
    }
    study.trials = table;
    assert_eq!(only(&study).answer, Answer::Described(Description::NoTestRows));
}

fn predicted(outputs: Vec<f64>, targets: std::sync::Arc<[f64]>) -> crate::record::TestPredictions {
    crate::record::TestPredictions {
        kind: crate::shape::PredictionKind::Numbers,
        outputs,
        targets,
        n_targets: 1,
        weights: None,
    }
}

/// Accuracies on 20 test rows of fresh data: the second one finds two rows less, or as many, at each seed. The mean squared error of the
/// records tells models apart that find as many rows.
fn counted(seeds: usize, second: f64, loss: f64) -> OptimizerComparison {
    let mut builder = two(&at(&vec![0.9; seeds]), &at(&vec![second; seeds])).of_classes("accuracy", 20);
    for (_, record) in builder.records.iter_mut().skip(seeds) {
        for metric in record.as_mut().expect("a record").metrics.iter_mut().filter(|metric| metric.name == "mse") {
            metric.last = Some(loss);
        }
    }
    only(&builder.design(SeedRepeats::FreshData, [60, 20, 20]).build())
}

#[test]
fn seeds_that_differ_by_the_same_rows_are_not_certain() {
    let found = counted(2, 0.8, 0.3);
    let difference = found.difference.expect("pairs");
    assert!(difference.is_rounded && found.answer == Answer::Undecided, "{found:?}");
    // t(0.975, 1) = 12.706204736174694 times √(0.1·0.9/20)/√2: of 20 rows a tenth differs.
    let half = 12.706_204_736_174_694 * (0.09_f64 / 20.0 / 2.0).sqrt();
    let (low, high) = difference.interval.expect("an interval");
    assert!((high - low - 2.0 * half).abs() < 1e-6 && (high + low + 0.2).abs() < 1e-8, "{low} {high}");
    assert!(difference.p_value.is_some_and(|p| p > 0.2), "{difference:?}");
    // Ten seeds that all differ by two rows of 20 are evidence.
    let found = counted(10, 0.8, 0.3);
    assert_eq!(found.answer, Answer::FirstBetter);
    assert!(found.adjusted_p.is_some_and(|p| p > 0.0), "{found:?}");
}

#[test]
fn as_many_rows_are_equal_if_the_models_are() {
    let same = counted(2, 0.9, 0.9);
    assert_eq!(same.answer, Answer::PracticallyEqual);
    let difference = same.difference.expect("pairs");
    assert_eq!((difference.interval, difference.p_value, difference.is_rounded), (Some((0.0, 0.0)), Some(1.0), false));
    // Another loss: two seeds cannot show that one row in 20 is not between them, and ten seeds can.
    assert_eq!(counted(2, 0.9, 0.4).answer, Answer::Undecided);
    assert_eq!(counted(10, 0.9, 0.4).answer, Answer::PracticallyEqual);
}
