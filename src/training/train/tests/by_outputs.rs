//! Tests of a model without least squares: it is trained and evaluated by its own passes, and agrees with the same
//! function as least squares.

use super::invariance::bits;
use super::plane::Plane;
use super::*;
use crate::record::{Outcome, Stopped};
use crate::train::evaluation::{ParameterState, zero_objective};
use crate::train::trial_state::TrialState;

fn plane() -> Arc<dyn Model> {
    Arc::new(Plane::default())
}

/// The same data for a model.
fn data(model: &Arc<dyn Model>, precision: Precision) -> Arc<PreparedData> {
    split_for(model, &load("diabetes.csv", "progression"), true, precision, [300, 142]).expect("forms")
}

fn specs(batching: Batching, precision: Precision) -> Vec<Spec> {
    let mut specs = Vec::new();
    for rate in [0.001, 0.01, 0.1, 3.0] {
        for (momentum, nesterov, l1, l2) in
            [(0.0, false, 0.0, 0.0), (0.9, false, 0.0, 0.1), (0.9, true, 0.0, 0.0), (0.5, true, 0.3, 0.1)]
        {
            let mut spec = Spec::gd(rate, 30, vec![0.25; 11]).momentum(momentum, nesterov);
            (spec.batching, spec.l1, spec.l2) = (batching, l1, l2);
            spec.options.precision = precision;
            specs.push(spec);
        }
    }
    specs
}

/// Full batches, and batches of which the last is shorter.
const BATCHINGS: [Batching; 2] = [Batching::Full, Batching::Rows { size: 7, replacement: false, keep: false }];
const PRECISIONS: [Precision; 2] = [Precision::F64, Precision::F32];

/// A model that is not linear in its parameters is evaluated in the precision that it trains in.
fn assert_all_close(found: &[f64], expected: &[f64], precision: Precision, what: &str) {
    let most = if precision == Precision::F64 { 1e-12 } else { 1e-6 };
    assert_eq!(found.len(), expected.len(), "{what}");
    found.iter().zip(expected).for_each(|(found, expected)| assert_close(*found, *expected, most, what));
}

#[test]
fn training_agrees_with_the_same_function_as_least_squares() {
    for (precision, batching) in PRECISIONS.into_iter().flat_map(|precision| BATCHINGS.map(|b| (precision, b))) {
        let specs = specs(batching, precision);
        let found = train_model(&plane(), &data(&plane(), precision), &specs, Path::Rows);
        let expected = train_model(&linear(), &data(&linear(), precision), &specs, Path::Rows);
        let mut completed = 0;
        for (found, expected) in found.iter().zip(&expected) {
            let what = format!("{precision:?}, {batching:?}, {}", found.setting);
            assert_eq!(found.outcome.is_completed(), expected.outcome.is_completed(), "{what}");
            assert_eq!((found.steps, &found.curve.epoch), (expected.steps, &expected.curve.epoch), "{what}");
            assert_all_close(&found.curve.train, &expected.curve.train, precision, &what);
            assert_all_close(&found.curve.validation, &expected.curve.validation, precision, &what);
            for (found, expected) in found.metrics.iter().zip(&expected.metrics) {
                let values = |metric: &crate::record::Metric| [metric.last, metric.best].map(Option::unwrap_or_default);
                if found.last.is_some() {
                    assert_all_close(&values(found), &values(expected), precision, &what);
                }
            }
            completed += usize::from(found.outcome.is_completed());
            // Both fold the same numbers in the same order.
            assert_eq!(found.theta, expected.theta, "{what}");
        }
        assert!(completed >= 12 && completed < specs.len(), "{completed} of {} are completed", specs.len());
    }
}

#[test]
fn alone_and_in_a_cohort_are_the_same_bits() {
    for (precision, batching) in PRECISIONS.into_iter().flat_map(|precision| BATCHINGS.map(|b| (precision, b))) {
        let (data, specs) = (data(&plane(), precision), specs(batching, precision));
        for (spec, together) in specs.iter().zip(train_model(&plane(), &data, &specs, Path::Rows)) {
            let alone = train_model(&plane(), &data, std::slice::from_ref(spec), Path::Rows);
            assert_eq!(bits(&alone[0]), bits(&together), "{precision:?}, {batching:?}");
        }
    }
}

#[test]
fn without_a_reduced_form_every_path_is_the_one_by_rows() {
    let data = data(&plane(), Precision::F64);
    assert!(data.least_squares().is_none());
    let spec = Spec::gd(0.1, 20, vec![0.0; 11]).momentum(0.9, false);
    let by_rows = &train_model(&plane(), &data, std::slice::from_ref(&spec), Path::Rows)[0];
    for path in [Path::Plain, Path::Compressed, Path::Modes] {
        let record = &train_model(&plane(), &data, std::slice::from_ref(&spec), path)[0];
        assert_eq!(bits(record), bits(by_rows), "{path}");
    }
    assert!(crate::train::problem_record(&data, 0.0, &[0.0; 11]).is_none());
}

#[test]
fn stopping_rules_see_the_same_objective_and_gradient() {
    for (target_loss, gradient_norm, l1) in [(Some(1600.0), None, 0.0), (None, Some(1e-3), 0.0), (None, Some(1.0), 0.3)]
    {
        let mut spec = Spec::gd(0.2, 5_000, vec![0.0; 11]);
        (spec.options.target_loss, spec.options.gradient_norm, spec.l1) = (target_loss, gradient_norm, l1);
        let spec = std::slice::from_ref(&spec);
        let found = &train_model(&plane(), &data(&plane(), Precision::F64), spec, Path::Rows)[0];
        let expected = &train_model(&linear(), &data(&linear(), Precision::F64), spec, Path::Rows)[0];
        assert!(!matches!(found.outcome, Outcome::Completed { stopped: Stopped::Epochs }), "{:?}", found.outcome);
        assert_eq!((&found.outcome, found.steps), (&expected.outcome, expected.steps));
    }
}

#[test]
fn the_state_of_a_trial_gives_the_outputs_of_every_row() {
    let theta: Vec<f64> = (0..11).map(|index| 0.5 * f64::from(index) - 2.0).collect();
    let mut zeros = Vec::new();
    for model in [plane(), linear()] {
        let data = data(&model, Precision::F64);
        let cohort = cohort(&model, &data, &[Spec::gd(0.1, 1, theta.clone())], Path::Rows);
        let state = ParameterState::new(&cohort, Penalty { l1: 0.0, l2: 0.0 }, theta.clone());
        let mut outputs = vec![f64::NAN];
        for (split, rows) in [(Split::Train, &data.train), (Split::Validation, data.validation.as_ref().expect("is"))] {
            assert!(state.predictions(split, &mut outputs));
            assert_eq!(outputs.len(), rows.matrix.rows);
            for (row, output) in outputs.iter().enumerate() {
                let weights = &theta[11 - rows.matrix.columns..];
                let start = if weights.len() == 11 { 0.0 } else { theta[0] };
                let terms = rows.matrix.row(row).iter().zip(weights);
                let expected = terms.fold(start, |sum, (value, weight)| weight.mul_add(*value, sum));
                assert_eq!(output.to_bits(), expected.to_bits(), "{split:?}, row {row}");
            }
        }
        assert!(!state.predictions(Split::Test, &mut outputs) && outputs.is_empty());
        zeros.push(zero_objective(&cohort));
    }
    assert_close(zeros[0], zeros[1], 1e-12, "J of the zero predictor");
}

#[test]
fn a_model_that_does_not_fit_the_data_says_so() {
    let refused = split_for(&plane(), &generated(4, 21, 1.0, 0), false, Precision::F64, [4, 0]).map(|_| ());
    assert_eq!(refused, Err("a plane takes at most 20 features, but the data has 21".to_owned()));
}
