//! Theory and the exact solution with more parameters than modes have.

use super::*;
use crate::numeric::{dot, svd};
use crate::record::ProblemRecord;
use crate::shape::Recurrence;
use crate::theory::ExactCurve;
use crate::train::least_squares::ExactSolution;
use crate::train::{MOST_MODES, problem_record};

fn random(n: usize, features: usize) -> Arc<PreparedData> {
    let mut stream = Stream::new(11, Purpose::SyntheticFeatures, features as u64);
    let dataset = Dataset {
        features: Matrix { rows: n, columns: features, values: (0..n * features).map(|_| stream.normal()).collect() },
        target: (0..n).map(|_| 3.0 + stream.normal()).collect(),
        feature_names: (0..features).map(|index| format!("x{index}")).collect(),
        classes: None,
        weights: None,
        target_name: "y".into(),
        other_targets: Vec::new(),
        given_test: 0,
        fingerprint: "random".into(),
        notes: Vec::new(),
        reading: Reading::default(),
    };
    whole(&dataset, false)
}

/// The largest eigenvalue of XᵀX/n + l2·D by a dense decomposition.
fn dense(data: &PreparedData, l2: f64) -> f64 {
    let mut rows = data.train.matrix.clone();
    let weight = (rows.rows as f64 * l2).sqrt();
    for column in data.layout().weights().iter().cloned().flatten() {
        let mut row = vec![0.0; rows.columns];
        row[column] = weight;
        rows.values.extend(row);
        rows.rows += 1;
    }
    let sigma = svd(&rows).sigma[0];
    sigma * sigma / data.n_train() as f64
}

#[test]
fn the_largest_eigenvalue_does_not_stop_at_modes() {
    for (n, features) in [(400, MOST_MODES - 1), (400, MOST_MODES), (150, MOST_MODES + 40)] {
        let data = random(n, features);
        for l2 in [0.0, 0.3] {
            let record = problem_record(&data, l2, &vec![0.0; features + 1]).expect("least squares");
            let largest = record.largest_eigenvalue().expect("found");
            assert_close(largest, dense(&data, l2), 1e-10, &format!("{n} × {features}, l2 {l2}"));
            let has_modes = features < MOST_MODES;
            assert_eq!((record.eigenvalues.is_empty(), record.start.is_empty()), (!has_modes, !has_modes));
            let curve = ExactCurve::new(&record, Recurrence { momentum: 0.0, nesterov: false }, 10);
            assert_eq!(curve.is_some(), has_modes, "the curve needs all eigenvalues");
            let text = serde_json::to_string(&record).expect("encodes");
            assert_eq!(serde_json::from_str::<ProblemRecord>(&text).expect("decodes"), record);
        }
    }
}

/// At the minimum no column is correlated with the residuals, and fewer rows than parameters are fitted exactly.
fn is_a_minimum(n: usize, features: usize) {
    let data = random(n, features);
    let exact = ExactSolution::new(&data, Penalty { l1: 0.0, l2: 0.0 }).expect("few enough");
    let outputs = exact.outputs(&data.train.matrix);
    let targets = data.train.target.numbers();
    let residuals: Vec<f64> = targets.iter().zip(&outputs).map(|(target, output)| target - output).collect();
    let largest = data.train.matrix.transposed();
    for column in 0..=features {
        let product = dot(largest.row(column), &residuals);
        assert!(product.abs() < 1e-11 * n as f64, "{n} × {features}, column {column}: {product:e}");
    }
    let mse = exact.mean_square(&data.train).expect("finite");
    assert!(if n <= features + 1 { mse < 1e-24 } else { mse > 1e-3 }, "{n} × {features}: {mse:e}");
}

#[test]
fn the_exact_solution_does_not_stop_at_modes() {
    is_a_minimum(420, 300);
    is_a_minimum(120, 300);
}

#[test]
#[ignore = "a minute"]
fn the_exact_solution_of_the_most_parameters() {
    for n in [5_000, 2_048, 700] {
        let begin = std::time::Instant::now();
        is_a_minimum(n, 2_047);
        println!("{n} × 2048: {:.1} s", begin.elapsed().as_secs_f64());
    }
    let data = random(2_300, 2_047);
    let begin = std::time::Instant::now();
    let record = problem_record(&data, 0.1, &vec![0.0; 2_048]).expect("least squares");
    println!("λmax: {:.1} s", begin.elapsed().as_secs_f64());
    let (largest, mut x) = (record.largest_eigenvalue().expect("found"), vec![1.0; 2_048]);
    let columns = data.train.matrix.transposed();
    let mut value = 0.0;
    // Power iteration comes from below.
    for _ in 0..3_000 {
        let image: Vec<f64> = (0..2_300).map(|row| dot(data.train.matrix.row(row), &x)).collect();
        let mut next: Vec<f64> = (0..2_048).map(|column| dot(columns.row(column), &image) / 2_300.0).collect();
        next.iter_mut().zip(&x).skip(1).for_each(|(next, x)| *next += 0.1 * x);
        value = dot(&next, &x) / dot(&x, &x);
        let length = dot(&next, &next).sqrt();
        x = next.iter().map(|next| next / length).collect();
    }
    assert_close(value, largest, 1e-8, "λmax");
    assert!(value <= largest * (1.0 + 1e-12), "{value} {largest}");
    assert!(ExactSolution::new(&random(10, 2_048), Penalty { l1: 0.0, l2: 0.0 }).is_none(), "one parameter too many");
}
