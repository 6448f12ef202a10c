//! The largest eigenvalue of MᵀM plus a diagonal, by Lanczos with full reorthogonalisation (Golub and Van Loan, section
//! 10.3). The start is a fixed random vector, and every sum has one order.

use super::{Matrix, Purpose, Stream, accumulate, dot};

/// The largest residual, relative to the eigenvalue, with which the search ends. Some eigenvalue lies within the
/// residual.
const TOLERANCE: f64 = 1e-11;

/// The most columns of which every step is taken if it must be: the result is then exact.
const MOST_COLUMNS: usize = 2048;

/// The most steps for more columns. They bound the work and the memory.
const MOST_STEPS: usize = 512;

/// The steps between two tests of the residual.
const BETWEEN_TESTS: usize = 8;

/// The largest eigenvalue of MᵀM + diag(`diagonal`), where M is `[rows, d]` and no number of the diagonal is negative.
/// Its relative error is at most about 10⁻¹¹. `None` if more than 2,048 columns need more than 512 steps, or if a
/// number overflows.
#[must_use]
pub fn largest_eigenvalue(matrix: &Matrix, diagonal: &[f64]) -> Option<f64> {
    search(matrix.columns, TOLERANCE, most_steps(matrix.columns), |x| image(matrix, diagonal, x))
        .map(|(value, _)| value)
}

/// The largest eigenvalue of a symmetric matrix, `[d, d]`, without negative ones that is given by its product with a vector, `[d]`, and
/// a vector of length 1 that belongs to it. The product may carry relative errors of about a tenth of `tolerance`. `None` if more than
/// 2,048 columns need more than 512 steps, if a number overflows, or if no eigenvalue is positive.
pub fn largest_eigenpair(d: usize, tolerance: f64, product: impl FnMut(&[f64]) -> Vec<f64>) -> Option<(f64, Vec<f64>)> {
    search(d, tolerance, most_steps(d), product).filter(|(value, _)| *value > 0.0)
}

/// The largest eigenvalue of a symmetric matrix, `[d, d]`, that may have negative ones, given by its product with a vector.
/// `None` if the residual is still larger than `tolerance` times the eigenvalue after `steps` products, if a number overflows, or if no
/// eigenvalue is positive.
pub fn largest_eigenvalue_of(
    d: usize,
    tolerance: f64,
    steps: usize,
    product: impl FnMut(&[f64]) -> Vec<f64>,
) -> Option<f64> {
    search(d, tolerance, steps.min(d), product).map(|(value, _)| value).filter(|value| *value > 0.0)
}

/// The most steps for so many columns.
const fn most_steps(d: usize) -> usize {
    if d <= MOST_COLUMNS { d } else { MOST_STEPS }
}

/// The eigenvalue and its vector.
fn search(
    d: usize,
    tolerance: f64,
    most: usize,
    mut product: impl FnMut(&[f64]) -> Vec<f64>,
) -> Option<(f64, Vec<f64>)> {
    let mut stream = Stream::new(0, Purpose::EigenvalueStart, 0);
    let mut next: Vec<f64> = (0..d).map(|_| stream.normal()).collect();
    let mut basis: Vec<Vec<f64>> = Vec::new();
    let mut tridiagonal = Tridiagonal::default();
    let mut length = normalise(&mut next)?;
    while basis.len() < most && length > 0.0 {
        basis.push(next);
        let last = &basis[basis.len() - 1];
        next = product(last);
        let alpha = dot(&next, last);
        // Twice is enough.
        for _ in 0..2 {
            for vector in basis.iter().rev() {
                let part = dot(&next, vector);
                accumulate(&mut next, &[-part], vector, 1, d);
            }
        }
        length = normalise(&mut next)?;
        tridiagonal.diagonal.push(alpha);
        tridiagonal.beside.push(length);
        let steps = basis.len();
        if steps.is_multiple_of(BETWEEN_TESTS) || steps == most {
            let (value, components) = tridiagonal.largest()?;
            if length * components.last().copied().unwrap_or(0.0).abs() <= tolerance * value {
                return Some((value, combined(&basis, &components, d)));
            }
            if length <= f64::EPSILON * value {
                break;
            }
        }
    }
    // Every direction in which M moves the start has been seen.
    let whole = basis.len() == d || length <= f64::EPSILON * tridiagonal.diagonal.first().copied().unwrap_or(0.0);
    if basis.is_empty() {
        return Some((0.0, vec![0.0; d]));
    }
    let (value, components) = tridiagonal.largest().filter(|_| whole)?;
    Some((value, combined(&basis, &components, d)))
}

/// Σ components_i·basis_i.
fn combined(basis: &[Vec<f64>], components: &[f64], d: usize) -> Vec<f64> {
    let mut vector = vec![0.0; d];
    for (vector_of_basis, component) in basis.iter().zip(components) {
        accumulate(&mut vector, &[*component], vector_of_basis, 1, d);
    }
    vector
}

/// MᵀM·x + diagonal·x.
fn image(matrix: &Matrix, diagonal: &[f64], x: &[f64]) -> Vec<f64> {
    let rows: Vec<f64> = (0..matrix.rows).map(|row| dot(matrix.row(row), x)).collect();
    let mut image: Vec<f64> = diagonal.iter().zip(x).map(|(diagonal, x)| diagonal * x).collect();
    accumulate(&mut image, &rows, &matrix.values, matrix.rows, matrix.columns);
    image
}

/// Makes a vector of length 1 unless it is zero, and returns its length before. `None` if that is not finite.
fn normalise(x: &mut [f64]) -> Option<f64> {
    let length = dot(x, x).sqrt();
    if length > 0.0 {
        x.iter_mut().for_each(|x| *x /= length);
    }
    length.is_finite().then_some(length)
}

/// A symmetric tridiagonal matrix. The last number beside the diagonal couples it to the next step.
#[derive(Default)]
struct Tridiagonal {
    diagonal: Vec<f64>,
    beside: Vec<f64>,
}

impl Tridiagonal {
    /// The largest eigenvalue, and its eigenvector of length 1.
    fn largest(&self) -> Option<(f64, Vec<f64>)> {
        let n = self.diagonal.len();
        let beside = &self.beside[..n.saturating_sub(1)];
        let (mut low, mut high) = (0.0_f64, 0.0_f64);
        for index in 0..n {
            let before = if index > 0 { beside[index - 1] } else { 0.0 };
            let reach = self.diagonal[index] + before + beside.get(index).copied().unwrap_or(0.0);
            low = if self.diagonal[index] > low { self.diagonal[index] } else { low };
            high = if reach > high { reach } else { high };
        }
        if !high.is_finite() {
            return None;
        }
        high *= 1.0 + 4.0 * f64::EPSILON;
        while high - low > 2.0 * f64::EPSILON * high {
            let middle = 0.5 * (low + high);
            if self.pivots(middle).iter().all(|pivot| *pivot > 0.0) {
                high = middle;
            } else {
                low = middle;
            }
        }
        Some((0.5 * (low + high), self.eigenvector(high)))
    }

    /// The pivots of shift·1 − T; all are positive if the shift is above every eigenvalue.
    fn pivots(&self, shift: f64) -> Vec<f64> {
        let mut pivots: Vec<f64> = Vec::with_capacity(self.diagonal.len());
        for (index, diagonal) in self.diagonal.iter().enumerate() {
            let before = match index.checked_sub(1) {
                Some(before) => self.beside[before] * self.beside[before] / pivots[before],
                None => 0.0,
            };
            pivots.push(shift - diagonal - before);
        }
        pivots
    }

    /// The eigenvector that belongs to the largest eigenvalue, by inverse iteration from just above it.
    fn eigenvector(&self, above: f64) -> Vec<f64> {
        let pivots = self.pivots(above * (1.0 + 4.0 * f64::EPSILON));
        let n = pivots.len();
        let mut x = vec![1.0; n];
        for _ in 0..4 {
            for index in 1..n {
                x[index] += self.beside[index - 1] / pivots[index - 1] * x[index - 1];
            }
            x.iter_mut().zip(&pivots).for_each(|(x, pivot)| *x /= pivot);
            for index in (1..n).rev() {
                x[index - 1] += self.beside[index - 1] / pivots[index - 1] * x[index];
            }
            let length = dot(&x, &x).sqrt();
            x.iter_mut().for_each(|x| *x /= length);
        }
        x
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::numeric::svd;

    fn random(rows: usize, columns: usize) -> Matrix {
        let mut stream = Stream::new(5, Purpose::SyntheticFeatures, (rows * 1000 + columns) as u64);
        Matrix { rows, columns, values: (0..rows * columns).map(|_| stream.normal()).collect() }
    }

    fn agrees(matrix: &Matrix, diagonal: f64) {
        let expected = svd(matrix).sigma[0];
        let found = largest_eigenvalue(matrix, &vec![diagonal; matrix.columns]).expect("found");
        let relative = found / (expected * expected + diagonal) - 1.0;
        assert!(relative.abs() < 1e-10, "{} × {}: {found}, {relative:e}", matrix.rows, matrix.columns);
    }

    #[test]
    fn it_is_that_of_a_dense_decomposition() {
        for (rows, columns) in [(1, 1), (3, 2), (2, 3), (30, 200), (200, 30), (300, 150)] {
            agrees(&random(rows, columns), 0.0);
            agrees(&random(rows, columns), 7.0);
        }
    }

    #[test]
    fn the_vector_belongs_to_the_value() {
        let matrix = random(60, 40);
        let product = |x: &[f64]| image(&matrix, &[0.5; 40], x);
        let (value, vector) = largest_eigenpair(40, 1e-9, product).expect("found");
        let moved = product(&vector);
        let off = moved.iter().zip(&vector).map(|(moved, of)| (moved - value * of).abs()).fold(0.0, f64::max);
        assert!(off < 1e-6 * value && (dot(&vector, &vector) - 1.0).abs() < 1e-12, "{off:e}");
        assert_eq!(largest_eigenpair(3, 1e-9, |_| vec![0.0; 3]), None);
    }

    #[test]
    fn close_and_equal_eigenvalues_are_told_apart_as_far_as_it_matters() {
        for gap in [0.0, 1e-15, 1e-9, 1e-7, 1e-5, 1e-3] {
            let mut matrix = Matrix::filled(120, 120, 0.0);
            for index in 0..120 {
                matrix.set(index, index, 1.0 - gap * index as f64);
            }
            agrees(&matrix, 0.0);
        }
        // One eigenvalue far above a cluster, and columns in very different units.
        let mut matrix = random(90, 60);
        (0..90).for_each(|row| matrix.set(row, 59, matrix.at(row, 59) * 1e9));
        agrees(&matrix, 0.0);
    }

    #[test]
    fn zeros_have_the_eigenvalue_zero() {
        assert_eq!(largest_eigenvalue(&Matrix::filled(4, 3, 0.0), &[0.0; 3]), Some(0.0));
        assert_eq!(
            largest_eigenvalue(&Matrix::filled(4, 3, 0.0), &[0.0, 2.0, 0.0]).map(|value| (value * 1e9).round()),
            Some(2e9)
        );
        assert_eq!(largest_eigenvalue(&Matrix::filled(1, 1, 1e200), &[0.0]), None);
    }
}
