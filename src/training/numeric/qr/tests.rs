//! Tests of triangles against the inner products and losses of the original rows.

use proptest::prelude::*;

use super::scales::power_of_two;
use super::*;
use crate::numeric::{Purpose, Stream, dot};

fn random(n: usize, d: usize, seed: u64) -> (Matrix, Vec<f64>) {
    let mut stream = Stream::new(seed, Purpose::SyntheticFeatures, 0);
    let mut x = Matrix::filled(n, d, 0.0);
    x.values.iter_mut().for_each(|value| *value = stream.normal());
    (x, (0..n).map(|_| stream.normal()).collect())
}

/// ‖Xθ − y‖², and the sum over all rows of (Σ |term|)², where the terms add up to the residual.
fn loss(x: &Matrix, y: &[f64], theta: &[f64]) -> (f64, f64) {
    let mut loss = 0.0;
    let mut terms = 0.0;
    for (row, target) in y.iter().enumerate() {
        let products = x.row(row).iter().zip(theta).map(|(value, weight)| value * weight);
        let (sum, size) = products.fold((-target, target.abs()), |(sum, size), p| (sum + p, size + p.abs()));
        loss += sum * sum;
        terms += size * size;
    }
    (loss, terms)
}

/// Compares R, z and ρ² with XᵀX, Xᵀy and ‖Xθ − y‖².
fn check(x: &Matrix, y: &[f64], theta: &[f64]) {
    let Triangle { r, z, residual } = triangle(x, y);
    assert_eq!((r.rows, r.columns, z.len()), (x.rows.min(x.columns), x.columns, x.rows.min(x.columns)));
    assert!(residual >= 0.0);
    let (expected, terms) = loss(x, y, theta);
    let (reduced, _) = loss(&r, &z, theta);
    assert!((expected - residual - reduced).abs() <= 1e-13 * terms, "{expected} {residual} {reduced}");
    let column = |m: &Matrix, c: usize| (0..m.rows).map(|row| m.at(row, c)).collect::<Vec<_>>();
    for a in 0..x.columns {
        for row in a + 1..r.rows {
            assert_eq!(r.at(row, a), 0.0);
        }
        let xa = column(x, a);
        let ra = column(&r, a);
        for b in 0..=a {
            let xb = column(x, b);
            let size = (dot(&xa, &xa) * dot(&xb, &xb)).sqrt();
            assert!((dot(&xa, &xb) - dot(&ra, &column(&r, b))).abs() <= 1e-13 * size);
        }
        let size = (dot(&xa, &xa) * dot(y, y)).sqrt();
        assert!((dot(&xa, y) - dot(&ra, &z)).abs() <= 1e-13 * size);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]
    #[test]
    fn loss_and_inner_products_survive(n in 1_usize..900, d in 0_usize..70, seed in 0_u64..1000, twins in any::<bool>()) {
        let (mut x, y) = random(n, d, seed);
        if twins && d > 2 {
            // Rank-deficient, with a column of zeros, and scales that differ by 10²⁰.
            for row in 0..n {
                x.set(row, d - 1, 3.0 * x.at(row, 0));
                x.set(row, 1, 0.0);
                x.set(row, 2, 1e20 * x.at(row, 2));
            }
        }
        let theta: Vec<f64> = (0..d).map(|j| if twins && j == 2 { 1e-20 } else { 1.0 - j as f64 / 50.0 }).collect();
        check(&x, &y, &theta);
    }
}

#[test]
fn scaling_columns_by_powers_of_two_changes_no_bit() {
    let (mut x, mut y) = random(600, 5, 1);
    let reference = triangle(&x, &y);
    let scales = [1000, -1000, 0, -600, 500].map(power_of_two);
    for (row, target) in y.iter_mut().enumerate() {
        for (value, scale) in x.row_mut(row).iter_mut().zip(scales) {
            *value *= scale;
        }
        *target *= power_of_two(-400);
    }
    let scaled = triangle(&x, &y);
    for row in 0..5 {
        for (column, scale) in scales.iter().enumerate().skip(row) {
            assert_eq!(scaled.r.at(row, column), reference.r.at(row, column) * scale);
        }
        assert_eq!(scaled.z[row], reference.z[row] * power_of_two(-400));
    }
    assert_eq!(scaled.residual, reference.residual * power_of_two(-800));
}

#[test]
fn the_ends_of_the_number_range_give_no_nan() {
    let values = vec![f64::MAX / 4.0, 5e-324, f64::MAX / 4.0, 0.0, -f64::MAX / 4.0, 1e-310];
    let Triangle { r, z, residual } = triangle(&Matrix { rows: 3, columns: 2, values }, &[1e-320, 1.0, 1e308]);
    assert!(r.values.iter().chain(&z).all(|value| value.is_finite()) && !residual.is_nan());
}

#[test]
fn degenerate_problems_have_a_triangle() {
    let zeros = triangle(&Matrix::filled(10, 3, 0.0), &[0.0; 10]);
    assert_eq!((zeros.r, zeros.z, zeros.residual), (Matrix::filled(3, 3, 0.0), vec![0.0; 3], 0.0));
    let one = triangle(&Matrix { rows: 1, columns: 2, values: vec![2.0, 3.0] }, &[5.0]);
    assert_eq!((one.r.values, one.z, one.residual), (vec![2.0, 3.0], vec![5.0], 0.0));
    let none = triangle(&Matrix::filled(0, 2, 0.0), &[]);
    assert_eq!((none.r.rows, none.z.len(), none.residual), (0, 0, 0.0));
    let no_features = triangle(&Matrix::filled(2, 0, 0.0), &[3.0, 4.0]);
    assert!((no_features.residual - 25.0).abs() < 1e-14);
}

#[test]
fn an_exact_fit_leaves_a_residual_at_rounding_level() {
    let (x, _) = random(2000, 20, 3);
    let y: Vec<f64> = (0..2000).map(|row| x.row(row).iter().fold(1e-3, |sum, value| sum + value) - 1e-3).collect();
    assert!(triangle(&x, &y).residual < 1e-26 * 2000.0 * 20.0);
}

#[test]
fn golden_bits() {
    let (x, y) = random(1234, 40, 5);
    let Triangle { r, z, residual } = triangle(&x, &y);
    let mut hash = blake3::Hasher::new();
    for value in r.values.iter().chain(&z).chain([&residual]) {
        hash.update(&value.to_le_bytes());
    }
    assert_eq!(hash.finalize().to_hex()[..16], *"2d7a060d2e799843");
}

#[test]
#[ignore = "a timing, not a test"]
fn time() {
    let (x, y) = random(10_000, 100, 1);
    for _ in 0..5 {
        let start = std::time::Instant::now();
        let triangle = triangle(&x, &y);
        eprintln!("{:?} {}", start.elapsed(), triangle.residual);
    }
}

#[test]
fn threads_change_no_bit() {
    let (x, y) = random(9_000, 40, 5);
    let of = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        let Triangle { r, z, residual } = pool.install(|| triangle(&x, &y));
        let bits: Vec<u64> = r.values.iter().chain(&z).chain([&residual]).map(|value| value.to_bits()).collect();
        bits
    };
    let alone = of(1);
    for threads in [2, 3, 4, 8, 16] {
        assert_eq!(of(threads), alone, "{threads} threads");
    }
}
