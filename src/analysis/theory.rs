//! What is known exactly of least squares: stable limits, the loss after K steps, the rate that makes it least.
//!
//! With the Hessian's eigenvalues λ_j and s_j(0), gradient descent, heavy ball and Nesterov decouple into one linear
//! recurrence a mode, and 2J_K = (ρ² + Σ s_j(K)²)/m. Without a penalty 2J is the training MSE.

use super::label::number;
use crate::record::ProblemRecord;

/// Rows of a step under a constant rate, as far as theory tells them apart.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Regime {
    /// Every training row: v ← βv + g; θ ← θ − α·v, or θ ← θ − α(g + βv) with `nesterov`.
    Full { momentum: f64, nesterov: bool },
    /// Batches of a plain SGD.
    Minibatch { batch_size: u64, replacement: bool },
}

impl Regime {
    /// `None` where theory has nothing to say: another method, a changing rate, l1, momentum with minibatches.
    #[must_use]
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    pub fn of(method: &str, cell: &toml::Table, n_train: u64) -> Option<Self> {
        let constant = cell.get("optimizer.schedule.kind").is_none_or(|kind| kind.as_str() == Some("constant"));
        if !matches!(method, "gd" | "sgd") || !constant || cell.get("model.l1").and_then(number).unwrap_or(0.0) > 0.0 {
            return None;
        }
        let momentum = cell.get("optimizer.momentum").and_then(number).unwrap_or(0.0);
        let nesterov = cell.get("optimizer.nesterov").and_then(toml::Value::as_bool).unwrap_or(false);
        let replacement = cell.get("optimizer.replacement").and_then(toml::Value::as_bool).unwrap_or(false);
        match cell.get("optimizer.batch_size").and_then(number).filter(|_| method == "sgd") {
            Some(size) if replacement || (size as u64) < n_train => {
                (momentum == 0.0).then_some(Self::Minibatch { batch_size: size as u64, replacement })
            }
            _ => Some(Self::Full { momentum, nesterov }),
        }
    }

    /// `2/λmax`, as a formula.
    #[must_use]
    pub const fn formula(self) -> &'static str {
        match self {
            Self::Full { momentum: 0.0, .. } => "2/λmax",
            Self::Full { nesterov: false, .. } => "2(1+β)/λmax",
            Self::Full { nesterov: true, .. } => "2(1+β)/((1+2β)λmax)",
            Self::Minibatch { .. } => "mean-square limit, with replacement",
        }
    }

    /// The largest stable constant rate: of the recurrence, or, for minibatches, in mean square with replacement.
    #[must_use]
    pub fn limit(self, problem: &ProblemRecord) -> Option<f64> {
        match self {
            Self::Full { momentum, nesterov } => {
                let largest = *problem.eigenvalues.first()?;
                (largest > 0.0).then(|| stable_limit(momentum, nesterov, largest))
            }
            Self::Minibatch { batch_size, .. } => {
                problem.sgd_limits.iter().find(|(size, _)| *size == batch_size).map(|(_, limit)| *limit)
            }
        }
    }
}

/// Gradient descent 2/L, heavy ball 2(1+β)/L, Nesterov in PyTorch's form 2(1+β)/((1+2β)L).
#[must_use]
pub fn stable_limit(momentum: f64, nesterov: bool, largest_eigenvalue: f64) -> f64 {
    let scale = if nesterov { 2.0f64.mul_add(momentum, 1.0) } else { 1.0 };
    2.0 * (1.0 + momentum) / (scale * largest_eigenvalue)
}

/// The exact loss of one problem under a full batch, as a function of the rate.
#[derive(Debug, Clone)]
pub struct ExactCurve {
    momentum: f64,
    nesterov: bool,
    steps: u64,
    n_train: f64,
    /// ρ² and what the modes that do not move contribute.
    floor: f64,
    /// (λ_j, s_j(0)²) of the modes that move.
    modes: Vec<(f64, f64)>,
    limit: f64,
}

impl ExactCurve {
    /// `None` where the problem has no modes, or none that moves.
    #[must_use]
    #[allow(clippy::cast_precision_loss)]
    pub fn new(problem: &ProblemRecord, momentum: f64, nesterov: bool, steps: u64) -> Option<Self> {
        let largest = *problem.eigenvalues.first()?;
        if !(largest > 0.0 && problem.n_train > 0) {
            return None;
        }
        // σ_j ≤ d·ε·σ_max does not move, and λ_j = σ_j²/m.
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
        let limit = stable_limit(momentum, nesterov, largest);
        Some(Self { momentum, nesterov, steps, n_train: problem.n_train as f64, floor, modes, limit })
    }

    #[must_use]
    pub const fn limit(&self) -> f64 {
        self.limit
    }

    /// 2J_K at a rate; without a penalty the training MSE after K steps. +∞ where it overflows.
    #[must_use]
    pub fn at(&self, rate: f64) -> f64 {
        (self.floor + self.moving(rate)) / self.n_train
    }

    /// Σ s_j(K)², in which the minimum is sought: ρ² would drown it.
    fn moving(&self, rate: f64) -> f64 {
        let mut sum = 0.0;
        for (eigenvalue, start_squared) in &self.modes {
            let factor = self.factor(rate * eigenvalue);
            // A start of exactly 0 stays 0, however fast its mode would grow.
            if *start_squared > 0.0 {
                sum = (factor * factor).mul_add(*start_squared, sum);
            }
        }
        if sum.is_nan() { f64::INFINITY } else { sum }
    }

    /// s_j(K)/s_j(0), from rate·λ_j = `x`. With w = α·v the recurrence is (s, w) ← M(s, w), w(0) = 0.
    fn factor(&self, x: f64) -> f64 {
        if self.momentum == 0.0 {
            return power(1.0 - x, self.steps);
        }
        let beta = self.momentum;
        let matrix =
            if self.nesterov { [1.0 - x * (1.0 + beta), -beta * beta, x, beta] } else { [1.0 - x, -beta, x, beta] };
        matrix_power(matrix, self.steps)[0]
    }

    /// The rate that makes J_K least below the limit, and 2J_K there, by golden-section search in log α. Without
    /// momentum J_K is convex in α. With momentum it may have several minima: the one about the best point of a grid.
    #[must_use]
    pub fn best(&self) -> (f64, f64) {
        let high = libm::log(self.limit);
        let low = high - 18.5; // eight decades
        let (low, high) = if self.momentum == 0.0 { (low, high) } else { self.bracket(low, high) };
        let rate = libm::exp(golden_section(low, high, |log_rate| self.moving(libm::exp(log_rate))));
        (rate, self.at(rate))
    }

    /// The neighbours of the best grid point: rates equally spaced below the limit, and in log α below the first.
    fn bracket(&self, low: f64, high: f64) -> (f64, f64) {
        const POINTS: u32 = 256;
        let points = f64::from(POINTS);
        let first = libm::log(self.limit / points);
        let mut grid: Vec<f64> = (0..64).map(|i| low + (first - low) * f64::from(i) / 64.0).collect();
        grid.extend((1..=POINTS).map(|i| libm::log(self.limit * f64::from(i) / points)));
        let mut best = (0, f64::INFINITY);
        for (index, log_rate) in grid.iter().enumerate() {
            let value = self.moving(libm::exp(*log_rate));
            if value < best.1 {
                best = (index, value);
            }
        }
        (grid[best.0.saturating_sub(1)], grid.get(best.0 + 1).copied().unwrap_or(high))
    }
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

/// By repeated squaring: `powi`'s order of products is not specified.
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

/// A number of theory over the splits of several seeds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Range {
    pub median: f64,
    pub low: f64,
    pub high: f64,
    /// Distinct problems.
    pub n: usize,
}

impl Range {
    /// `None` of nothing.
    #[must_use]
    pub fn of(values: &[f64]) -> Option<Self> {
        let sample = super::Sample::new(values.to_vec());
        Some(Self {
            median: sample.median()?,
            low: sample.quantile(0.0)?,
            high: sample.quantile(1.0)?,
            n: values.len(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problem() -> ProblemRecord {
        ProblemRecord {
            numerics_version: 1,
            n_train: 4,
            n_parameters: 2,
            l2: 0.0,
            eigenvalues: vec![2.0, 0.5],
            start: vec![3.0, -1.0],
            residual_sum_of_squares: 0.8,
            exact_train_mse: 0.2,
            exact_validation_mse: None,
            exact_test_mse: None,
            exact_theta: None,
            sgd_limits: vec![(1, 0.3)],
        }
    }

    /// The update rule itself, mode by mode.
    fn simulated(problem: &ProblemRecord, momentum: f64, nesterov: bool, rate: f64, steps: u64) -> f64 {
        let mut sum = problem.residual_sum_of_squares;
        for (lambda, start) in problem.eigenvalues.iter().zip(&problem.start) {
            let (mut s, mut v) = (*start, 0.0);
            for _ in 0..steps {
                let gradient = lambda * s;
                v = momentum * v + gradient;
                s -= rate * if nesterov { gradient + momentum * v } else { v };
            }
            sum += s * s;
        }
        sum / 4.0
    }

    #[test]
    fn the_curve_is_the_recurrence() {
        let problem = problem();
        for (momentum, nesterov) in [(0.0, false), (0.9, false), (0.9, true), (0.5, true)] {
            for steps in [0, 1, 2, 7, 40] {
                let curve = ExactCurve::new(&problem, momentum, nesterov, steps).expect("a curve");
                for rate in [1e-3, 0.1, 0.7, 1.01] {
                    let (exact, simulated) = (curve.at(rate), simulated(&problem, momentum, nesterov, rate, steps));
                    assert!((exact - simulated).abs() <= 1e-11 * simulated, "{momentum} {nesterov} {steps} {rate}");
                }
            }
        }
    }

    #[test]
    fn limits_separate_stable_from_unstable() {
        let problem = problem();
        for (momentum, nesterov) in [(0.0, false), (0.9, false), (0.9, true)] {
            let curve = ExactCurve::new(&problem, momentum, nesterov, 20_000).expect("a curve");
            assert!(curve.at(0.99 * curve.limit()) < 0.2 + 1e-9);
            assert!(curve.at(1.01 * curve.limit()) > 1e12);
        }
    }

    #[test]
    fn the_best_rate_beats_its_neighbours() {
        for (momentum, nesterov) in [(0.0, false), (0.5, false), (0.5, true)] {
            let curve = ExactCurve::new(&problem(), momentum, nesterov, 5).expect("a curve");
            let (rate, value) = curve.best();
            for index in 1..2_000 {
                let other = curve.limit() * f64::from(index) / 2_000.0;
                assert!(curve.at(other) >= value * (1.0 - 1e-12), "{other} beats {rate}");
            }
        }
    }

    #[test]
    fn regimes() {
        let cell: toml::Table = "\"optimizer.batch_size\" = 8\n\"optimizer.momentum\" = 0.0".parse().expect("a cell");
        assert_eq!(Regime::of("sgd", &cell, 9), Some(Regime::Minibatch { batch_size: 8, replacement: false }));
        assert_eq!(Regime::of("sgd", &cell, 8), Some(Regime::Full { momentum: 0.0, nesterov: false }));
        assert_eq!(Regime::of("adam", &cell, 8), None);
        let falling: toml::Table = "\"optimizer.schedule.kind\" = \"inverse_time\"".parse().expect("a cell");
        assert_eq!(Regime::of("gd", &falling, 8), None);
        assert_eq!(Regime::Minibatch { batch_size: 1, replacement: true }.limit(&problem()), Some(0.3));
    }
}
