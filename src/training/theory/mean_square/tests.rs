//! Tests of the mean-square theory.

use super::*;
use crate::numeric::{Purpose, Stream};

fn stability_limit(x: &Matrix, l2: f64, batch_size: u64) -> Option<f64> {
    SecondMoment::new(x, l2)?.limit(batch_size)
}

/// All ten features standardised, behind a column of ones.
fn diabetes() -> Matrix {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../experiments/data/diabetes.csv");
    let text = std::fs::read_to_string(path).unwrap();
    let table: Vec<Vec<f64>> =
        text.lines().skip(1).map(|line| line.split(',').map(|cell| cell.trim().parse().unwrap()).collect()).collect();
    let n = table.len() as f64;
    let mut x = Matrix::filled(table.len(), 11, 1.0);
    for feature in 0..10 {
        let mean = table.iter().fold(0.0, |sum, row| sum + row[feature]) / n;
        let variance = table.iter().fold(0.0, |sum, row| sum + (row[feature] - mean) * (row[feature] - mean)) / n;
        for (index, row) in table.iter().enumerate() {
            x.set(index, feature + 1, (row[feature] - mean) / variance.sqrt());
        }
    }
    x
}

#[test]
fn limits_on_diabetes() {
    let moment = SecondMoment::new(&diabetes(), 0.0).unwrap();
    for (batch_size, expected) in [(1, 0.27), (2, 0.46), (4, 0.67), (16, 0.91), (64, 0.98)] {
        let fraction = moment.limit(batch_size).unwrap() * moment.largest_eigenvalue() / 2.0;
        assert!((fraction - expected).abs() < 0.006, "B = {batch_size}: {fraction}");
    }
}

#[test]
fn one_feature_has_a_closed_form() {
    // 1 − 2αg + α²(g² + (q − g²)/B) = 1 at α = 2g/(g² + (q − g²)/B), g and q the mean square and fourth power.
    let x = Matrix { rows: 3, columns: 1, values: vec![1.0, 2.0, 4.0] };
    let (g, q) = (21.0 / 3.0, (1.0 + 16.0 + 256.0) / 3.0);
    for batch_size in [1, 3, 100] {
        let expected = 2.0 * g / (g * g + (q - g * g) / batch_size as f64);
        let limit = stability_limit(&x, 0.0, batch_size).unwrap();
        assert!((limit / expected - 1.0).abs() < 1e-12);
    }
}

#[test]
fn a_penalty_and_a_large_batch_give_the_limit_of_gradient_descent() {
    let x = diabetes();
    let moment = SecondMoment::new(&x, 0.5).unwrap();
    let limit = moment.limit(1_000_000_000).unwrap();
    assert!((limit * moment.largest_eigenvalue() / 2.0 - 1.0).abs() < 1e-6);
    assert!(moment.largest_eigenvalue() > SecondMoment::new(&x, 0.0).unwrap().largest_eigenvalue() + 0.4);
    assert!(moment.expectation(&[], &[], 0.1, 1, 1).is_none());
}

#[test]
fn collinear_features_leave_the_limit_finite_and_large_problems_have_none() {
    let x = Matrix { rows: 3, columns: 3, values: vec![1.0, 2.0, 4.0, 1.0, 0.5, 1.0, 1.0, -1.0, -2.0] };
    let limit = stability_limit(&x, 0.0, 1).unwrap();
    assert!(limit > 0.0 && limit < 2.0);
    assert!(stability_limit(&Matrix::filled(10, 65, 1.0), 0.0, 1).is_none());
    assert!(stability_limit(&Matrix::filled(2, 2, 0.0), 0.0, 1).is_none());
    assert!(stability_limit(&x, 0.0, 0).is_none());
}

#[test]
fn the_floor_is_what_the_expectation_tends_to() {
    let x = Matrix { rows: 5, columns: 2, values: vec![1.0, -1.0, 1.0, 0.3, 1.0, 2.0, 1.0, -0.4, 1.0, 1.1] };
    let y = [0.5, -1.0, 2.0, 1.0, 0.0];
    let moment = SecondMoment::new(&x, 0.0).unwrap();
    for batch_size in [1, 2, 7] {
        let limit = moment.limit(batch_size).unwrap();
        for share in [0.01, 0.3, 0.9, 0.99] {
            let alpha = share * limit;
            let steps = 40_000;
            let path = moment.expectation(&y, &[1.0, -2.0], alpha, batch_size, steps).unwrap();
            let lowest = path[steps] - moment.floor(&y, alpha, batch_size).unwrap();
            let (_, residuals) = moment.best_fit(&y);
            let expected = dot(&residuals, &residuals) / 10.0;
            assert!((lowest - expected).abs() < 1e-7 * path[steps], "{batch_size} {share}: {lowest} {expected}");
        }
        assert!(moment.floor(&y, 1.001 * limit, batch_size).is_none(), "beyond the limit there is none");
    }
    // Of one feature and no bias: S = α·c/(B·(2g − α·(g² + (q − g²)/B))), c the mean of r²·x².
    let x = Matrix { rows: 3, columns: 1, values: vec![1.0, 2.0, 4.0] };
    let (y, g, q) = ([1.0, 1.0, 3.0], 7.0, 91.0);
    let slope = (1.0 + 2.0 + 12.0) / 21.0;
    let c = [1.0_f64, 2.0, 4.0].iter().zip(y).fold(0.0, |sum, (x, y)| sum + (y - slope * x).powi(2) * x * x / 3.0);
    let (alpha, b) = (0.01, 2.0);
    let expected = 0.5 * g * alpha * c / (b * (2.0 * g - alpha * (g * g + (q - g * g) / b)));
    let found = SecondMoment::new(&x, 0.0).unwrap().floor(&y, alpha, 2).unwrap();
    assert!((found / expected - 1.0).abs() < 1e-12, "{found} {expected}");
    assert!(SecondMoment::new(&x, 0.1).unwrap().floor(&y, alpha, 2).is_none(), "under a penalty there is none");
}

#[test]
fn expectation_is_what_simulation_finds() {
    const STEPS: usize = 25;
    const RUNS: usize = 20_000;
    let x = Matrix { rows: 5, columns: 2, values: vec![1.0, -1.0, 1.0, 0.3, 1.0, 2.0, 1.0, -0.4, 1.0, 1.1] };
    let y = [0.5, -1.0, 2.0, 1.0, 0.0];
    let (alpha, theta0) = (0.25, [1.0, -2.0]);
    let expected = SecondMoment::new(&x, 0.0).unwrap().expectation(&y, &theta0, alpha, 2, STEPS).unwrap();
    let residual = |row: usize, theta: &[f64; 2]| dot(x.row(row), theta) - y[row];
    let mut stream = Stream::new(1, Purpose::BatchOrder, 0);
    let (mut sums, mut squares) = (vec![0.0; STEPS + 1], vec![0.0; STEPS + 1]);
    for _ in 0..RUNS {
        let mut theta = theta0;
        for step in 0..=STEPS {
            let loss = (0..5).fold(0.0, |sum, row| sum + residual(row, &theta) * residual(row, &theta)) / 10.0;
            sums[step] += loss;
            squares[step] += loss * loss;
            let drawn = [stream.below(5), stream.below(5)].map(|row| row as usize);
            let errors = drawn.map(|row| residual(row, &theta));
            for (row, error) in drawn.into_iter().zip(errors) {
                theta[0] -= alpha * error * x.at(row, 0) / 2.0;
                theta[1] -= alpha * error * x.at(row, 1) / 2.0;
            }
        }
    }
    for step in 0..=STEPS {
        let mean = sums[step] / RUNS as f64;
        let error = ((squares[step] / RUNS as f64 - mean * mean) / RUNS as f64).max(0.0).sqrt();
        assert!((mean - expected[step]).abs() < 4.5 * error + 1e-12, "step {step}: {mean} {}", expected[step]);
    }
}
