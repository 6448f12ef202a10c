//! The squared error of a linear function over a split, on the original rows or reduced by QR.

use std::ops::Range;
use std::sync::Arc;

use crate::numeric::{
    Matrix, MatrixRows, PARTIAL_SUMS, accumulate, add_squares, norm_squared, totals, transpose, triangle,
};
use crate::shape::{Layout, Target};
use crate::train::prepared_rows::PreparedRows;

/// The most parameters with which a split is reduced by QR.
pub const MOST_COMPRESSED: usize = 2048;

/// The most numbers in rows that get a transposed copy. Larger rows are transposed block by block, each time.
const TRANSPOSED_AT_MOST: usize = 1 << 20;

/// The rows of such a block, a multiple of [`PARTIAL_SUMS`].
const BLOCK: usize = 256;

/// ‖Xθ − y‖² = ρ² + ‖Aθ − b‖², over `count` rows.
#[derive(Debug, Clone)]
pub struct Quadratic {
    /// A, `[r, d]`, and b, `[r]`.
    pub rows: Arc<PreparedRows>,
    /// ρ²
    pub residual: f64,
    /// The number of rows of the split, which a mean divides by.
    pub count: f64,
}

impl Quadratic {
    /// The squared error on the original rows: x is `[n, d]`, and y is `[n]`.
    #[must_use]
    pub fn plain(rows: Arc<PreparedRows>) -> Self {
        let count = rows.matrix.rows as f64;
        Self { rows, residual: 0.0, count }
    }

    /// A, `[r, d]`.
    #[must_use]
    pub fn matrix(&self) -> &Matrix {
        &self.rows.matrix
    }

    /// b, `[r]`.
    #[must_use]
    pub fn target(&self) -> &[f64] {
        self.rows.target.numbers()
    }

    /// The same function on d rows; `None` if that would save nothing.
    #[must_use]
    pub fn reduced(&self) -> Option<Self> {
        let Matrix { rows, columns: d, .. } = *self.matrix();
        let saves = rows > d && d <= MOST_COMPRESSED;
        saves.then(|| self.triangular(self.matrix(), self.target()))
    }

    /// J with the L2 penalty: one row √(m·l2)·e_j with target 0 is added for each weight j of the layout.
    #[must_use]
    pub fn with_l2(&self, l2: f64, layout: &Layout) -> Self {
        if l2 == 0.0 {
            return self.clone();
        }
        let weight = (self.count * l2).sqrt();
        let mut rows = self.matrix().clone();
        let mut target = self.target().to_vec();
        let d = rows.columns;
        for column in layout.weights().iter().cloned().flatten() {
            let mut row = vec![0.0; d];
            row[column] = weight;
            rows.values.extend_from_slice(&row);
            rows.rows += 1;
            target.push(0.0);
        }
        self.triangular(&rows, &target)
    }

    /// The squared error over the given rows, reduced by QR, plus the ρ² of this one.
    fn triangular(&self, rows: &Matrix, target: &[f64]) -> Self {
        let reduced = triangle(rows, target);
        Self {
            rows: Arc::new(PreparedRows::new(reduced.r, Target::Numbers(reduced.z))),
            residual: self.residual + reduced.residual,
            count: self.count,
        }
    }

    /// Aθ − b, folded from −b over the parameters in their order.
    #[must_use]
    pub fn residuals(&self, theta: &[f64]) -> Vec<f64> {
        let mut residuals: Vec<f64> = self.target().iter().map(|value| -value).collect();
        if self.matrix().values.len() <= TRANSPOSED_AT_MOST {
            accumulate(&mut residuals, theta, &self.rows.columns().values, self.matrix().columns, self.matrix().rows);
            return residuals;
        }
        self.residuals_in_blocks(theta, |block, values| residuals[block].copy_from_slice(values));
        residuals
    }

    /// [`residuals`](Self::residuals) without a transposed copy of all rows: each block is transposed when it is
    /// needed.
    fn residuals_in_blocks(&self, theta: &[f64], mut take: impl FnMut(Range<usize>, &[f64])) {
        let d = self.matrix().columns;
        let (mut columns, mut residuals) = (vec![0.0; BLOCK * d], Vec::with_capacity(BLOCK));
        for (index, target) in self.target().chunks(BLOCK).enumerate() {
            let block = index * BLOCK..index * BLOCK + target.len();
            let columns = &mut columns[..target.len() * d];
            transpose(MatrixRows::every(&self.matrix().values[block.start * d..block.end * d], d), columns);
            residuals.clear();
            residuals.extend(target.iter().map(|value| -value));
            accumulate(&mut residuals, theta, columns, d, target.len());
            take(block, &residuals);
        }
    }

    /// The mean of squared residuals.
    #[must_use]
    pub fn mean_square(&self, theta: &[f64]) -> f64 {
        if self.matrix().values.len() <= TRANSPOSED_AT_MOST {
            return self.mean_square_of(&self.residuals(theta));
        }
        let mut partial = [[0.0; PARTIAL_SUMS]];
        self.residuals_in_blocks(theta, |block, residuals| add_squares(&mut partial, residuals, block.len()));
        self.mean_of_square(totals(&partial).next().unwrap_or(f64::NAN))
    }

    /// The mean of squared residuals, given Aθ − b.
    #[must_use]
    pub fn mean_square_of(&self, residuals: &[f64]) -> f64 {
        self.mean_of_square(norm_squared(residuals))
    }

    /// The mean of squared residuals, given ‖Aθ − b‖².
    #[must_use]
    pub fn mean_of_square(&self, square: f64) -> f64 {
        (self.residual + square) / self.count
    }

    /// Aᵀ(Aθ − b)/m: the gradient of MSE/2.
    #[must_use]
    pub fn gradient(&self, theta: &[f64]) -> Vec<f64> {
        let mut gradient = vec![0.0; self.matrix().columns];
        let residuals = self.residuals(theta);
        accumulate(&mut gradient, &residuals, &self.matrix().values, self.matrix().rows, self.matrix().columns);
        gradient.iter_mut().for_each(|component| *component /= self.count);
        gradient
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::numeric::{Purpose, Stream};

    #[test]
    fn large_and_small_rows_have_the_same_bits() {
        let mut stream = Stream::new(3, Purpose::SyntheticFeatures, 0);
        let (rows, d) = (TRANSPOSED_AT_MOST / 7 + 77, 7);
        let x = Matrix { rows, columns: d, values: (0..rows * d).map(|_| stream.normal()).collect() };
        let y: Vec<f64> = (0..rows).map(|_| stream.normal()).collect();
        let theta: Vec<f64> = (0..d).map(|_| stream.normal()).collect();
        let large = Quadratic::plain(Arc::new(PreparedRows::new(x, Target::Numbers(y))));
        let mut residuals: Vec<f64> = large.target().iter().map(|value| -value).collect();
        accumulate(&mut residuals, &theta, &large.rows.columns().values, d, rows);
        assert_eq!(large.residuals(&theta), residuals);
        assert_eq!(large.mean_square(&theta), large.mean_square_of(&residuals));
    }
}
