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
            for (second, right) in (first + 1..).zip(rest.chunks_exact_mut(self.stride)) {
                let pair = Pair { left, right, height: self.height, tolerance };
                let (squares, turned) = dispatch(pair);
                (self.squares[first], self.squares[second]) = squares;
                rotated |= turned;
            }
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

/// Two columns, each followed by its column of V, to be rotated until orthogonal. Returns their squared lengths, and
/// whether they had to be rotated.
struct Pair<'a> {
    left: &'a mut [Lanes],
    right: &'a mut [Lanes],
    height: usize,
    tolerance: f64,
}

impl Kernel for Pair<'_> {
    type Output = ((f64, f64), bool);

    #[inline(always)]
    fn run(self) -> Self::Output {
        let Self { left, right, height, tolerance } = self;
        let (alpha, beta, gamma) = Products { left: &left[..height], right: &right[..height] }.run();
        let negligible = alpha < NEGLIGIBLE || beta < NEGLIGIBLE;
        if negligible || gamma.abs() <= tolerance * alpha.sqrt() * beta.sqrt() {
            return ((alpha, beta), false);
        }
        // The smaller root of t² + 2ζt − 1 = 0: the rotation by at most 45°.
        let zeta = (beta - alpha) / (2.0 * gamma);
        let tangent = (1.0 / (zeta.abs() + zeta.mul_add(zeta, 1.0).sqrt())).copysign(zeta);
        let cosine = 1.0 / tangent.mul_add(tangent, 1.0).sqrt();
        let sine = cosine * tangent;
        for (x, y) in left.iter_mut().zip(right.iter_mut()) {
            // Opaque, or the compiler vectorises down the lanes with gathers and scatters: six times slower.
            let (x, y) = (std::hint::black_box(x), std::hint::black_box(y));
            let turned = combine(cosine, x, -sine, y);
            *y = combine(sine, x, cosine, y);
            *x = turned;
        }
        ((tangent.mul_add(-gamma, alpha), tangent.mul_add(gamma, beta)), true)
    }
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
mod tests {
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
            1.0001222942840069,
            0.04296352036721357,
            0.00015258784998392281,
            5.3644168979148255e-7,
            1.8626718412270908e-9,
            6.3663710813375519e-12,
        ];
        let rising = [
            18266500764011.154,
            41282534202.392436,
            216348343.06023677,
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
            check(&graded(3, 5, 0)).sigma.iter().zip([20.391535806870332, 9.4704511531762482, 6.3636327983650806])
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
            0.29812521131693071,
            0.026212843578119051,
            0.0014676881177418471,
            5.4369433697508963e-5,
            1.2943320918741793e-6,
            1.7988737460063012e-8,
            1.1115389694888082e-10,
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
}
