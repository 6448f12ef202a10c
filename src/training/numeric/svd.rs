//! The singular value decomposition by one-sided Jacobi: pairs of columns are rotated until all are orthogonal
//! (Hestenes, 1958), the longest remaining column first (de Rijk, 1989). Inner products are folded in eight partial
//! sums by row index modulo eight. Every bit depends on the matrix alone.

mod basis;
mod jacobi;

use basis::complete;
use jacobi::JacobiColumns;

use super::Matrix;

/// R = U·diag(σ)·Vᵀ of a `[k, d]` matrix, with r = min(k, d).
#[derive(Debug, Clone)]
pub struct Svd {
    /// `[k, r]`: the columns are the left singular vectors, which are orthonormal even if σ is zero. For k ≤ d they are
    /// a basis of the whole space, so that Σ (Uᵀx)_j² = ‖x‖².
    pub u: Matrix,
    /// `[r]`, largest first.
    pub sigma: Vec<f64>,
    /// `[d, r]`: the columns are the right singular vectors, which are orthonormal. The largest component of each is
    /// positive.
    pub v: Matrix,
}

/// The singular value decomposition of any matrix without NaN or infinity.
///
/// For k ≥ d, even the smallest σ is accurate to a few ε times the condition number that R has when its columns are
/// scaled to equal length (Demmel and Veselić, "Jacobi's method is more accurate than QR", 1992). So features in very
/// different units cost no accuracy. For k < d, the same holds with rows instead of columns. Columns shorter than 2⁻⁴⁵⁰
/// times the largest entry count as zero.
#[must_use]
pub fn svd(r: &Matrix) -> Svd {
    // One-sided Jacobi needs at least as many rows as columns, so a wide matrix is transposed.
    let (mut u, sigma, mut v) = if r.rows >= r.columns {
        orthogonalise(r)
    } else {
        let (v, sigma, u) = orthogonalise(&r.transposed());
        (u, sigma, v)
    };
    for index in 0..sigma.len() {
        let mut largest = 0.0_f64;
        for row in 0..v.rows {
            let value = v.at(row, index);
            if value.abs() > largest.abs() {
                largest = value;
            }
        }
        if largest < 0.0 {
            for matrix in [&mut u, &mut v] {
                for row in 0..matrix.rows {
                    matrix.set(row, index, -matrix.at(row, index));
                }
            }
        }
    }
    Svd { u, sigma, v }
}

/// The limit only bounds the time: no test needed more than 15 sweeps.
const MAX_SWEEPS: usize = 60;

/// The left singular vectors `[rows, columns]`, the singular values `[columns]` and the right singular vectors
/// `[columns, columns]` of a matrix with rows ≥ columns.
fn orthogonalise(matrix: &Matrix) -> (Matrix, Vec<f64>, Matrix) {
    let scale = power_of_two_near(largest(&matrix.values));
    let mut columns = JacobiColumns::new(matrix, scale);
    let tolerance = f64::EPSILON * (matrix.rows as f64).sqrt();
    for _ in 0..MAX_SWEEPS {
        if !columns.sweep(tolerance) {
            break;
        }
    }
    columns.measure();
    let mut order: Vec<usize> = (0..columns.count).collect();
    order.sort_by(|a, b| columns.squares[*b].total_cmp(&columns.squares[*a]));

    let lengths: Vec<f64> = order.iter().map(|&column| columns.squares[column].sqrt()).collect();
    let mut left = Matrix::filled(matrix.rows, columns.count, 0.0);
    let mut right = Matrix::filled(columns.count, columns.count, 0.0);
    for (to, (&from, length)) in order.iter().zip(&lengths).enumerate() {
        let (values, v) = columns.column(from);
        for (row, value) in values.as_flattened()[..matrix.rows].iter().enumerate() {
            left.set(row, to, if *length > 0.0 { value / length } else { 0.0 });
        }
        for (row, value) in v.as_flattened()[..columns.count].iter().enumerate() {
            right.set(row, to, *value);
        }
    }
    let noise = matrix.rows as f64 * f64::EPSILON * lengths.first().copied().unwrap_or(0.0);
    let certain = lengths.iter().take_while(|length| **length > noise).count();
    complete(&mut left, certain);
    (left, lengths.into_iter().map(|length| length / scale).collect(), right)
}

fn largest(values: &[f64]) -> f64 {
    values.iter().fold(0.0, |largest, value| if value.abs() > largest { value.abs() } else { largest })
}

/// The power of two that brings `largest` near 1. Its inverse is a normal number.
fn power_of_two_near(largest: f64) -> f64 {
    if largest == 0.0 {
        return 1.0;
    }
    let exponent = (largest.to_bits() >> 52).clamp(23, 2023);
    f64::from_bits((2046 - exponent) << 52)
}

#[cfg(test)]
mod tests;
