//! Rows that a model reads, with their targets, and the copies of them that several readers share.

use std::sync::OnceLock;

use crate::numeric::{Matrix, MatrixRows, Real};
use crate::shape::Target;

/// Rows and their targets. Their other forms are made on first use.
#[derive(Debug)]
pub struct PreparedRows {
    /// `[n, columns]`
    pub matrix: Matrix,
    /// `[n]`
    pub target: Target,
    transposed: OnceLock<Matrix>,
    rounded: OnceLock<Vec<f32>>,
}

impl PreparedRows {
    #[must_use]
    pub const fn new(matrix: Matrix, target: Target) -> Self {
        Self { matrix, target, transposed: OnceLock::new(), rounded: OnceLock::new() }
    }

    #[must_use]
    pub fn view(&self) -> MatrixRows<'_, f64> {
        MatrixRows::every(&self.matrix.values, self.matrix.columns)
    }

    /// The rows in the training precision, `[n, columns]`.
    pub fn rows_in<T: Real>(&self) -> &[T] {
        T::kept(&self.matrix.values, &self.rounded)
    }

    /// The transposed rows, `[columns, n]`, for rows that stay in cache.
    #[must_use]
    pub fn columns(&self) -> &Matrix {
        self.transposed.get_or_init(|| self.matrix.transposed())
    }
}
