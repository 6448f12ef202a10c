//! Tests of training against other programs' numbers.

use serde_json::Value;

use super::*;
use crate::record::Outcome;
use crate::train::least_squares::ExactSolution;

pub fn fixture(name: &str) -> Value {
    let path = FilePath::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures").join(name);
    serde_json::from_slice(&std::fs::read(path).expect("is there")).expect("is JSON")
}

pub fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().expect("a list").iter().map(|number| number.as_f64().expect("a number")).collect()
}

#[test]
fn the_textbook_line_is_reproduced_on_every_path() {
    let expected = fixture("textbook_line.expected.json");
    let data = whole(&load("textbook_line.csv", "y"), false);
    let limit = expected["largest_stable_learning_rate"].as_f64().expect("a number");
    for path in [Path::Plain, Path::Compressed, Path::Modes] {
        for run in expected["runs"].as_array().expect("a list") {
            let rate = run["learning_rate"].as_f64().expect("a number");
            let spec = Spec::gd(rate, 1000, numbers(&expected["theta0"])).every_step();
            let record = train_one(&data, &spec, path);
            if rate > limit {
                continue;
            }
            assert!(record.outcome.is_completed());
            for (step, mse) in run["mse_after_updates"].as_object().expect("a table") {
                let step: usize = step.parse().expect("a step");
                let what = format!("{path}, rate {rate}, step {step}");
                assert_close(record.curve.train[step], mse.as_f64().expect("a number"), 1e-12, &what);
            }
            let theta = record.theta.expect("two parameters are kept");
            for (found, expected) in theta.iter().zip(numbers(&run["theta"])) {
                assert_close(*found, expected, 1e-12, &format!("{path}, rate {rate}, θ"));
            }
        }
    }
}

#[test]
fn rates_on_the_two_sides_of_the_limit_part() {
    let data = whole(&load("textbook_line.csv", "y"), false);
    let start = vec![0.013_001_891_877_907_02, 1.453_534_077_157_316_9];
    let below = train_one(&data, &Spec::gd(0.96, 1000, start.clone()), Path::Modes);
    assert!(below.curve.train.last() < below.curve.train.first());
    // At a rate of 0.98, ten thousand steps exceed the bound of 10¹²·S. A thousand do not, but J grows all the same.
    let beyond = train_one(&data, &Spec::gd(0.98, 1000, start.clone()), Path::Modes);
    assert!(beyond.curve.train.last() > beyond.curve.train.first());
    let flagged = train_one(&data, &Spec::gd(0.98, 10_000, start), Path::Modes);
    assert!(matches!(flagged.outcome, Outcome::Diverged { .. }), "{:?}", flagged.outcome);
}

#[test]
fn gd_momentum_and_nesterov_follow_the_reference_traces() {
    let data = diabetes();
    for trace in fixture("optimizer_traces.json")["traces"].as_array().expect("a list") {
        let hyperparameters = &trace["hyperparameters"];
        let rate = hyperparameters["lr"].as_f64().expect("a number");
        let momentum = hyperparameters["momentum"].as_f64().unwrap_or(0.0);
        let nesterov = hyperparameters["nesterov"].as_bool().unwrap_or(false);
        for (steps, after) in trace["after_steps"].as_object().expect("a table") {
            let steps: u64 = steps.parse().expect("a step");
            for path in [Path::Plain, Path::Compressed, Path::Modes] {
                let spec = Spec::gd(rate, steps, vec![0.0; 11]).momentum(momentum, nesterov);
                let record = train_one(&data, &spec, path);
                let what = format!("{} on the path {path} after {steps}", trace["optimizer"]);
                assert_close(
                    record.curve.train[record.curve.train.len() - 1],
                    after["mse"].as_f64().expect("a number"),
                    1e-12,
                    &what,
                );
                let expected = numbers(&after["theta"]);
                let scale = expected.iter().fold(0.0_f64, |scale, value| scale.max(value.abs()));
                for (found, expected) in record.theta.expect("kept").iter().zip(&expected) {
                    assert!((found - expected).abs() <= 1e-12 * scale, "{what}: θ {found:?} against {expected:?}");
                }
            }
        }
    }
}

#[test]
fn proximal_gradient_descent_reaches_lasso_with_the_same_zeros() {
    let data = diabetes();
    for run in fixture("lasso_diabetes.json")["runs"].as_array().expect("a list") {
        let l1 = run["l1"].as_f64().expect("a number");
        let expected = numbers(&run["theta"]);
        for (momentum, nesterov) in [(0.0, false), (0.9, false), (0.9, true)] {
            for path in [Path::Compressed, Path::Plain] {
                let epochs = if path == Path::Plain { 20_000 } else { 60_000 };
                let mut spec = Spec::gd(0.2, epochs, vec![0.0; 11]).momentum(momentum, nesterov);
                if path == Path::Plain && momentum == 0.0 {
                    continue;
                }
                spec.l1 = l1;
                let record = train_one(&data, &spec, path);
                let what = format!("l1 {l1}, momentum {momentum}, nesterov {nesterov}, {path}");
                assert_close(
                    record.curve.train[record.curve.train.len() - 1],
                    run["mse"].as_f64().expect("a number"),
                    1e-9,
                    &what,
                );
                for (found, expected) in record.theta.expect("kept").iter().zip(&expected) {
                    assert_eq!(*found == 0.0, *expected == 0.0, "{what}: zeros differ ({found:?}, {expected:?})");
                    assert!(
                        (found - expected).abs() <= 1e-9 * expected.abs().max(1.0),
                        "{what}: {found:?}, {expected:?}"
                    );
                }
            }
        }
    }
}

#[test]
fn gradient_descent_near_the_limit_reaches_the_exact_solution() {
    let data = diabetes();
    let record = super::super::problem_record(&data, 0.0, &[0.0; 11]).expect("small");
    let rate = 0.98 * 2.0 / record.eigenvalues[0];
    let trained = train_one(&data, &Spec::gd(rate, 3_000, vec![0.0; 11]), Path::Modes);
    let exact = ExactSolution::new(&data, Penalty { l1: 0.0, l2: 0.0 })
        .and_then(|exact| exact.mean_square(&data.train))
        .expect("small");
    assert_close(trained.curve.train[trained.curve.train.len() - 1], exact, 1e-9, "MSE");
}
