//! The loss of full-batch training on least squares after K steps, and the rate that minimises it.
//!
//! With the Hessian's eigenvalues λ_j and s_j(0), gradient descent, heavy ball and Nesterov decouple into one linear
//! recurrence per mode, and 2J_K = (ρ² + Σ s_j(K)²)/m. Without a penalty 2J is the training MSE.

use super::stability::stable_rate;
use crate::record::ProblemRecord;
use crate::shape::Recurrence;

/// The exact loss of one problem under a full batch, as a function of the rate.
#[derive(Debug, Clone)]
pub struct ExactCurve {
    recurrence: Recurrence,
    steps: u64,
    n_train: f64,
    /// ρ², plus the contribution of the modes that do not move.
    floor: f64,
    /// (λ_j, s_j(0)²) of the modes that move.
    modes: Vec<(f64, f64)>,
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

    /// Σ s_j(K)². The minimum is sought in this sum, because ρ² would hide its last digits.
    fn moving(&self, rate: f64) -> f64 {
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

    /// The rate below the limit that minimises J_K, and 2J_K there, by golden-section search in log α: without momentum J_K is
    /// convex in α. With momentum it has about as many minima as steps, so that none of them means much: `None`, and
    /// [`Self::nearly_lowest`] says where J_K is low.
    #[must_use]
    pub fn lowest(&self) -> Option<(f64, f64)> {
        if self.recurrence.momentum != 0.0 {
            return None;
        }
        let high = libm::log(self.limit);
        let rate = libm::exp(self.search(high - DECADES, high));
        Some((rate, self.at(rate)))
    }

    /// The smallest and the largest rate below the limit at which J_K is within 1 % of its lowest, and whether all rates between
    /// them are. The rates searched are [`POINTS_A_STEP`] a step, equally spaced in α, and some in log α below the first of them; the
    /// ends are then bisected. `None` if that is too much work.
    #[must_use]
    pub fn nearly_lowest(&self) -> Option<NearlyLowest> {
        let points = self.steps.max(1).checked_mul(POINTS_A_STEP)?;
        if points.checked_mul(self.modes.len().max(1) as u64)? > MOST_WORK {
            return None;
        }
        let grid = self.grid(points);
        let values: Vec<f64> = grid.iter().map(|log_rate| self.moving(libm::exp(*log_rate))).collect();
        let place = (0..values.len()).min_by(|a, b| values[*a].total_cmp(&values[*b]))?;
        let neighbour = |place: usize| grid[place.min(grid.len() - 1)];
        let refined = self.search(neighbour(place.saturating_sub(1)), neighbour(place + 1));
        let refined = self.moving(libm::exp(refined));
        let lowest = if refined < values[place] { refined } else { values[place] };
        let enough = 1.01 * (self.floor + lowest) - self.floor;
        let is_low = |value: f64| value <= enough;
        let first = values.iter().position(|value| is_low(*value))?;
        let last = values.iter().rposition(|value| is_low(*value))?;
        // Between a rate that is low enough and its neighbour, which is not.
        let end = |inside: usize, outside: Option<usize>| {
            let Some(outside) = outside.and_then(|at| grid.get(at)) else { return libm::exp(grid[inside]) };
            let (mut low, mut high) = (grid[inside], *outside);
            for _ in 0..40 {
                let middle = f64::midpoint(low, high);
                if is_low(self.moving(libm::exp(middle))) { low = middle } else { high = middle }
            }
            libm::exp(low)
        };
        Some(NearlyLowest {
            low: end(first, first.checked_sub(1)),
            high: end(last, Some(last + 1)),
            has_gaps: values[first..=last].iter().any(|value| !is_low(*value)),
        })
    }

    /// log α from eight decades below the limit up to it.
    fn grid(&self, points: u64) -> Vec<f64> {
        const BELOW: u32 = 64;
        let high = libm::log(self.limit);
        let first = libm::log(self.limit / points as f64);
        let low = high - DECADES;
        let below = (0..BELOW).map(|i| low + (first - low) * f64::from(i) / f64::from(BELOW));
        let above = (1..=points).map(|i| libm::log(self.limit * (i as f64 / points as f64)));
        below.filter(|rate| *rate < first).chain(above).collect()
    }

    /// The minimum in log α between two rates.
    fn search(&self, low: f64, high: f64) -> f64 {
        golden_section(low, high, |log_rate| self.moving(libm::exp(log_rate)))
    }
}

/// The natural logarithm of eight decades.
const DECADES: f64 = 18.5;
/// With momentum each mode swings about once a step as α grows to the limit.
pub const POINTS_A_STEP: u64 = 20;
/// The most modes times rates of a search: some milliseconds.
const MOST_WORK: u64 = 1 << 19;

/// The rates at which J_K is within 1 % of its lowest.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct NearlyLowest {
    pub low: f64,
    pub high: f64,
    /// Whether a rate between them is not.
    pub has_gaps: bool,
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

/// The minimum of a unimodal function on [a, b].
fn golden_section(mut a: f64, mut b: f64, function: impl Fn(f64) -> f64) -> f64 {
    let golden = (5.0_f64.sqrt() - 1.0) / 2.0;
    let (mut c, mut d) = (b - golden * (b - a), a + golden * (b - a));
    let (mut at_c, mut at_d) = (function(c), function(d));
    for _ in 0..56 {
        if at_c < at_d {
            (b, d, at_d) = (d, c, at_c);
            c = b - golden * (b - a);
            at_c = function(c);
        } else {
            (a, c, at_c) = (c, d, at_d);
            d = a + golden * (b - a);
            at_d = function(d);
        }
    }
    f64::midpoint(a, b)
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

    #[test]
    fn the_best_rate_beats_its_neighbours() {
        for steps in [1, 5, 30] {
            let curve = ExactCurve::new(&problem(), recurrence(0.0, false), steps).expect("a curve");
            let (rate, value) = curve.lowest().expect("a rate");
            for index in 1..2_000 {
                let other = curve.limit() * f64::from(index) / 2_000.0;
                assert!(curve.at(other) >= value * (1.0 - 1e-12), "{other} beats {rate}");
            }
        }
    }
}
