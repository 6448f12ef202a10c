//! The squared error of a linear function over a split, as it is or reduced by QR.

use std::sync::OnceLock;

use crate::numeric::{Matrix, accumulate, norm_squared, triangle};

/// Numbers in rows that are worth a transposed copy: larger ones are transposed block by block, each time.
const TRANSPOSED_AT_MOST: usize = 1 << 20;

/// Rows in such a block.
const BLOCK: usize = 256;

/// ‖Xθ − y‖² = ρ² + ‖Aθ − b‖², over `count` rows.
#[derive(Debug, Clone)]
pub struct Quadratic {
    /// A, `[r, d]`.
    pub rows: Matrix,
    /// Aᵀ of rows that stay in cache, made when first asked for.
    columns: OnceLock<Matrix>,
    /// b, `[r]`.
    pub target: Vec<f64>,
    /// ρ²
    pub residual: f64,
    /// The rows of the split, which a mean divides by.
    pub count: f64,
}

impl Quadratic {
    /// The rows as they are.
    #[must_use]
    #[allow(clippy::cast_precision_loss)]
    pub fn plain(x: Matrix, y: Vec<f64>) -> Self {
        let count = x.rows as f64;
        Self { rows: x, columns: OnceLock::new(), target: y, residual: 0.0, count }
    }

    /// Aᵀ, `[d, r]`.
    #[must_use]
    pub fn columns(&self) -> &Matrix {
        self.columns.get_or_init(|| self.rows.transposed())
    }

    /// The same function on d rows; `None` where that would save nothing.
    #[must_use]
    pub fn reduced(&self) -> Option<Self> {
        let saves = self.rows.rows > self.rows.columns && self.rows.columns <= super::MOST_COMPRESSED;
        saves.then(|| self.triangular(&self.rows, &self.target))
    }

    /// With √(m·l2)·e_j added for each weight j, target 0: J with the L2 penalty.
    #[must_use]
    pub fn with_l2(&self, l2: f64) -> Self {
        if l2 == 0.0 {
            return self.clone();
        }
        let d = self.rows.columns;
        let weight = (self.count * l2).sqrt();
        let mut rows = self.rows.clone();
        let mut target = self.target.clone();
        for column in 1..d {
            let mut row = vec![0.0; d];
            row[column] = weight;
            rows.values.extend_from_slice(&row);
            rows.rows += 1;
            target.push(0.0);
        }
        self.triangular(&rows, &target)
    }

    /// The squared error over these rows by QR, with what is left beside it of this one's.
    fn triangular(&self, rows: &Matrix, target: &[f64]) -> Self {
        let reduced = triangle(rows, target);
        Self {
            rows: reduced.r,
            columns: OnceLock::new(),
            target: reduced.z,
            residual: self.residual + reduced.residual,
            count: self.count,
        }
    }

    /// Aθ − b, folded from −b over the parameters in their order.
    #[must_use]
    pub fn residuals(&self, theta: &[f64]) -> Vec<f64> {
        let mut residuals: Vec<f64> = self.target.iter().map(|value| -value).collect();
        let d = self.rows.columns;
        if self.rows.values.len() <= TRANSPOSED_AT_MOST {
            accumulate(&mut residuals, theta, &self.columns().values, d, self.rows.rows);
            return residuals;
        }
        let mut columns = vec![0.0; BLOCK * d];
        for (residuals, rows) in residuals.chunks_mut(BLOCK).zip(self.rows.values.chunks(BLOCK * d)) {
            let count = residuals.len();
            let columns = &mut columns[..count * d];
            for (place, row) in rows.chunks_exact(d).enumerate() {
                columns[place..].iter_mut().step_by(count).zip(row).for_each(|(to, value)| *to = *value);
            }
            accumulate(residuals, theta, columns, d, count);
        }
        residuals
    }

    /// The mean of squared residuals.
    #[must_use]
    pub fn mse(&self, theta: &[f64]) -> f64 {
        self.mse_of(&self.residuals(theta))
    }

    /// The mean of squared residuals, given Aθ − b.
    #[must_use]
    pub fn mse_of(&self, residuals: &[f64]) -> f64 {
        self.mse_of_square(norm_squared(residuals))
    }

    /// The mean of squared residuals, given ‖Aθ − b‖².
    #[must_use]
    pub fn mse_of_square(&self, square: f64) -> f64 {
        (self.residual + square) / self.count
    }

    /// Aᵀ(Aθ − b)/m: the gradient of MSE/2.
    #[must_use]
    pub fn gradient(&self, theta: &[f64]) -> Vec<f64> {
        let mut gradient = vec![0.0; self.rows.columns];
        let residuals = self.residuals(theta);
        accumulate(&mut gradient, &residuals, &self.rows.values, self.rows.rows, self.rows.columns);
        gradient.iter_mut().for_each(|component| *component /= self.count);
        gradient
    }
}
