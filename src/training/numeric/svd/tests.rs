//! Tests of the SVD: the product of its factors, orthogonality, accuracy and pinned bits.

use proptest::prelude::*;

use super::*;
use crate::numeric::{Purpose, Stream};

fn random(rows: usize, columns: usize, seed: u64) -> Matrix {
    let mut stream = Stream::new(seed, Purpose::SyntheticFeatures, 0);
    let mut matrix = Matrix::filled(rows, columns, 0.0);
    matrix.values.iter_mut().for_each(|value| *value = stream.normal());
    matrix
}

/// An upper trapezoid whose column j is scaled by 2^(step·j).
fn graded(rows: usize, columns: usize, step: i32) -> Matrix {
    let mut matrix = Matrix::filled(rows, columns, 0.0);
    for row in 0..rows {
        for column in row..columns {
            let value = ((7 * row + 3 * column) % 11 + 1) as f64;
            matrix.set(row, column, libm::scalbn(value, step * column as i32));
        }
    }
    matrix
}

fn assert_orthonormal(columns: &Matrix) {
    for a in 0..columns.columns {
        for b in 0..=a {
            let product = (0..columns.rows).fold(0.0, |sum, row| sum + columns.at(row, a) * columns.at(row, b));
            let expected = if a == b { 1.0 } else { 0.0 };
            assert!((product - expected).abs() < 1e-13, "{a} {b}: {product}");
        }
    }
}

fn check(matrix: &Matrix) -> Svd {
    let svd = svd(matrix);
    let rank = matrix.rows.min(matrix.columns);
    assert_eq!((svd.u.rows, svd.u.columns), (matrix.rows, rank));
    assert_eq!((svd.v.rows, svd.v.columns), (matrix.columns, rank));
    assert_eq!(svd.sigma.len(), rank);
    assert!(svd.sigma.is_sorted_by(|a, b| a >= b) && svd.sigma.iter().all(|sigma| *sigma >= 0.0));
    assert_orthonormal(&svd.u);
    assert_orthonormal(&svd.v);
    let size = svd.sigma.first().copied().unwrap_or(0.0);
    for row in 0..matrix.rows {
        for column in 0..matrix.columns {
            let product = (0..rank).fold(0.0, |sum, j| sum + svd.u.at(row, j) * svd.sigma[j] * svd.v.at(column, j));
            assert!((product - matrix.at(row, column)).abs() <= 4e-15 * size * (rank as f64).sqrt());
        }
    }
    svd
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]
    #[test]
    fn product_and_orthogonality(rows in 0_usize..40, columns in 0_usize..40, rank in 0_usize..40, seed in 0_u64..1000) {
        let mut matrix = random(rows, columns, seed);
        for column in rank..columns {
            for row in 0..rows {
                let copied = if rank == 0 { 0.0 } else { 3.0 * matrix.at(row, column % rank) };
                matrix.set(row, column, copied);
            }
        }
        let svd = check(&matrix);
        let noise = 1e-14 * svd.sigma.first().copied().unwrap_or(0.0) * 40.0;
        prop_assert!(svd.sigma.iter().skip(rank).all(|sigma| *sigma <= noise));
    }
}

/// References computed with 60 digits (mpmath's `svd_r`).
#[test]
fn small_singular_values_keep_their_relative_accuracy() {
    let falling = [
        1.000122294284007,
        0.04296352036721357,
        0.0001525878499839228,
        5.364416897914825e-7,
        1.8626718412270907e-9,
        6.366371081337552e-12,
    ];
    let rising = [
        18266500764011.152,
        41282534202.39243,
        216348343.06023678,
        599383.6529531003,
        1238.9307915748905,
        0.6082687123394178,
    ];
    for (step, expected) in [(-8, falling), (8, rising)] {
        for (sigma, expected) in check(&graded(6, 6, step)).sigma.iter().zip(expected) {
            assert!((sigma / expected - 1.0).abs() < 3e-15, "{sigma} {expected}");
        }
    }
    for (sigma, expected) in
        check(&graded(3, 5, 0)).sigma.iter().zip([20.391535806870333, 9.470451153176247, 6.363632798365081])
    {
        assert!((sigma / expected - 1.0).abs() < 2e-15);
    }
}

#[test]
fn the_hilbert_matrix_keeps_its_absolute_accuracy() {
    let mut hilbert = Matrix::filled(8, 8, 0.0);
    for row in 0..8 {
        for column in 0..8 {
            hilbert.set(row, column, 1.0 / (row + column + 1) as f64);
        }
    }
    let expected = [
        1.6959389969219494,
        0.2981252113169307,
        0.026212843578119052,
        0.001467688117741847,
        5.4369433697508964e-5,
        1.2943320918741794e-6,
        1.7988737460063012e-8,
        1.1115389694888083e-10,
    ];
    for (sigma, expected) in check(&hilbert).sigma.iter().zip(expected) {
        assert!((sigma - expected).abs() < 1e-15);
    }
}

#[test]
fn zeros_single_values_and_extreme_scales() {
    check(&Matrix::filled(4, 4, 0.0));
    assert_eq!(check(&Matrix::filled(1, 1, -3.0)).sigma, [3.0]);
    let reference = svd(&graded(5, 5, 0));
    for exponent in [-1000, 1000] {
        let mut matrix = graded(5, 5, 0);
        matrix.values.iter_mut().for_each(|value| *value = libm::scalbn(*value, exponent));
        let scaled = svd(&matrix);
        for (sigma, expected) in scaled.sigma.iter().zip(&reference.sigma) {
            assert_eq!(*sigma, libm::scalbn(*expected, exponent));
        }
        assert_eq!((&scaled.u, &scaled.v), (&reference.u, &reference.v));
    }
    check(&Matrix { rows: 2, columns: 2, values: vec![1.0, 1e-200, 1e-300, 5e-324] });
}

#[test]
fn condition_of_a_trillion_and_a_null_space_at_256_columns() {
    let mut matrix = random(256, 256, 4);
    for row in 0..256 {
        for column in 0..256 {
            let scale = libm::exp(-27.6 * (column % 200) as f64 / 199.0);
            let value = if column < 200 { matrix.at(row, column) * scale } else { matrix.at(row, column - 200) };
            matrix.set(row, column, value);
        }
    }
    let svd = check(&matrix);
    assert!(svd.sigma[0] / svd.sigma[199] > 1e11);
}

#[test]
fn golden_bits() {
    let Svd { u, sigma, v } = svd(&random(37, 37, 5));
    let mut hash = blake3::Hasher::new();
    for value in u.values.iter().chain(&sigma).chain(&v.values) {
        hash.update(&value.to_le_bytes());
    }
    assert_eq!(hash.finalize().to_hex()[..16], *"3d1c33728f0e12aa");
}

#[test]
#[ignore = "a timing, not a test"]
fn time() {
    use crate::numeric::triangle;
    for d in [10, 100, 256] {
        let r = triangle(&random(10_000, d, 1), &vec![0.0; 10_000]).r;
        let hard = triangle(&graded(d, d, 0), &vec![0.0; d]).r;
        for matrix in [r, hard] {
            let start = std::time::Instant::now();
            let svd = svd(&matrix);
            eprintln!("{d} {:?} {}", start.elapsed(), svd.sigma[0] / svd.sigma[d - 1]);
        }
    }
}
