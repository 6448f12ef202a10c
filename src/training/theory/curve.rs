//! The loss of full-batch training on least squares after K steps.
//!
//! With the Hessian's eigenvalues λ_j and s_j(0), gradient descent, heavy ball and Nesterov decouple into one linear
//! recurrence per mode, and 2J_K = (ρ² + Σ s_j(K)²)/m. Without a penalty 2J is the training MSE.

use super::stability::stable_rate;
use crate::record::ProblemRecord;
use crate::shape::Recurrence;

/// The exact loss of one problem under a full batch, as a function of the rate.
#[derive(Debug, Clone)]
pub struct ExactCurve {
    pub(super) recurrence: Recurrence,
    pub(super) steps: u64,
    n_train: f64,
    /// ρ², plus the contribution of the modes that do not move.
    pub(super) floor: f64,
    /// (λ_j, s_j(0)²) of the modes that move.
    pub(super) modes: Vec<(f64, f64)>,
    limit: f64,
}

impl ExactCurve {
    /// `None` if the problem has no modes, or if none of them moves.
    #[must_use]
    pub fn new(problem: &ProblemRecord, recurrence: Recurrence, steps: u64) -> Option<Self> {
        let largest = *problem.eigenvalues.first()?;
        if !(largest > 0.0 && problem.n_train > 0) {
            return None;
        }
        // A mode with σ_j ≤ d·ε·σ_max does not move, and λ_j = σ_j²/m.
        let relative = problem.eigenvalues.len() as f64 * f64::EPSILON;
        let cutoff = relative * relative * largest;
        let mut floor = problem.residual_sum_of_squares;
        let mut modes = Vec::with_capacity(problem.eigenvalues.len());
        for (eigenvalue, start) in problem.eigenvalues.iter().zip(&problem.start) {
            if *eigenvalue > cutoff {
                modes.push((*eigenvalue, start * start));
            } else {
                floor = start.mul_add(*start, floor);
            }
        }
        let limit = stable_rate(recurrence, largest);
        Some(Self { recurrence, steps, n_train: problem.n_train as f64, floor, modes, limit })
    }

    #[must_use]
    pub const fn limit(&self) -> f64 {
        self.limit
    }

    /// 2J_K at a rate; without a penalty, this is the training MSE after K steps. +∞ if it overflows.
    #[must_use]
    pub fn at(&self, rate: f64) -> f64 {
        (self.floor + self.moving(rate)) / self.n_train
    }

    /// Σ s_j(K)². Minima are sought in this sum, because ρ² would hide its last digits.
    pub(super) fn moving(&self, rate: f64) -> f64 {
        let mut sum = 0.0;
        for (eigenvalue, start_squared) in &self.modes {
            let factor = self.factor(rate * eigenvalue);
            // A mode that starts at exactly 0 stays at 0, however fast it would grow.
            if *start_squared > 0.0 {
                sum = (factor * factor).mul_add(*start_squared, sum);
            }
        }
        if sum.is_nan() { f64::INFINITY } else { sum }
    }

    /// s_j(K)/s_j(0), where `x` = rate·λ_j. With w = α·v the recurrence is (s, w) ← M(s, w), w(0) = 0.
    fn factor(&self, x: f64) -> f64 {
        let Recurrence { momentum: beta, nesterov } = self.recurrence;
        if beta == 0.0 {
            return power(1.0 - x, self.steps);
        }
        let matrix = if nesterov { [1.0 - x * (1.0 + beta), -beta * beta, x, beta] } else { [1.0 - x, -beta, x, beta] };
        matrix_power(matrix, self.steps)[0]
    }
}

/// 2·J after some steps at a constant rate, computed mode by mode and step by step, as training does it. [`ExactCurve`]
/// gives the same value without the steps.
#[must_use]
pub fn stepwise(record: &ProblemRecord, recurrence: Recurrence, rate: f64, steps: u64) -> f64 {
    let Recurrence { momentum, nesterov } = recurrence;
    let mut sum = record.residual_sum_of_squares;
    for (&lambda, &start) in record.eigenvalues.iter().zip(&record.start) {
        let (mut s, mut velocity) = (start, 0.0);
        for _ in 0..steps {
            let gradient = lambda * s;
            velocity = momentum * velocity + gradient;
            s -= rate * if nesterov { gradient + momentum * velocity } else { velocity };
        }
        sum += s * s;
    }
    // Modes without an eigenvalue (fewer columns than residual components) never move.
    sum += record.start.iter().skip(record.eigenvalues.len()).fold(0.0, |rest, s| rest + s * s);
    let count = record.n_train as f64;
    sum / count
}

/// By repeated squaring, because the order of `powi`'s products is not specified.
fn power(base: f64, mut exponent: u64) -> f64 {
    let (mut square, mut product) = (base, 1.0);
    while exponent > 0 {
        if exponent & 1 == 1 {
            product *= square;
        }
        square *= square;
        exponent >>= 1;
    }
    product
}

fn matrix_power(base: [f64; 4], mut exponent: u64) -> [f64; 4] {
    let times = |a: [f64; 4], b: [f64; 4]| {
        [
            a[0].mul_add(b[0], a[1] * b[2]),
            a[0].mul_add(b[1], a[1] * b[3]),
            a[2].mul_add(b[0], a[3] * b[2]),
            a[2].mul_add(b[1], a[3] * b[3]),
        ]
    };
    let (mut square, mut product) = (base, [1.0, 0.0, 0.0, 1.0]);
    while exponent > 0 {
        if exponent & 1 == 1 {
            product = times(square, product);
        }
        square = times(square, square);
        exponent >>= 1;
    }
    product
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::theory::testing::problem;

    fn recurrence(momentum: f64, nesterov: bool) -> Recurrence {
        Recurrence { momentum, nesterov }
    }

    #[test]
    fn the_curve_is_the_recurrence() {
        let problem = problem();
        for (momentum, nesterov) in [(0.0, false), (0.9, false), (0.9, true), (0.5, true)] {
            for steps in [0, 1, 2, 7, 40] {
                let curve = ExactCurve::new(&problem, recurrence(momentum, nesterov), steps).expect("a curve");
                for rate in [1e-3, 0.1, 0.7, 1.01] {
                    let (exact, simulated) =
                        (curve.at(rate), stepwise(&problem, recurrence(momentum, nesterov), rate, steps));
                    assert!((exact - simulated).abs() <= 1e-11 * simulated, "{momentum} {nesterov} {steps} {rate}");
                }
            }
        }
    }

    #[test]
    fn limits_separate_stable_from_unstable() {
        let problem = problem();
        for (momentum, nesterov) in [(0.0, false), (0.9, false), (0.9, true)] {
            let curve = ExactCurve::new(&problem, recurrence(momentum, nesterov), 20_000).expect("a curve");
            assert!(curve.at(0.99 * curve.limit()) < 0.2 + 1e-9);
            assert!(curve.at(1.01 * curve.limit()) > 1e12);
        }
    }
}
