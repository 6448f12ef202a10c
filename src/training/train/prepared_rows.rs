//! Rows that a model reads, with their targets and weights, and the copies of them that several readers share.

use std::sync::OnceLock;

use crate::numeric::{Matrix, MatrixRows, Real};
use crate::shape::Target;

/// Rows and their targets. Their other forms are made on first use.
#[derive(Debug)]
pub struct PreparedRows {
    /// `[n, columns]`
    pub matrix: Matrix,
    /// Of `[n]` rows.
    pub target: Target,
    /// How much each row counts, `[n]`, with mean 1; `None` if all count the same.
    pub weights: Option<Vec<f64>>,
    transposed: OnceLock<Matrix>,
    rounded: OnceLock<Vec<f32>>,
}

impl PreparedRows {
    #[must_use]
    pub const fn new(matrix: Matrix, target: Target) -> Self {
        Self { matrix, target, weights: None, transposed: OnceLock::new(), rounded: OnceLock::new() }
    }

    /// The same rows with weights, which are scaled to mean 1. Equal ones are left out.
    ///
    /// # Errors
    /// A message if they are all 0.
    pub fn weighted(self, mut weights: Vec<f64>) -> Result<Self, String> {
        let largest = weights.iter().fold(0.0, |largest, weight| if *weight > largest { *weight } else { largest });
        if largest <= 0.0 {
            return Err("all weights are 0".to_owned());
        }
        if weights.windows(2).all(|pair| pair[0] == pair[1]) {
            return Ok(self);
        }
        // The sum of their shares of the largest does not overflow.
        weights.iter_mut().for_each(|weight| *weight /= largest);
        let scale = weights.len() as f64 / weights.iter().fold(0.0, |sum, weight| sum + weight);
        weights.iter_mut().for_each(|weight| *weight *= scale);
        Ok(Self { weights: Some(weights), ..self })
    }

    /// The rows and targets times the roots of the weights, and without weights: the squared error over them is the
    /// weighted one. `None` without weights.
    #[must_use]
    pub fn times_roots(&self) -> Option<Self> {
        let roots: Vec<f64> = self.weights.as_ref()?.iter().map(|weight| weight.sqrt()).collect();
        let mut matrix = self.matrix.clone();
        for (row, root) in roots.iter().enumerate() {
            matrix.row_mut(row).iter_mut().for_each(|value| *value *= root);
        }
        let target = self.target.numbers().iter().zip(&roots).map(|(target, root)| target * root);
        Some(Self::new(matrix, Target::Numbers(target.collect())))
    }

    /// The targets, `[n_targets, n]`, and how many there are of a row.
    #[must_use]
    pub fn targets(&self) -> (&[f64], usize) {
        (self.target.numbers(), self.target.n_targets())
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
