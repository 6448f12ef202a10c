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
mod tests {
    use super::*;
    use crate::numeric::{Purpose, Stream};

    fn stability_limit(x: &Matrix, l2: f64, batch_size: u64) -> Option<f64> {
        SecondMoment::new(x, l2)?.limit(batch_size)
    }

    /// All ten features standardised, behind a column of ones.
    fn diabetes() -> Matrix {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../experiments/data/diabetes.csv");
        let text = std::fs::read_to_string(path).unwrap();
        let table: Vec<Vec<f64>> = text
            .lines()
            .skip(1)
            .map(|line| line.split(',').map(|cell| cell.trim().parse().unwrap()).collect())
            .collect();
        let n = table.len() as f64;
        let mut x = Matrix::filled(table.len(), 11, 1.0);
        for feature in 0..10 {
            let mean = table.iter().fold(0.0, |sum, row| sum + row[feature]) / n;
            let variance = table.iter().fold(0.0, |sum, row| sum + (row[feature] - mean) * (row[feature] - mean)) / n;
            for (index, row) in table.iter().enumerate() {
                x.set(index, feature + 1, (row[feature] - mean) / variance.sqrt());
            }
        }
        x
    }

    #[test]
    fn limits_on_diabetes() {
        let moment = SecondMoment::new(&diabetes(), 0.0).unwrap();
        for (batch_size, expected) in [(1, 0.27), (2, 0.46), (4, 0.67), (16, 0.91), (64, 0.98)] {
            let fraction = moment.limit(batch_size).unwrap() * moment.largest_eigenvalue() / 2.0;
            assert!((fraction - expected).abs() < 0.006, "B = {batch_size}: {fraction}");
        }
    }

    #[test]
    fn one_feature_has_a_closed_form() {
        // 1 − 2αg + α²(g² + (q − g²)/B) = 1 at α = 2g/(g² + (q − g²)/B), g and q the mean square and fourth power.
        let x = Matrix { rows: 3, columns: 1, values: vec![1.0, 2.0, 4.0] };
        let (g, q) = (21.0 / 3.0, (1.0 + 16.0 + 256.0) / 3.0);
        for batch_size in [1, 3, 100] {
            let expected = 2.0 * g / (g * g + (q - g * g) / batch_size as f64);
            let limit = stability_limit(&x, 0.0, batch_size).unwrap();
            assert!((limit / expected - 1.0).abs() < 1e-12);
        }
    }

    #[test]
    fn a_penalty_and_a_large_batch_give_the_limit_of_gradient_descent() {
        let x = diabetes();
        let moment = SecondMoment::new(&x, 0.5).unwrap();
        let limit = moment.limit(1_000_000_000).unwrap();
        assert!((limit * moment.largest_eigenvalue() / 2.0 - 1.0).abs() < 1e-6);
        assert!(moment.largest_eigenvalue() > SecondMoment::new(&x, 0.0).unwrap().largest_eigenvalue() + 0.4);
        assert!(moment.expectation(&[], &[], 0.1, 1, 1).is_none());
    }

    #[test]
    fn collinear_features_leave_the_limit_finite_and_large_problems_have_none() {
        let x = Matrix { rows: 3, columns: 3, values: vec![1.0, 2.0, 4.0, 1.0, 0.5, 1.0, 1.0, -1.0, -2.0] };
        let limit = stability_limit(&x, 0.0, 1).unwrap();
        assert!(limit > 0.0 && limit < 2.0);
        assert!(stability_limit(&Matrix::filled(10, 65, 1.0), 0.0, 1).is_none());
        assert!(stability_limit(&Matrix::filled(2, 2, 0.0), 0.0, 1).is_none());
        assert!(stability_limit(&x, 0.0, 0).is_none());
    }

    #[test]
    fn the_floor_is_what_the_expectation_tends_to() {
        let x = Matrix { rows: 5, columns: 2, values: vec![1.0, -1.0, 1.0, 0.3, 1.0, 2.0, 1.0, -0.4, 1.0, 1.1] };
        let y = [0.5, -1.0, 2.0, 1.0, 0.0];
        let moment = SecondMoment::new(&x, 0.0).unwrap();
        for batch_size in [1, 2, 7] {
            let limit = moment.limit(batch_size).unwrap();
            for share in [0.01, 0.3, 0.9, 0.99] {
                let alpha = share * limit;
                let steps = 40_000;
                let path = moment.expectation(&y, &[1.0, -2.0], alpha, batch_size, steps).unwrap();
                let lowest = path[steps] - moment.floor(&y, alpha, batch_size).unwrap();
                let (_, residuals) = moment.best_fit(&y);
                let expected = dot(&residuals, &residuals) / 10.0;
                assert!((lowest - expected).abs() < 1e-7 * path[steps], "{batch_size} {share}: {lowest} {expected}");
            }
            assert!(moment.floor(&y, 1.001 * limit, batch_size).is_none(), "beyond the limit there is none");
        }
        // Of one feature and no bias: S = α·c/(B·(2g − α·(g² + (q − g²)/B))), c the mean of r²·x².
        let x = Matrix { rows: 3, columns: 1, values: vec![1.0, 2.0, 4.0] };
        let (y, g, q) = ([1.0, 1.0, 3.0], 7.0, 91.0);
        let slope = (1.0 + 2.0 + 12.0) / 21.0;
        let c = [1.0_f64, 2.0, 4.0].iter().zip(y).fold(0.0, |sum, (x, y)| sum + (y - slope * x).powi(2) * x * x / 3.0);
        let (alpha, b) = (0.01, 2.0);
        let expected = 0.5 * g * alpha * c / (b * (2.0 * g - alpha * (g * g + (q - g * g) / b)));
        let found = SecondMoment::new(&x, 0.0).unwrap().floor(&y, alpha, 2).unwrap();
        assert!((found / expected - 1.0).abs() < 1e-12, "{found} {expected}");
        assert!(SecondMoment::new(&x, 0.1).unwrap().floor(&y, alpha, 2).is_none(), "under a penalty there is none");
    }

    #[test]
    fn expectation_is_what_simulation_finds() {
        const STEPS: usize = 25;
        const RUNS: usize = 20_000;
        let x = Matrix { rows: 5, columns: 2, values: vec![1.0, -1.0, 1.0, 0.3, 1.0, 2.0, 1.0, -0.4, 1.0, 1.1] };
        let y = [0.5, -1.0, 2.0, 1.0, 0.0];
        let (alpha, theta0) = (0.25, [1.0, -2.0]);
        let expected = SecondMoment::new(&x, 0.0).unwrap().expectation(&y, &theta0, alpha, 2, STEPS).unwrap();
        let residual = |row: usize, theta: &[f64; 2]| dot(x.row(row), theta) - y[row];
        let mut stream = Stream::new(1, Purpose::BatchOrder, 0);
        let (mut sums, mut squares) = (vec![0.0; STEPS + 1], vec![0.0; STEPS + 1]);
        for _ in 0..RUNS {
            let mut theta = theta0;
            for step in 0..=STEPS {
                let loss = (0..5).fold(0.0, |sum, row| sum + residual(row, &theta) * residual(row, &theta)) / 10.0;
                sums[step] += loss;
                squares[step] += loss * loss;
                let drawn = [stream.below(5), stream.below(5)].map(|row| row as usize);
                let errors = drawn.map(|row| residual(row, &theta));
                for (row, error) in drawn.into_iter().zip(errors) {
                    theta[0] -= alpha * error * x.at(row, 0) / 2.0;
                    theta[1] -= alpha * error * x.at(row, 1) / 2.0;
                }
            }
        }
        for step in 0..=STEPS {
            let mean = sums[step] / RUNS as f64;
            let error = ((squares[step] / RUNS as f64 - mean * mean) / RUNS as f64).max(0.0).sqrt();
            assert!((mean - expected[step]).abs() < 4.5 * error + 1e-12, "step {step}: {mean} {}", expected[step]);
        }
    }
}
