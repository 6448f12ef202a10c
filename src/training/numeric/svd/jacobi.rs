//! Sweeps of Jacobi rotations that make the columns of a matrix orthogonal.

use crate::numeric::Matrix;
use crate::numeric::dispatch::{Kernel, dispatch};

/// The rows of a group. Each row of a group goes into its own partial sum.
const GROUP: usize = 8;

/// Neighbouring numbers of a column.
pub type RowGroup = [f64; GROUP];

/// Squared lengths below this count as zero, because underflow costs their accuracy. The matrix is scaled so that its
/// largest entry is near 1.
const NEGLIGIBLE: f64 = f64::from_bits((1023 - 900) << 52);

/// The columns that are made orthogonal, one after the other. Each is its values followed by the matching column of V,
/// both padded with zeros to whole groups.
pub struct JacobiColumns {
    pub count: usize,
    /// The groups in a column of the matrix, and in that column together with V's.
    height: usize,
    stride: usize,
    values: Vec<RowGroup>,
    /// The columns' squared lengths.
    pub squares: Vec<f64>,
}

impl JacobiColumns {
    pub fn new(matrix: &Matrix, scale: f64) -> Self {
        let count = matrix.columns;
        let height = matrix.rows.div_ceil(GROUP);
        let stride = height + count.div_ceil(GROUP);
        let mut values = vec![[0.0; GROUP]; count * stride];
        for (index, column) in values.chunks_exact_mut(stride.max(1)).enumerate() {
            let (entries, v) = column.split_at_mut(height);
            for (row, entry) in entries.as_flattened_mut()[..matrix.rows].iter_mut().enumerate() {
                *entry = matrix.at(row, index) * scale;
            }
            v.as_flattened_mut()[index] = 1.0;
        }
        let mut columns = Self { count, height, stride, values, squares: vec![0.0; count] };
        columns.measure();
        columns
    }

    /// Computes the squared lengths again. Negligible columns become zero.
    pub fn measure(&mut self) {
        for (square, column) in self.squares.iter_mut().zip(self.values.chunks_exact_mut(self.stride.max(1))) {
            let entries = &mut column[..self.height];
            *square = dispatch(PairGram { left: entries, right: entries }).0;
            if *square < NEGLIGIBLE {
                *square = 0.0;
                entries.fill([0.0; GROUP]);
            }
        }
    }

    pub fn column(&self, index: usize) -> (&[RowGroup], &[RowGroup]) {
        self.values[index * self.stride..(index + 1) * self.stride].split_at(self.height)
    }

    /// Rotates each pair of columns once. Returns whether any pair was not yet orthogonal.
    pub fn sweep(&mut self, tolerance: f64) -> bool {
        let mut rotated = false;
        for first in 0..self.count.saturating_sub(1) {
            self.bring_longest_to(first);
            let (head, rest) = self.values.split_at_mut((first + 1) * self.stride);
            let left = &mut head[first * self.stride..];
            let (head, squares) = self.squares.split_at_mut(first + 1);
            let one = OneAgainstRest {
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

/// Rotates one column with each column after it, so that the two become orthogonal. Each is followed by its column of
/// V. Updates the squared lengths, and returns whether any pair had to be rotated.
struct OneAgainstRest<'a> {
    left: &'a mut [RowGroup],
    /// The columns after it, `stride` groups apart.
    rest: &'a mut [RowGroup],
    height: usize,
    stride: usize,
    tolerance: f64,
    left_square: &'a mut f64,
    squares: &'a mut [f64],
}

impl Kernel for OneAgainstRest<'_> {
    type Output = bool;

    #[inline(always)]
    fn run(self) -> bool {
        let Self { left, rest, height, stride, tolerance, left_square, squares } = self;
        let (left, left_v) = left.split_at_mut(height);
        let (mut alpha, mut beta, mut gamma) = PairGram { left, right: &rest[..height] }.run();
        let mut any = false;
        for (index, square) in squares.iter_mut().enumerate() {
            let (right, after) = rest[index * stride..].split_at_mut(stride);
            let (right, right_v) = right.split_at_mut(height);
            let next = after.get(..height);
            let Some(Rotation { cosine, sine, tangent }) = Rotation::new(alpha, beta, gamma, tolerance) else {
                (*left_square, *square) = (alpha, beta);
                if let Some(next) = next {
                    (alpha, beta, gamma) = PairGram { left, right: next }.run();
                }
                continue;
            };
            any = true;
            (*left_square, *square) = (tangent.mul_add(-gamma, alpha), tangent.mul_add(gamma, beta));
            // The pass that rotates a pair also takes the products of the next pair, so that their latencies overlap.
            match next {
                Some(next) => (alpha, beta, gamma) = rotate_and_multiply(cosine, sine, left, right, next),
                None => rotate(cosine, sine, left, right),
            }
            rotate(cosine, sine, left_v, right_v);
        }
        any
    }
}

/// A rotation by at most 45° that makes two columns orthogonal.
struct Rotation {
    cosine: f64,
    sine: f64,
    tangent: f64,
}

impl Rotation {
    /// The rotation for two columns with squared lengths `alpha` and `beta` and inner product `gamma`. `None` if they
    /// are orthogonal already, or if one is negligible.
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
fn rotate(cosine: f64, sine: f64, left: &mut [RowGroup], right: &mut [RowGroup]) {
    for (x, y) in left.iter_mut().zip(right) {
        // Opaque to the compiler, which would otherwise vectorise down the column, with gathers and scatters: six times
        // slower.
        let (x, y) = (std::hint::black_box(x), std::hint::black_box(y));
        let turned = combine(cosine, x, -sine, y);
        *y = combine(sine, x, cosine, y);
        *x = turned;
    }
}

/// Rotates a pair and returns ‖left‖², ‖next‖² and left·next.
#[inline(always)]
fn rotate_and_multiply(
    cosine: f64,
    sine: f64,
    left: &mut [RowGroup],
    right: &mut [RowGroup],
    next: &[RowGroup],
) -> (f64, f64, f64) {
    let zero = [0.0; GROUP];
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
fn combine(a: f64, x: &RowGroup, b: f64, y: &RowGroup) -> RowGroup {
    let mut combined = [0.0; GROUP];
    for lane in 0..GROUP {
        combined[lane] = a.mul_add(x[lane], b * y[lane]);
    }
    combined
}

/// ‖left‖², ‖right‖² and left·right.
struct PairGram<'a> {
    left: &'a [RowGroup],
    right: &'a [RowGroup],
}

impl Kernel for PairGram<'_> {
    type Output = (f64, f64, f64);

    #[inline(always)]
    fn run(self) -> Self::Output {
        let zero = [0.0; GROUP];
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
fn accumulate(x: &RowGroup, y: &RowGroup, mut sum: RowGroup) -> RowGroup {
    for lane in 0..GROUP {
        sum[lane] = x[lane].mul_add(y[lane], sum[lane]);
    }
    sum
}

#[inline(always)]
fn total(partial: &RowGroup) -> f64 {
    ((partial[0] + partial[4]) + (partial[2] + partial[6])) + ((partial[1] + partial[5]) + (partial[3] + partial[7]))
}
