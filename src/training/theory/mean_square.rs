//! The theory of SGD with replacement on least squares: its mean-square stability limit, E(J) after each step, and the noise floor
//! that E(J) tends to.
//!
//! Let δ = θ − θ*, m = E(δ) and S = E(δδᵀ). Both moments obey exact linear recursions, because rows are drawn
//! independently. Everything is computed in the eigenbasis of A = G + l2·D, restricted to the range of A, outside of
//! which nothing moves.

use crate::numeric::{Matrix, accumulate, dot, svd, triangle};

/// No limit is computed above these sizes. It costs 2·n·d² fused multiply-adds per iteration.
const MAX_FEATURES: usize = 64;
const MAX_WORK: usize = 10_000_000;

/// The largest relative error of the limit. In practice the error is the square of this, because a Rayleigh quotient is
/// stationary.
const TOLERANCE: f64 = 1e-6;
const MAX_ITERATIONS: usize = 1000;

/// The residual of the floor's equation, beside where it begins, in the norm of 𝓛⁻¹.
const FLOOR_TOLERANCE: f64 = 1e-9;

/// The recursion of the second moments of SGD's iterates, for one `X` and one l2 penalty. All batch sizes share it.
#[derive(Debug, Clone)]
pub struct SecondMoment {
    l2: f64,
    /// `[d, r]`: A's eigenvectors with λ > 0.
    basis: Matrix,
    /// `[r]`: A's positive eigenvalues, largest first.
    lambda: Vec<f64>,
    /// `[n, r]`: the rows of X in that basis.
    rows: Matrix,
    transposed: Matrix,
    /// `[r, r]`: G = XᵀX/n in that basis.
    gram: Matrix,
}

impl SecondMoment {
    /// `x` is `[n, d]` with the constant 1 first, which is not penalised. `None` if the work would be too large (d > 64
    /// or n·d² > 10⁷), or if nothing moves.
    #[must_use]
    pub fn new(x: &Matrix, l2: f64) -> Option<Self> {
        let (n, d) = (x.rows, x.columns);
        if d > MAX_FEATURES || n.saturating_mul(d * d) > MAX_WORK {
            return None;
        }
        let r = triangle(&penalised(x, l2), &vec![0.0; n + penalty_rows(x, l2)]).r;
        let decomposition = svd(&r);
        let largest = *decomposition.sigma.first()?;
        let rank = decomposition.sigma.iter().take_while(|sigma| **sigma > d as f64 * f64::EPSILON * largest).count();
        if rank == 0 {
            return None;
        }
        let count = n as f64;
        let lambda = decomposition.sigma[..rank].iter().map(|sigma| sigma * sigma / count).collect();
        let kept = decomposition.v.transposed().select_rows(&(0..rank).collect::<Vec<_>>());
        let basis = kept.transposed();
        let rows = product(x, &basis);
        let transposed = rows.transposed();
        let mut gram = product(&transposed, &rows);
        gram.values.iter_mut().for_each(|value| *value /= count);
        Some(Self { l2, basis, lambda, rows, transposed, gram })
    }

    /// L, the largest eigenvalue of G + l2·D: gradient descent is stable below 2/L.
    #[must_use]
    pub fn largest_eigenvalue(&self) -> f64 {
        self.lambda[0]
    }

    /// SGD's mean-square stability limit for batches of `batch_size` rows drawn with replacement.
    ///
    /// S⁺ = S − α·𝓛(S) + α²·𝓝(S), with 𝓛(S) = AS + SA and 𝓝(S) = ASA + (M₀(S) − GSG)/B, M₀(S) = (1/n)·Σ x_i
    /// x_iᵀ(x_iᵀSx_i). Both maps are positive and self-adjoint. So the limit is 1/μ, where μ is the largest eigenvalue
    /// of 𝓝(S) = μ·𝓛(S). Power iteration from S = 1 finds it as a Rayleigh quotient. `None` if 1,000 iterations do not
    /// bring the residual below 10⁻⁶·μ.
    #[must_use]
    pub fn limit(&self, batch_size: u64) -> Option<f64> {
        if batch_size == 0 {
            return None;
        }
        let size = self.lambda.len();
        let mut moment = Matrix::filled(size, size, 0.0);
        (0..size).for_each(|index| moment.set(index, index, 1.0));
        for _ in 0..MAX_ITERATIONS {
            let image = self.curvature_and_noise(&moment, 1.0 / batch_size as f64);
            let damped = self.damping(&moment);
            let mu = dot(&moment.values, &image.values) / dot(&moment.values, &damped.values);
            // The square of the residual in the norm of 𝓛⁻¹. Some eigenvalue lies within that residual of μ.
            let mut residual = 0.0;
            let mut length = 0.0;
            let mut next = Matrix::filled(size, size, 0.0);
            for row in 0..size {
                for column in 0..size {
                    let rate = self.lambda[row] + self.lambda[column];
                    let difference = image.at(row, column) - mu * damped.at(row, column);
                    residual += difference * difference / rate;
                    length += rate * moment.at(row, column) * moment.at(row, column);
                    next.set(row, column, image.at(row, column) / rate);
                }
            }
            if residual <= TOLERANCE * TOLERANCE * mu * mu * length {
                return Some(1.0 / mu);
            }
            moment = normalised(&next)?;
        }
        None
    }

    /// E(J(θ_t)), t = 0 … steps, of plain SGD with rate `alpha` from `theta0` on targets `y`; J = MSE/2, no penalty.
    /// Beyond the stability limit the values grow without bound and end as infinity or NaN. `None` for l2 > 0.
    #[must_use]
    pub fn expectation(
        &self,
        y: &[f64],
        theta0: &[f64],
        alpha: f64,
        batch_size: u64,
        steps: usize,
    ) -> Option<Vec<f64>> {
        if self.l2 > 0.0 || batch_size == 0 {
            return None;
        }
        let (n, size) = (self.rows.rows, self.lambda.len());
        let share = 1.0 / batch_size as f64;

        let (best, residuals) = self.best_fit(y);
        let lowest = dot(&residuals, &residuals) / (2.0 * n as f64);

        let columns = self.basis.transposed();
        let mut mean: Vec<f64> = (0..size).map(|mode| dot(columns.row(mode), theta0) - best[mode]).collect();
        let mut moment = Matrix::filled(size, size, 0.0);
        for row in 0..size {
            for column in 0..size {
                moment.set(row, column, mean[row] * mean[column]);
            }
        }
        let mut losses = Vec::with_capacity(steps + 1);
        for step in 0..=steps {
            losses.push(
                (0..size).fold(lowest, |sum, mode| (0.5 * self.lambda[mode]).mul_add(moment.at(mode, mode), sum)),
            );
            if step == steps {
                break;
            }
            let along = product(&self.rows, &moment);
            let noise = self.weighted(|row| {
                let x = self.rows.row(row);
                let residual = residuals[row];
                dot(along.row(row), x) - 2.0 * residual * dot(x, &mean) + residual * residual
            });
            for row in 0..size {
                for column in 0..size {
                    let (a, b) = (self.lambda[row], self.lambda[column]);
                    let value = moment.at(row, column);
                    let mean_part = a * b * value;
                    let batch_part = (noise.at(row, column) - mean_part) * share;
                    moment.set(row, column, value - alpha * (a + b) * value + alpha * alpha * (mean_part + batch_part));
                }
            }
            mean.iter_mut().zip(&self.lambda).for_each(|(mean, lambda)| *mean -= alpha * lambda * *mean);
        }
        Some(losses)
    }

    /// The noise floor: what E(J) tends to above the lowest J, at the constant rate `alpha` on targets `y`; J = MSE/2, no penalty.
    ///
    /// There m = 0 and S = S⁺, so (𝓛 − α·𝓝)(S) = α·C/B with C = (1/n)·Σ r_i²·x_i x_iᵀ, where r are the residuals of the best fit;
    /// E(J) lies tr(AS)/2 above the lowest. Below the limit 𝓛 − α·𝓝 is positive definite: conjugate gradients, with 𝓛 as the
    /// preconditioner (Hestenes and Stiefel, 1952), solve it to 10⁻⁹. `None` at and beyond the limit, for l2 > 0, and where 1,000
    /// iterations do not suffice.
    #[must_use]
    pub fn floor(&self, y: &[f64], alpha: f64, batch_size: u64) -> Option<f64> {
        if self.l2 > 0.0 || batch_size == 0 || !(alpha > 0.0 && alpha.is_finite()) {
            return None;
        }
        let share = 1.0 / batch_size as f64;
        let (_, residuals) = self.best_fit(y);
        let mut rest = self.weighted(|row| residuals[row] * residuals[row]);
        rest.values.iter_mut().for_each(|value| *value *= alpha * share);
        let size = self.lambda.len();
        let mut moment = Matrix::filled(size, size, 0.0);
        let mut scaled = self.undamped(&rest);
        let mut direction = scaled.clone();
        let mut length = dot(&rest.values, &scaled.values);
        let enough = FLOOR_TOLERANCE * FLOOR_TOLERANCE * length;
        for _ in 0..MAX_ITERATIONS {
            if length <= enough {
                let excess =
                    (0..size).fold(0.0, |sum, mode| (0.5 * self.lambda[mode]).mul_add(moment.at(mode, mode), sum));
                return Some(excess);
            }
            let mut image = self.damping(&direction);
            let noise = self.curvature_and_noise(&direction, share);
            image.values.iter_mut().zip(&noise.values).for_each(|(value, noise)| *value -= alpha * noise);
            let curvature = dot(&direction.values, &image.values);
            // Beyond the limit some direction has none.
            if !(curvature > 0.0 && curvature.is_finite()) {
                return None;
            }
            let step = length / curvature;
            moment.values.iter_mut().zip(&direction.values).for_each(|(value, change)| *value += step * change);
            rest.values.iter_mut().zip(&image.values).for_each(|(value, change)| *value -= step * change);
            scaled = self.undamped(&rest);
            let next = dot(&rest.values, &scaled.values);
            let kept = next / length;
            direction.values.iter_mut().zip(&scaled.values).for_each(|(value, new)| *value = new + kept * *value);
            length = next;
        }
        None
    }

    /// The best fit in this basis, and its residuals. It is computed mode by mode: column j of the rows has squared length n·λ_j.
    fn best_fit(&self, y: &[f64]) -> (Vec<f64>, Vec<f64>) {
        let n = self.rows.rows;
        let best: Vec<f64> = (0..self.lambda.len())
            .map(|mode| dot(self.transposed.row(mode), y) / (n as f64 * self.lambda[mode]))
            .collect();
        let residuals = (0..n).map(|row| y[row] - dot(self.rows.row(row), &best)).collect();
        (best, residuals)
    }

    /// 𝓛⁻¹(S).
    fn undamped(&self, moment: &Matrix) -> Matrix {
        let mut undamped = moment.clone();
        for (row, left) in self.lambda.iter().enumerate() {
            for (value, right) in undamped.row_mut(row).iter_mut().zip(&self.lambda) {
                *value /= left + right;
            }
        }
        undamped
    }

    /// 𝓛(S), elementwise in this basis.
    fn damping(&self, moment: &Matrix) -> Matrix {
        let mut damped = moment.clone();
        for (row, left) in self.lambda.iter().enumerate() {
            for (value, right) in damped.row_mut(row).iter_mut().zip(&self.lambda) {
                *value *= left + right;
            }
        }
        damped
    }

    /// 𝓝(S).
    fn curvature_and_noise(&self, moment: &Matrix, share: f64) -> Matrix {
        let along = product(&self.rows, moment);
        let mut image = self.weighted(|row| dot(along.row(row), self.rows.row(row)));
        let full = product(&product(&self.gram, moment), &self.gram);
        for (row, left) in self.lambda.iter().enumerate() {
            for (column, right) in self.lambda.iter().enumerate() {
                let noise = (image.at(row, column) - full.at(row, column)) * share;
                image.set(row, column, (left * right).mul_add(moment.at(row, column), noise));
            }
        }
        image
    }

    /// (1/n)·Σ w_i·x_i x_iᵀ.
    fn weighted(&self, weight: impl Fn(usize) -> f64) -> Matrix {
        let mut weighted = self.rows.clone();
        let count = self.rows.rows as f64;
        for row in 0..weighted.rows {
            let weight = weight(row) / count;
            weighted.row_mut(row).iter_mut().for_each(|value| *value *= weight);
        }
        product(&self.transposed, &weighted)
    }
}

fn penalty_rows(x: &Matrix, l2: f64) -> usize {
    if l2 > 0.0 { x.columns.saturating_sub(1) } else { 0 }
}

/// X above the rows √(n·l2)·e_j, j ≥ 1, so that its Gram matrix is n·(G + l2·D).
fn penalised(x: &Matrix, l2: f64) -> Matrix {
    let added = penalty_rows(x, l2);
    let mut values = x.values.clone();
    values.resize((x.rows + added) * x.columns, 0.0);
    let mut penalised = Matrix { rows: x.rows + added, columns: x.columns, values };
    for index in 0..added {
        penalised.set(x.rows + index, index + 1, (x.rows as f64 * l2).sqrt());
    }
    penalised
}

fn product(a: &Matrix, b: &Matrix) -> Matrix {
    let mut c = Matrix::filled(a.rows, b.columns, 0.0);
    accumulate(&mut c.values, &a.values, &b.values, b.rows, b.columns);
    c
}

/// The moment made symmetric, with trace 1. Otherwise rounding would let an antisymmetric part grow. `None` if the
/// trace is not positive.
fn normalised(moment: &Matrix) -> Option<Matrix> {
    let trace = (0..moment.rows).fold(0.0, |sum, index| sum + moment.at(index, index));
    let mut normalised = moment.transposed();
    for (value, other) in normalised.values.iter_mut().zip(&moment.values) {
        *value = 0.5 * (*value + other) / trace;
    }
    (trace > 0.0).then_some(normalised)
}

#[cfg(test)]
mod tests;
