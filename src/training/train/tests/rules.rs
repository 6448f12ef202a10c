//! Tests of divergence, stopping rules and batches.

use super::*;
use crate::record::{Curve, Outcome, Stopped};

fn line() -> Arc<PreparedData> {
    whole(&load("textbook_line.csv", "y"), false)
}

#[test]
fn a_trial_stops_at_its_target_on_every_path() {
    for path in [Path::Plain, Path::Compressed, Path::Modes] {
        let mut spec = Spec::gd(0.5, 1000, vec![0.0; 2]);
        spec.options.target_loss = Some(0.5);
        let record = train_one(&line(), &spec, path);
        assert_eq!(record.outcome, Outcome::Completed { stopped: Stopped::TargetLoss }, "{path}");
        let last = record.curve.train.len() - 1;
        assert!(record.curve.train[last] <= 1.0, "J is half the MSE");
        assert_eq!(record.curve.epoch[last], record.steps);
        let mut one_less = spec.clone();
        one_less.options.epochs = record.steps - 1;
        one_less.options.target_loss = None;
        let before = train_one(&line(), &one_less, path);
        assert!(before.curve.train[before.curve.train.len() - 1] > 1.0, "{path} stopped late");
    }
}

#[test]
fn the_gradient_norm_stops_at_the_same_step_on_every_path() {
    let steps: Vec<u64> = [Path::Plain, Path::Compressed, Path::Modes]
        .into_iter()
        .map(|path| {
            let mut spec = Spec::gd(0.5, 10_000, vec![0.0; 2]);
            spec.options.gradient_norm = Some(1e-6);
            let record = train_one(&line(), &spec, path);
            assert_eq!(record.outcome, Outcome::Completed { stopped: Stopped::GradientNorm });
            record.steps
        })
        .collect();
    assert!(steps[0] > 10 && steps.iter().all(|step| *step == steps[0]), "{steps:?}");
}

#[test]
fn patience_counts_epochs_without_improvement() {
    let mut spec = Spec::gd(0.5, 100_000, vec![0.0; 2]);
    spec.options.patience = Some(5);
    for path in [Path::Plain, Path::Modes] {
        let record = train_one(&line(), &spec, path);
        assert_eq!(record.outcome, Outcome::Completed { stopped: Stopped::NoImprovement }, "{path}");
        assert!(record.steps < 1000, "{path}: {}", record.steps);
    }
}

#[test]
fn a_trial_that_diverged_between_evaluations_has_not_run_out_of_patience() {
    // J grows by a factor of about 10⁷ per step. It is beyond the bound after two steps, when patience ends too.
    let dataset = generated(60, 3, 1.0, 0);
    for path in [Path::Plain, Path::Compressed, Path::Modes] {
        let mut spec = Spec::gd(3e3, 100, vec![0.0; 4]);
        (spec.options.patience, spec.options.evaluate_every) = (Some(2), Some(100));
        let record = train_one(&whole(&dataset, false), &spec, path);
        assert!(matches!(record.outcome, Outcome::Diverged { step: 2, .. }), "{path}: {:?}", record.outcome);
    }
}

#[test]
fn patience_watches_validation_at_evaluated_epochs() {
    let dataset = generated(60, 3, 10.0, 0);
    let data = split(&dataset, false, Precision::F64, 20, 40);
    let mut spec = Spec::gd(0.1, 5_000, vec![0.0; 4]).every_step();
    spec.options.patience = Some(20);
    spec.options.monitor = Monitor::Validation;
    let record = train_one(&data, &spec, Path::Compressed);
    assert_eq!(record.outcome, Outcome::Completed { stopped: Stopped::NoImprovement });
    let validation = &record.curve.validation;
    let best = record.best_epoch().expect("completed") as usize;
    assert!(validation.iter().all(|loss| *loss >= validation[best]));
}

#[test]
fn a_diverged_trial_keeps_the_curve_before_it_and_no_metrics() {
    for (path, spec) in [
        (Path::Modes, Spec::gd(1.5, 1000, vec![0.0; 2])),
        (Path::Plain, Spec::gd(1.5, 1000, vec![0.0; 2])),
        (Path::Rows, Spec::gd(3.0, 1000, vec![0.0; 2]).batch(10)),
    ] {
        let record = train_one(&line(), &spec, path);
        let Outcome::Diverged { step, last_loss } = record.outcome else { panic!("{path}: {:?}", record.outcome) };
        assert!(step > 0 && last_loss.is_some_and(f64::is_finite));
        assert!(record.curve.step.iter().all(|at| *at < step));
        assert!(record.metrics.iter().all(|metric| metric.last.is_none() && metric.best.is_none()));
        assert!(record.theta.is_none());
        assert_eq!(record.steps, step);
    }
}

#[test]
fn the_curve_of_a_trial_whose_first_batch_diverges_is_empty() {
    // One row has all of the error. A batch that draws it twice exceeds n/B times the bound, although J itself is
    // within the bound.
    let dataset = Dataset {
        features: Matrix { rows: 4, columns: 1, values: vec![0.0, 0.0, 0.0, 1.0] },
        target: vec![0.0, 0.0, 0.0, 1.0],
        feature_names: vec!["x".into()],
        classes: None,
        weights: None,
        target_name: "y".into(),
        other_targets: Vec::new(),
        given_test: 0,
        fingerprint: String::new(),
        notes: Vec::new(),
        reading: Reading::default(),
    };
    let drawn_twice = |seed: &u64| {
        let mut stream = Stream::new(*seed, Purpose::BatchOrder, 1);
        stream.below(4) == 3 && stream.below(4) == 3
    };
    let mut spec = Spec::gd(0.1, 2, vec![0.0; 2]);
    spec.seed = (0..1000).find(drawn_twice).expect("one seed in sixteen");
    spec.batching = Batching::Rows { size: 2, replacement: true, keep: false };
    spec.options.divergence_factor = 1.5;
    let record = train_one(&whole(&dataset, false), &spec, Path::Rows);
    assert_eq!(record.outcome, Outcome::Diverged { step: 0, last_loss: None });
    assert_eq!(record.curve, Curve::default(), "rows are kept of steps before the one that diverged");
}

#[test]
fn a_scaled_last_batch_counts_as_its_rows() {
    let spec = Spec::gd(0.01, 3, vec![0.0; 2]).batch(7);
    let record = train_one(&line(), &spec, Path::Rows);
    assert_eq!(record.steps, 3 * 15, "100 rows are 14 batches of 7 and one of 2");
    assert_eq!(record.gradient_evaluations, 300);
}

#[test]
fn a_full_batch_costs_every_row_on_every_path() {
    for path in [Path::Plain, Path::Compressed, Path::Modes] {
        let record = train_one(&line(), &Spec::gd(0.1, 20, vec![0.0; 2]), path);
        assert_eq!(record.gradient_evaluations, 20 * 100, "{path}");
        assert_eq!(record.curve.gradient_evaluations.last(), Some(&2000), "{path}");
    }
}

#[test]
fn keeping_the_last_batch_is_another_method() {
    let scaled = Spec::gd(0.05, 5, vec![0.0; 2]).batch(9);
    let mut kept = scaled.clone();
    kept.batching = Batching::Rows { size: 9, replacement: false, keep: true };
    let mut drawn = scaled.clone();
    drawn.batching = Batching::Rows { size: 9, replacement: true, keep: false };
    let thetas: Vec<_> =
        [scaled, kept, drawn].iter().map(|spec| train_one(&line(), spec, Path::Rows).theta.expect("kept")).collect();
    assert!(thetas[0] != thetas[1] && thetas[0] != thetas[2]);
}

#[test]
fn one_epoch_of_sgd_is_what_it_says() {
    // Two rows, batch size 1, starting from 0: each step is θ ← θ − α·r·x, computed by hand.
    let dataset = Dataset {
        features: Matrix { rows: 2, columns: 1, values: vec![1.0, 2.0] },
        target: vec![1.0, -1.0],
        feature_names: vec!["x".into()],
        classes: None,
        weights: None,
        target_name: "y".into(),
        other_targets: Vec::new(),
        given_test: 0,
        fingerprint: String::new(),
        notes: Vec::new(),
        reading: Reading::default(),
    };
    let record = train_one(&whole(&dataset, false), &Spec::gd(0.1, 1, vec![0.0; 2]).batch(1), Path::Rows);
    let theta = record.theta.expect("kept");
    let order = Stream::new(1, Purpose::BatchOrder, 1).permutation(2);
    let mut expected = [0.0_f64; 2];
    for row in order {
        let (x, y) = [(1.0, 1.0), (2.0, -1.0)][row];
        let residual = expected[0] + x * expected[1] - y;
        expected = [expected[0] - 0.1 * residual, expected[1] - 0.1 * residual * x];
    }
    for (found, expected) in theta.iter().zip(expected) {
        assert!((found - expected).abs() < 1e-15, "{theta:?} {expected:?}");
    }
}

#[test]
fn no_check_trial_where_its_objective_could_not_be_told() {
    assert_eq!(check_steps(300, 101, 0.1, 100), None, "the penalty takes parameters that no record keeps");
    assert_eq!(check_steps(300, 101, 0.0, 100), Some(100));
    assert_eq!(check_steps(300, 64, 0.1, 5_000), Some(1_000));
}

/// y = 1, 2 and x = 0, 0, so that only the bias moves: from 0 by 0.5·(mean − bias) a step. The MAE is that of the bias.
#[test]
fn the_curve_of_a_metric_of_rows_is_its_value_at_each_evaluated_epoch() {
    let dataset = Dataset {
        features: Matrix { rows: 2, columns: 1, values: vec![0.0, 0.0] },
        target: vec![1.0, 2.0],
        feature_names: vec!["x".into()],
        classes: None,
        weights: None,
        target_name: "y".into(),
        other_targets: Vec::new(),
        given_test: 0,
        fingerprint: String::new(),
        notes: Vec::new(),
        reading: Reading::default(),
    };
    for (path, batching) in [(Path::Modes, Batching::Full), (Path::Plain, Batching::Full)] {
        let mut spec = Spec::gd(0.5, 2, vec![0.0; 2]).every_step();
        (spec.batching, spec.options.metrics) = (batching, vec!["mae".to_owned()]);
        let without = train_one(&whole(&dataset, false), &spec, path);
        assert_eq!(without.curve.metrics, [], "only the curve of the score is recorded");
        spec.options.curve = crate::metric::metric("mae");
        let record = train_one(&whole(&dataset, false), &spec, path);
        let [mae] = &record.curve.metrics[..] else { panic!("one curve") };
        let biases = [0.0, 0.75, 1.125];
        let expected = biases.map(|bias: f64| ((1.0 - bias).abs() + (2.0 - bias).abs()) / 2.0);
        assert_eq!(mae.name, "mae");
        mae.train.iter().zip(expected).for_each(|(found, expected)| {
            assert_close(found.expect("defined"), expected, 1e-12, "the MAE");
        });
        assert_eq!((mae.train.len(), mae.validation.len()), (3, 0), "there is no validation split");
        let recorded = record.metrics.iter().find(|metric| metric.name == "mae").expect("recorded");
        assert_eq!(recorded.last, mae.train[2]);
        assert_eq!(TrialRecord { curve: without.curve.clone(), ..record.clone() }, without, "nothing else moves");
    }
}

#[test]
fn a_diverged_trial_keeps_the_curve_of_every_metric_before_it() {
    let mut spec = Spec::gd(1.5, 1000, vec![0.0; 2]);
    (spec.options.metrics, spec.options.curve) = (vec!["max_error".to_owned()], crate::metric::metric("max_error"));
    let record = train_one(&line(), &spec, Path::Modes);
    assert!(matches!(record.outcome, Outcome::Diverged { .. }));
    assert!(!record.curve.train.is_empty());
    assert_eq!(record.curve.metrics[0].train.len(), record.curve.train.len());
}
