//! Scores other than the loss, baselines, and curves over epochs.

use super::*;

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
    let moments = TargetMoments { mean: 0.0, variance: 8.0, baseline_loss: 9.0, rows: None };
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
    crate::analysis::testing::rank_by(&mut study, "r2");
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
    let baseline = |row: usize, split| task.baselines[row].of_metric(task.metric, split).and_then(Sample::mean);
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
    crate::analysis::testing::rank_by(&mut study, "mae");
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
    let moments = TargetMoments { mean: 0.0, variance: 8.0, baseline_loss: 9.0, rows: None };
    let (builder, id) = Builder::new("t", 1, true).with_problem(line_problem());
    let builder = builder.with_targets(id, [Some(moments), None, None]);
    let mut study = builder.combination("gd", "gd").deterministic(0.1, Ending::At(2.0), Some(id)).build();
    crate::analysis::testing::rank_by(&mut study, "r2");
    let analysis = Analysis::new(&study);
    let result = &analysis.tasks[0].contenders[0].settings[0];
    let mut request = CurveRequest::new(&study);
    request.convergence(result, Split::Train);
    request.convergence(result, Split::Validation);
    let curves = request.read();
    assert_eq!(curves.convergence(result, Split::Train).expect("a curve").median, [-1.625, 0.5, 0.75]);
    assert_eq!(curves.convergence(result, Split::Validation), None, "the variance is not known there");
}

/// Mean accuracies over four seeds on 20 rows, of which one of one seed is 1/80 = 0.0125: 0.5875 is tied with 0.6, and its smaller loss puts
/// it first. Its distance is 0.4125, so that up to 1.1 · 0.4125 + 0.0125 = 0.46625 is good: 0.5375 is, at 0.4625, and 0.3 is not.
#[test]
fn an_accuracy_is_ranked_by_rows() {
    let ends = |values: [f64; 4]| values.map(Ending::At);
    let builder = Builder::new("t", 4, true).combination("gd", "gd");
    let builder = builder.setting(0.01, "", &ends([0.3; 4])).setting(0.03, "", &ends([0.5, 0.55, 0.55, 0.55]));
    let builder = builder.setting(0.1, "", &ends([0.6, 0.6, 0.55, 0.6])).setting(0.3, "", &ends([0.6; 4]));
    let study =
        builder.setting(0.9, "", &at(&[0.9, 0.9, 0.9]).into_iter().chain([Ending::Diverged]).collect::<Vec<_>>());
    let study = study.of_classes("accuracy", 20).build();
    let analysis = Analysis::new(&study);
    let gd = &analysis.tasks[0].contenders[0];
    let means: Vec<f64> = gd.settings.iter().filter_map(|setting| setting.score_mean).collect();
    for (found, expected) in means.iter().zip([0.3, 0.5375, 0.5875, 0.6]) {
        assert!((found - expected).abs() < 1e-15, "{means:?}");
    }
    assert_eq!((means[4], &gd.ranking.order), (f64::NEG_INFINITY, &vec![2, 3, 1, 0, 4]));
    let basin = gd.series[0].basin.as_ref().expect("a basin");
    assert_eq!((basin.best, basin.low, basin.high), (2, 1, 3));
    assert!(!gd.settings.iter().any(SettingResult::fits_exactly));
}

/// On 20 rows, per seed: one row less in every second one of eight seeds is practically equal and no difference of 0; one row less in each
/// of four seeds may be more, and three to five less are worse.
#[test]
fn accuracies_within_one_row_are_practically_equal() {
    let first = [0.9, 0.85, 0.9, 0.95];
    fn compare<const N: usize>(first: [f64; N], second: [f64; N]) -> OptimizerComparison {
        let ends = |values: [f64; N]| values.map(Ending::At);
        let builder = Builder::new("t", N as u64, true).combination("first", "gd").setting(0.1, "", &ends(first));
        let builder = builder.combination("second", "gd").setting(0.1, "", &ends(second));
        let study = builder.of_classes("accuracy", 20).design(SeedRepeats::FreshData, [60, 20, 20]).build();
        Analysis::new(&study).tasks[0].comparisons[0].clone()
    }
    let compared = |second: [f64; 4]| compare(first, second);
    let [a, b, c, d] = first;
    let half = compare([a, b, c, d, a, b, c, d], [a, b - 0.05, c, d - 0.05, a, b - 0.05, c, d - 0.05]);
    assert_eq!((half.answer, half.better_at), (Answer::PracticallyEqual, (4, 0)));
    let one_row = compared(first.map(|value| value - 0.05));
    assert_eq!((one_row.answer, one_row.better_at), (Answer::Undecided, (4, 0)));
    assert!((one_row.difference.expect("pairs").mean + 0.05).abs() < 1e-15);
    assert!((one_row.level.expect("a level") - 0.1).abs() < 1e-15 && !one_row.first_fits_exactly());
    let worse = compared([0.7, 0.7, 0.75, 0.7]);
    assert_eq!((worse.answer, worse.better_at), (Answer::FirstBetter, (4, 0)));
    assert!((worse.difference.expect("pairs").mean + 0.1875).abs() < 1e-15);
    // All rows found by both: 0 is no rounding, and nothing is said to fit.
    let same = compared(first);
    assert_eq!((same.answer, same.difference.expect("pairs").mean), (Answer::PracticallyEqual, 0.0));
}
