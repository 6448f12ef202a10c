//! The rates at which the loss of full-batch training on least squares is lowest after K steps.

use super::curve::ExactCurve;

/// The natural logarithm of eight decades.
const DECADES: f64 = 18.5;
/// With momentum each mode swings about once a step as α grows to the limit.
const POINTS_A_STEP: u64 = 20;
/// The most modes times rates of a search: some milliseconds.
const MOST_WORK: u64 = 1 << 19;

/// The rates at which J_K is within 1 % of its lowest.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct NearlyLowest {
    pub low: f64,
    pub high: f64,
    /// Whether a searched rate between them is not. A gap narrower than a step of the search may be missed.
    pub has_gaps: bool,
}

impl ExactCurve {
    /// The rate below the limit that minimises J_K, and 2J_K there, by golden-section search in log α: without momentum
    /// J_K is convex in α. With momentum it has about as many minima as steps, so that none of them means much: `None`,
    /// and [`Self::nearly_lowest`] says where J_K is low. `None` also where training starts at the optimum.
    #[must_use]
    pub fn lowest(&self) -> Option<(f64, f64)> {
        if self.recurrence.momentum != 0.0 || self.starts_at_the_optimum() {
            return None;
        }
        let high = libm::log(self.limit());
        let rate = libm::exp(self.search(high - DECADES, high));
        Some((rate, self.at(rate)))
    }

    /// The rates below the limit at which J_K is within 1 % of its lowest. The search takes twenty rates a step, equally
    /// spaced in α, and some in log α below the first of them; the ends are then bisected. `None` if that is too much
    /// work, or if training starts at the optimum.
    #[must_use]
    pub fn nearly_lowest(&self) -> Option<NearlyLowest> {
        let points = self.steps.max(1).checked_mul(POINTS_A_STEP)?;
        if points.checked_mul(self.modes.len().max(1) as u64)? > MOST_WORK || self.starts_at_the_optimum() {
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

    /// No rate is better than another one then.
    fn starts_at_the_optimum(&self) -> bool {
        self.modes.iter().all(|(_, start_squared)| *start_squared == 0.0)
    }

    /// log α from eight decades below the limit up to it.
    fn grid(&self, points: u64) -> Vec<f64> {
        const BELOW: u32 = 64;
        let high = libm::log(self.limit());
        let first = libm::log(self.limit() / points as f64);
        let low = high - DECADES;
        let below = (0..BELOW).map(|i| low + (first - low) * f64::from(i) / f64::from(BELOW));
        let above = (1..=points).map(|i| libm::log(self.limit() * (i as f64 / points as f64)));
        below.filter(|rate| *rate < first).chain(above).collect()
    }

    /// The minimum in log α between two rates.
    fn search(&self, low: f64, high: f64) -> f64 {
        golden_section(low, high, |log_rate| self.moving(libm::exp(log_rate)))
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::ProblemRecord;
    use crate::shape::Recurrence;
    use crate::theory::testing::problem;

    fn recurrence(momentum: f64, nesterov: bool) -> Recurrence {
        Recurrence { momentum, nesterov }
    }

    /// Diabetes on the training rows of one split, standardized, heavy ball with β = 0.9, 100 steps. A search of 8,520
    /// rates by the recurrence itself, in another program, has the lowest MSE at 0.950494, 1.15e-2 above least squares
    /// (0.8499, where a search of 256 rates ends: 1.86e-2). MSEs within 1 % of it begin between 0.018770 and 0.018898 and
    /// end between 1.020466 and 1.020594; the gaps between lie in the last 0.3 % below the limit, each narrower than a
    /// step of the search.
    #[test]
    fn with_momentum_the_range_of_low_rates_is_that_of_a_dense_search() {
        let record = ProblemRecord {
            n_train: 266,
            eigenvalues: vec![
                3.7200655128178193,
                1.606391082690344,
                1.284522411197925,
                1.0035034046828624,
                1.0,
                0.6746450555467076,
                0.6357124343495344,
                0.5473303527943876,
                0.4358425203433519,
                0.0830730693513338,
                0.008914156225736738,
            ],
            start: vec![
                -701.576837124882,
                150.5292559244057,
                -269.4467743724659,
                432.69365375059425,
                -2410.802568921302,
                37.4453632494888,
                44.257616323382024,
                -61.42815849459352,
                -8.597255102780524,
                15.144641456103196,
                99.45259395988668,
            ],
            residual_sum_of_squares: 742991.094294332,
            ..problem()
        };
        let curve = ExactCurve::new(&record, recurrence(0.9, false), 100).expect("a curve");
        let above = |rate: f64| curve.at(rate) - 2793.1996026102706;
        assert!((above(0.9505) - 1.15e-2).abs() < 1e-4 && (above(0.8499) - 1.86e-2).abs() < 1e-4);
        let found = curve.nearly_lowest().expect("little work");
        assert!((0.018_769..0.018_898).contains(&found.low), "{found:?}");
        assert!((1.020_465..1.020_594).contains(&found.high), "{found:?}");
        assert!(!found.has_gaps);
        assert!(curve.at(found.low) <= 1.01 * curve.at(0.950_494) * (1.0 + 1e-9));
        assert_eq!(curve.lowest(), None, "one of a hundred minima");
        let long = ExactCurve::new(&record, recurrence(0.9, false), 1_000_000).expect("a curve");
        assert_eq!(long.nearly_lowest(), None, "too much work");
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
