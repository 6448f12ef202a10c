//! Singular values by one-sided Jacobi: pairs of columns are rotated until all are orthogonal (Hestenes, 1958), the
//! largest remaining column first (de Rijk, 1989). Inner products are folded in eight lanes by row index modulo eight;
//! every bit follows from the matrix alone.

use super::Matrix;
use super::dispatch::{Kernel, dispatch};

/// R = U·diag(σ)·Vᵀ of a `[k, d]` matrix, with r = min(k, d).
#[derive(Debug, Clone)]
pub struct Svd {
    /// `[k, r]`: columns are the left singular vectors, orthonormal also where σ is zero. For k ≤ d they are a basis
    /// of the whole space, so that Σ (Uᵀx)_j² = ‖x‖².
    pub u: Matrix,
    /// `[r]`, largest first.
    pub sigma: Vec<f64>,
    /// `[d, r]`: columns are the right singular vectors, orthonormal; the largest component of each is positive.
    pub v: Matrix,
}

/// The singular value decomposition of any matrix without NaN or infinity.
///
/// For k ≥ d even the smallest σ are accurate to a few ε times the condition number that R has once its columns are
/// scaled to one length (Demmel and Veselić, "Jacobi's method is more accurate than QR", 1992): features in very
/// different units cost no accuracy. For k < d the same holds with rows in place of columns. Columns shorter than
/// 2⁻⁴⁵⁰ of the largest entry count as zero.
#[must_use]
pub fn svd(r: &Matrix) -> Svd {
    // One-sided Jacobi wants at least as many rows as columns; of a wide matrix it takes the transpose.
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

const LANES: usize = 8;

type Lanes = [f64; LANES];

/// Squared lengths below it, of a matrix scaled to a largest entry near 1, count as zero: they lose accuracy to
/// underflow.
const NEGLIGIBLE: f64 = f64::from_bits((1023 - 900) << 52);

/// Sweeps needed were never above 15 in tests; the limit only bounds the time.
const MAX_SWEEPS: usize = 60;

/// Columns on their way to orthogonality. One after the other, each as its values followed by the column of V that
/// goes with it, both padded with zeros to whole lanes.
struct Columns {
    count: usize,
    /// Lanes of a column of the matrix, and of that together with V's.
    height: usize,
    stride: usize,
    values: Vec<Lanes>,
    /// The columns' squared lengths.
    squares: Vec<f64>,
}

/// Left vectors `[rows, columns]`, singular values and right vectors `[columns, columns]` of a matrix with
/// rows ≥ columns.
fn orthogonalise(matrix: &Matrix) -> (Matrix, Vec<f64>, Matrix) {
    let scale = power_of_two_near(largest(&matrix.values));
    let mut columns = Columns::new(matrix, scale);
    #[allow(clippy::cast_precision_loss)]
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
        let (values, turned) = columns.column(from);
        for (row, value) in values.as_flattened()[..matrix.rows].iter().enumerate() {
            left.set(row, to, if *length > 0.0 { value / length } else { 0.0 });
        }
        for (row, value) in turned.as_flattened()[..columns.count].iter().enumerate() {
            right.set(row, to, *value);
        }
    }
    #[allow(clippy::cast_precision_loss)]
    let noise = matrix.rows as f64 * f64::EPSILON * lengths.first().copied().unwrap_or(0.0);
    let certain = lengths.iter().take_while(|length| **length > noise).count();
    complete(&mut left, certain);
    (left, lengths.into_iter().map(|length| length / scale).collect(), right)
}

fn largest(values: &[f64]) -> f64 {
    values.iter().fold(0.0, |largest, value| if value.abs() > largest { value.abs() } else { largest })
}

/// A power of two, with a normal inverse, that brings `largest` near 1.
fn power_of_two_near(largest: f64) -> f64 {
    if largest == 0.0 {
        return 1.0;
    }
    let exponent = (largest.to_bits() >> 52).clamp(23, 2023);
    f64::from_bits((2046 - exponent) << 52)
}

impl Columns {
    fn new(matrix: &Matrix, scale: f64) -> Self {
        let count = matrix.columns;
        let height = matrix.rows.div_ceil(LANES);
        let stride = height + count.div_ceil(LANES);
        let mut values = vec![[0.0; LANES]; count * stride];
        for (index, column) in values.chunks_exact_mut(stride.max(1)).enumerate() {
            let (entries, turned) = column.split_at_mut(height);
            for (row, entry) in entries.as_flattened_mut()[..matrix.rows].iter_mut().enumerate() {
                *entry = matrix.at(row, index) * scale;
            }
            turned.as_flattened_mut()[index] = 1.0;
        }
        let mut columns = Self { count, height, stride, values, squares: vec![0.0; count] };
        columns.measure();
        columns
    }

    /// Takes the squared lengths afresh. What is negligible becomes zero.
    fn measure(&mut self) {
        for (square, column) in self.squares.iter_mut().zip(self.values.chunks_exact_mut(self.stride.max(1))) {
            let entries = &mut column[..self.height];
            *square = dispatch(Products { left: entries, right: entries }).0;
            if *square < NEGLIGIBLE {
                *square = 0.0;
                entries.fill([0.0; LANES]);
            }
        }
    }

    fn column(&self, index: usize) -> (&[Lanes], &[Lanes]) {
        self.values[index * self.stride..(index + 1) * self.stride].split_at(self.height)
    }

    /// Rotates each pair of columns once. Returns whether any pair was not yet orthogonal.
    fn sweep(&mut self, tolerance: f64) -> bool {
        let mut rotated = false;
        for first in 0..self.count.saturating_sub(1) {
            self.bring_longest_to(first);
            let (head, rest) = self.values.split_at_mut((first + 1) * self.stride);
            let left = &mut head[first * self.stride..];
            let (head, squares) = self.squares.split_at_mut(first + 1);
            let one = OneByAll {
                left,
                rest,
                height: self.height,
                stride: self.stride,
                tolerance,
                left_square: &mut head[first],
                squares,
            };
            rotated |= dispatch(one);
        }
        rotated
    }

    fn bring_longest_to(&mut self, first: usize) {
        let mut longest = first;
        for index in first + 1..self.count {
            if self.squares[index] > self.squares[longest] {
                longest = index;
            }
        }
        if longest > first {
            let (head, rest) = self.values.split_at_mut(longest * self.stride);
            head[first * self.stride..][..self.stride].swap_with_slice(&mut rest[..self.stride]);
            self.squares.swap(first, longest);
        }
    }
}

/// A column, followed by its column of V, and those after it, each to be rotated with it until orthogonal. Takes their
/// squared lengths, and returns whether any had to be rotated.
struct OneByAll<'a> {
    left: &'a mut [Lanes],
    /// `stride` apart.
    rest: &'a mut [Lanes],
    height: usize,
    stride: usize,
    tolerance: f64,
    left_square: &'a mut f64,
    squares: &'a mut [f64],
}

impl Kernel for OneByAll<'_> {
    type Output = bool;

    #[inline(always)]
    fn run(self) -> bool {
        let Self { left, rest, height, stride, tolerance, left_square, squares } = self;
        let (left, left_turned) = left.split_at_mut(height);
        let (mut alpha, mut beta, mut gamma) = Products { left, right: &rest[..height] }.run();
        let mut any = false;
        for (index, square) in squares.iter_mut().enumerate() {
            let (right, after) = rest[index * stride..].split_at_mut(stride);
            let (right, right_turned) = right.split_at_mut(height);
            let next = after.get(..height);
            let Some(Rotation { cosine, sine, tangent }) = Rotation::new(alpha, beta, gamma, tolerance) else {
                (*left_square, *square) = (alpha, beta);
                if let Some(next) = next {
                    (alpha, beta, gamma) = Products { left, right: next }.run();
                }
                continue;
            };
            any = true;
            (*left_square, *square) = (tangent.mul_add(-gamma, alpha), tangent.mul_add(gamma, beta));
            // The pass that turns a pair takes the products of the next, so that a chain of latencies is gone through once.
            match next {
                Some(next) => (alpha, beta, gamma) = turn_and_multiply(cosine, sine, left, right, next),
                None => turn(cosine, sine, left, right),
            }
            turn(cosine, sine, left_turned, right_turned);
        }
        any
    }
}

/// By at most 45°, so that two columns become orthogonal.
struct Rotation {
    cosine: f64,
    sine: f64,
    tangent: f64,
}

impl Rotation {
    /// None where two columns, of squared lengths `alpha` and `beta` and with inner product `gamma`, already are, or where
    /// one is negligible.
    #[inline(always)]
    fn new(alpha: f64, beta: f64, gamma: f64, tolerance: f64) -> Option<Self> {
        let negligible = alpha < NEGLIGIBLE || beta < NEGLIGIBLE;
        if negligible || gamma.abs() <= tolerance * alpha.sqrt() * beta.sqrt() {
            return None;
        }
        // The smaller root of t² + 2ζt − 1 = 0.
        let zeta = (beta - alpha) / (2.0 * gamma);
        let tangent = (1.0 / (zeta.abs() + zeta.mul_add(zeta, 1.0).sqrt())).copysign(zeta);
        let cosine = 1.0 / tangent.mul_add(tangent, 1.0).sqrt();
        Some(Self { cosine, sine: cosine * tangent, tangent })
    }
}

#[inline(always)]
fn turn(cosine: f64, sine: f64, left: &mut [Lanes], right: &mut [Lanes]) {
    for (x, y) in left.iter_mut().zip(right) {
        // Opaque, or the compiler vectorises down the lanes with gathers and scatters: six times slower.
        let (x, y) = (std::hint::black_box(x), std::hint::black_box(y));
        let turned = combine(cosine, x, -sine, y);
        *y = combine(sine, x, cosine, y);
        *x = turned;
    }
}

/// Turns a pair, and returns ‖left‖², ‖next‖² and left·next.
#[inline(always)]
fn turn_and_multiply(
    cosine: f64,
    sine: f64,
    left: &mut [Lanes],
    right: &mut [Lanes],
    next: &[Lanes],
) -> (f64, f64, f64) {
    let zero = [0.0; LANES];
    let (mut alpha, mut beta, mut gamma) = (zero, zero, zero);
    for ((x, y), z) in left.iter_mut().zip(right).zip(next) {
        let turned = combine(cosine, x, -sine, y);
        *y = combine(sine, x, cosine, y);
        *x = turned;
        alpha = accumulate(&turned, &turned, alpha);
        beta = accumulate(z, z, beta);
        gamma = accumulate(&turned, z, gamma);
    }
    (total(&alpha), total(&beta), total(&gamma))
}

#[inline(always)]
fn combine(a: f64, x: &Lanes, b: f64, y: &Lanes) -> Lanes {
    let mut combined = [0.0; LANES];
    for lane in 0..LANES {
        combined[lane] = a.mul_add(x[lane], b * y[lane]);
    }
    combined
}

/// ‖left‖², ‖right‖² and left·right.
struct Products<'a> {
    left: &'a [Lanes],
    right: &'a [Lanes],
}

impl Kernel for Products<'_> {
    type Output = (f64, f64, f64);

    #[inline(always)]
    fn run(self) -> Self::Output {
        let zero = [0.0; LANES];
        let (mut alpha, mut beta, mut gamma) = (zero, zero, zero);
        for (x, y) in self.left.iter().zip(self.right) {
            alpha = accumulate(x, x, alpha);
            beta = accumulate(y, y, beta);
            gamma = accumulate(x, y, gamma);
        }
        (total(&alpha), total(&beta), total(&gamma))
    }
}

#[inline(always)]
fn accumulate(x: &Lanes, y: &Lanes, mut sum: Lanes) -> Lanes {
    for lane in 0..LANES {
        sum[lane] = x[lane].mul_add(y[lane], sum[lane]);
    }
    sum
}

#[inline(always)]
fn total(partial: &Lanes) -> f64 {
    ((partial[0] + partial[4]) + (partial[2] + partial[6])) + ((partial[1] + partial[5]) + (partial[3] + partial[7]))
}

/// Makes all columns orthonormal, where the first `certain` of them are already: each later one loses its parts along
/// those before it (Gram–Schmidt, twice); where little remains, a unit vector takes its place.
fn complete(basis: &mut Matrix, certain: usize) {
    if certain == basis.columns {
        return;
    }
    let mut columns = basis.transposed();
    // What of each unit vector lies outside the columns so far.
    let mut outside = vec![1.0_f64; columns.columns];
    for index in 0..columns.rows {
        let (before, rest) = columns.values.split_at_mut(index * columns.columns);
        let column = &mut rest[..columns.columns];
        if index >= certain && normalise_outside(column, before) <= 0.5 {
            let mut widest = 0;
            for candidate in 1..outside.len() {
                if outside[candidate] > outside[widest] {
                    widest = candidate;
                }
            }
            column.fill(0.0);
            column[widest] = 1.0;
            normalise_outside(column, before);
        }
        for (left, value) in outside.iter_mut().zip(column.iter()) {
            *left = value.mul_add(-value, *left);
        }
    }
    *basis = columns.transposed();
}

/// Removes from `column` its parts along the orthonormal `before`, one after the other in memory, and normalises it.
/// Returns the length before the last step.
fn normalise_outside(column: &mut [f64], before: &[f64]) -> f64 {
    let mut first_length = 0.0;
    for pass in 0..2 {
        for other in before.chunks_exact(column.len()) {
            let part = super::dot(column, other);
            for (value, direction) in column.iter_mut().zip(other) {
                *value -= part * direction;
            }
        }
        let length = super::norm_squared(column).sqrt();
        if length > 0.0 {
            column.iter_mut().for_each(|value| *value /= length);
        }
        if pass == 0 {
            first_length = length;
        }
    }
    first_length
}

#[cfg(test)]
mod tests;
