//! Full-batch least squares in its modes: with R = UΣVᵀ and s = Uᵀ(Rθ₀ − z), gradient descent, heavy ball and Nesterov
//! decouple. Mode j has gradient λ_j·s_j with λ_j = σ_j²/m, and J = (ρ² + Σ s_j²)/2m. Nothing is divided by λ.

use super::quadratic::Quadratic;
use crate::numeric::{Matrix, Svd, accumulate};

/// The SVD of one least-squares problem: prepared data with one l2.
#[derive(Debug)]
pub struct Modes {
    /// J with the penalty, on d rows.
    pub objective: Quadratic,
    /// The singular values, largest first; 0 for modes that do not move (σ_j ≤ d·ε·σ_max).
    pub sigma: Vec<f64>,
    /// U, `[k, r]`: products by Uᵀ read it in this layout.
    u: Matrix,
    /// Vᵀ, `[r, d]`: the rows are the right singular vectors.
    v_rows: Matrix,
    /// For each split, A·V as `[rows, r]`, so that Aθ − b = (Aθ₀ − b) + A·V·u.
    pub images: [Option<Matrix>; 3],
    pub penalised: bool,
}

impl Modes {
    /// The modes of J, given its SVD and the reduced rows of each split. `penalised` says whether J includes a penalty.
    #[must_use]
    pub fn new(objective: Quadratic, decomposition: Svd, rows: [Option<&Quadratic>; 3], penalised: bool) -> Self {
        let largest = decomposition.sigma.first().copied().unwrap_or(0.0);
        let cutoff = objective.matrix().columns as f64 * f64::EPSILON * largest;
        let sigma = decomposition.sigma.iter().map(|&sigma| if sigma <= cutoff { 0.0 } else { sigma }).collect();
        let v_rows = decomposition.v.transposed();
        let images = rows.map(|rows| {
            let rows = rows?.matrix();
            let mut image = Matrix::filled(rows.rows, v_rows.rows, 0.0);
            accumulate(&mut image.values, &rows.values, &decomposition.v.values, rows.columns, v_rows.rows);
            Some(image)
        });
        Self { objective, sigma, u: decomposition.u, v_rows, images, penalised }
    }

    /// λ_j = σ_j²/m.
    #[must_use]
    pub fn eigenvalues(&self) -> Vec<f64> {
        self.sigma.iter().map(|sigma| sigma * sigma / self.objective.count).collect()
    }

    /// s = Uᵀ(Rθ₀ − z).
    #[must_use]
    pub fn start(&self, theta: &[f64]) -> Vec<f64> {
        let residuals = self.objective.residuals(theta);
        let mut start = vec![0.0; self.u.columns];
        accumulate(&mut start, &residuals, &self.u.values, self.u.rows, self.u.columns);
        start
    }

    /// θ₀ + V·u.
    #[must_use]
    pub fn theta(&self, start: &[f64], u: &[f64]) -> Vec<f64> {
        let mut theta = start.to_vec();
        accumulate(&mut theta, u, &self.v_rows.values, self.v_rows.rows, self.v_rows.columns);
        theta
    }
}
