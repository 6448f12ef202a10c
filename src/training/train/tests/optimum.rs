//! The minimum of J under smooth losses, and what is said where there is none.

use super::classes::{iris, model, parameters, prepared};
use super::*;
use crate::train::optimum;

/// λmax by a dense Hessian: XᵀDX/n + l2 of the weights, D = p(1 − p).
#[test]
fn the_curvature_at_the_minimum_is_that_of_a_dense_hessian() {
    let data = prepared("log", Precision::F64, false);
    let model = model("log");
    let found = optimum(&data, &model, 0.01, &vec![0.0; parameters("log")]).expect("small");
    assert!(found.gradient_norm <= 1e-8 && !found.is_separable, "{found:?}");
    // The same minimum by gradient descent.
    let largest = found.largest_eigenvalue.expect("found");
    let mut spec = Spec::gd(1.5 / largest, 20_000, vec![0.0; parameters("log")]);
    spec.l2 = 0.01;
    let theta = train_model(&model, &data, &[spec], Path::Rows).remove(0).theta.expect("few");
    let rows = &data.train.matrix;
    let d = rows.columns;
    let mut hessian = Matrix::filled(d, d, 0.0);
    for row in 0..rows.rows {
        let x = rows.row(row);
        let p = 1.0 / (1.0 + (-crate::numeric::dot(x, &theta)).exp());
        for (at, value) in hessian.values.iter_mut().enumerate() {
            *value += p * (1.0 - p) * x[at / d] * x[at % d] / rows.rows as f64;
        }
    }
    (1..d).for_each(|weight| hessian.set(weight, weight, hessian.at(weight, weight) + 0.01));
    let expected = crate::numeric::svd(&hessian).sigma[0];
    assert_close(largest, expected, 1e-7, "the largest eigenvalue");
    let [below, beyond] = &found.checks[..] else { panic!("two checks") };
    for check in [below, beyond] {
        assert_close(check.measured_growth.expect("finite"), check.predicted_growth, 1e-3, "growth");
    }
    assert!(below.predicted_growth < 0.2 && beyond.predicted_growth > 5.0);
}

#[test]
fn separable_classes_have_no_minimum_unless_a_penalty_holds_the_weights() {
    for loss in ["log", "cross_entropy"] {
        let model = model(loss);
        // Setosa and versicolor, which a plane separates.
        let mut dataset = iris(3);
        dataset.features = dataset.features.select_rows(&(0..100).collect::<Vec<_>>());
        dataset.target.truncate(100);
        let data = split_for(&model, &dataset, true, Precision::F64, [100, 0]).expect("fits");
        let start = vec![0.0; data.layout_of(&*model).expect("fits").parameters()];
        let without = optimum(&data, &model, 0.0, &start).expect("small");
        assert!(without.is_separable && without.largest_eigenvalue.is_none(), "{loss}: {without:?}");
        let with = optimum(&data, &model, 0.01, &start).expect("small");
        assert!(
            !with.is_separable && with.largest_eigenvalue.is_some_and(|largest| largest > 0.01),
            "{loss}: {with:?}"
        );
        assert!(with.checks.iter().all(|check| check.measured_growth.is_some()));
    }
}

/// Setosa can be told from the others by a plane, and these two not from each other: the weights of setosa grow without end.
#[test]
fn partly_separable_classes_have_no_minimum_either() {
    let model = model("cross_entropy");
    for rows in [150, 130, 120] {
        let mut dataset = iris(3);
        dataset.features = dataset.features.select_rows(&(0..rows).collect::<Vec<_>>());
        dataset.target.truncate(rows);
        let data = split_for(&model, &dataset, true, Precision::F64, [rows, 0]).expect("fits");
        let found = optimum(&data, &model, 0.0, &[0.0; 15]).expect("small");
        assert!(found.is_separable && found.largest_eigenvalue.is_none(), "{rows}: {found:?}");
    }
    // Of classes that overlap there is one.
    let data = prepared("log", Precision::F64, false);
    let found = optimum(&data, &super::classes::model("log"), 0.0, &[0.0; 5]).expect("small");
    assert!(!found.is_separable && found.largest_eigenvalue.is_some(), "{found:?}");
}
