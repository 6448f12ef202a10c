//! The exact solution under l1 against scikit-learn, by hand, and by its duality gap.

use super::references::{fixture, numbers};
use super::*;
use crate::train::least_squares::{ExactSolution, LassoProblem};

#[test]
fn lasso_and_elastic_net_are_those_of_scikit_learn() {
    let dataset = load("diabetes.csv", "progression");
    for run in fixture("elastic_net_diabetes.json")["runs"].as_array().expect("a list") {
        let data = whole(&dataset, run["features"] == "standardized");
        let penalty = Penalty { l1: run["l1"].as_f64().expect("a number"), l2: run["l2"].as_f64().expect("a number") };
        let exact = ExactSolution::new(&data, penalty).expect("found");
        let what = format!("{} {penalty:?}", run["features"]);
        assert_close(
            exact.mean_square(&data.train).expect("finite"),
            run["mse"].as_f64().expect("a number"),
            1e-8,
            &what,
        );
        for (found, expected) in exact.theta()[1..].iter().zip(numbers(&run["weights"])) {
            assert_eq!(*found == 0.0, expected == 0.0, "{what}: {found} {expected}");
            assert!((found - expected).abs() < 1e-6 * expected.abs().max(1.0), "{what}: {found} {expected}");
        }
    }
}

/// Centred x = −1, 0, 1 and y = −2, 0, 2 give w = (4 − 3·l1)/(2 + 3·l2), whatever the offset, and 0 from l1 = 4/3 on.
#[test]
fn one_feature_by_hand() {
    for (offset, scale) in [(0.0, 1.0), (1e13, 1.0), (0.0, 1e-9)] {
        let dataset = Dataset {
            features: Matrix { rows: 3, columns: 2, values: vec![offset, 5.0, offset + 1.0, 5.0, offset + 2.0, 5.0] },
            target: vec![scale, 3.0 * scale, 5.0 * scale],
            feature_names: vec!["x".into(), "constant".into()],
            classes: None,
            weights: None,
            target_name: "y".into(),
            other_targets: Vec::new(),
            given_test: 0,
            fingerprint: "by hand".into(),
            notes: Vec::new(),
            reading: Reading::default(),
        };
        let data = whole(&dataset, false);
        for (l1, l2) in [(0.1, 0.0), (0.1, 0.5), (1.3, 0.0), (2.0, 0.0)] {
            let exact = ExactSolution::new(&data, Penalty { l1: l1 * scale, l2 }).expect("found");
            let weight = scale * f64::max(4.0 - 3.0 * l1, 0.0) / (2.0 + 3.0 * l2);
            assert!((exact.theta()[1] - weight).abs() < 1e-12 * scale, "{l1} {l2}: {:?}", exact.theta());
            let outputs = exact.outputs(&data.train.matrix);
            assert!((outputs[2] - (3.0 * scale + weight)).abs() < 1e-12 * scale, "{outputs:?}");
        }
    }
}

/// Correlated columns, copies, more columns than rows, and penalties over four decades.
#[test]
fn the_duality_gap_closes_on_hard_problems() {
    let mut stream = Stream::new(21, Purpose::SyntheticFeatures, 0);
    for (rows, columns) in [(30, 10), (12, 40), (60, 60), (100, 150)] {
        let common: Vec<f64> = (0..rows).map(|_| stream.normal()).collect();
        let mut matrix = Matrix::filled(rows, columns, 0.0);
        for column in 0..columns {
            let own = if column % 3 == 0 { 1e-3 } else { 1.0 };
            for (row, common) in common.iter().enumerate() {
                let copied = if column % 7 == 6 { Some(matrix.at(row, column - 1)) } else { None };
                matrix.set(row, column, copied.unwrap_or(common + own * stream.normal()));
            }
        }
        let target: Vec<f64> = (0..rows).map(|row| matrix.at(row, 0) - matrix.at(row, 1) + stream.normal()).collect();
        for penalty in [1e-2, 0.1, 1.0, 10.0, 100.0] {
            let problem = LassoProblem::new(&matrix, target.clone(), 0.5, vec![penalty; columns]);
            assert!(problem.minimiser().is_some(), "{rows} × {columns}, λ = {penalty}");
        }
    }
}
