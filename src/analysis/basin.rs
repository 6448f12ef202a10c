//! The good basin along a learning-rate axis, the position of its best rate, and the axis to try next.

/// One rate of an axis with the distance of its mean score: +∞ if a seed diverged or failed, `None` if nothing is known
/// yet.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RateScore {
    pub rate: f64,
    pub score: Option<f64>,
    /// The score is finite, but the rate lies beyond the stable limit. It counts as diverged.
    pub unstable: bool,
}

impl RateScore {
    fn is_completed(&self) -> bool {
        self.score.is_some_and(f64::is_finite) && !self.unstable
    }
}

/// The best rate of an axis and its surroundings. Numbers are positions among the given points.
#[derive(Debug, Clone, PartialEq)]
pub struct Basin {
    pub best: usize,
    /// The ends of the basin: the consecutive rates around the best whose distance is at most 1.1 times the best one and one
    /// resolution.
    pub low: usize,
    pub high: usize,
    /// The rate nearest the middle of the basin on a log scale. Where the best rate lies next to divergence it costs little, and
    /// on new data it loses far less.
    pub safe: usize,
    /// log₁₀ of the ratio of the basin's ends. 0 for a single rate.
    pub decades: f64,
    /// Whether the axis ends before the basin does: at its low end, and at its high end.
    pub cut: (bool, bool),
    pub position: RatePosition,
    /// The ends of an axis that should contain the best rate. `None` if the best rate lies inside this one.
    pub next: Option<(f64, f64)>,
}

/// The position of the best rate on its axis.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RatePosition {
    Inside,
    /// Only one rate was tried, so there is no axis.
    Alone,
    LowEdge,
    HighEdge,
    /// The next rate, at this position, diverged or is unstable.
    NextToDivergence(usize),
}

/// Finds the basin around `best`, the point that the ranking chose. The points are in ascending order of rate. `None`
/// if the best score is not finite. `resolution` is that of the metric at the best score.
#[must_use]
pub fn basin(points: &[RateScore], best: usize, resolution: f64, limit: Option<f64>) -> Option<Basin> {
    let finite = |index: usize| points[index].score.filter(|score| score.is_finite());
    let lowest = finite(best)?;
    let good = |index: usize| finite(index).is_some_and(|score| score <= 1.1 * lowest + resolution);
    let mut low = best;
    while low > 0 && good(low - 1) {
        low -= 1;
    }
    let mut high = best;
    while high + 1 < points.len() && good(high + 1) {
        high += 1;
    }
    let safe = middle(points, low, high);
    let decades = decades(points[low].rate, points[high].rate);
    let position = position(points, best, resolution);
    let cut = (low == 0, high + 1 == points.len());
    Some(Basin { best, low, high, safe, decades, cut, position, next: next_axis(points, best, position, limit) })
}

/// The point nearest √(low·high); of two that are equally near, the smaller rate. An unstable rate is not safe.
fn middle(points: &[RateScore], low: usize, high: usize) -> usize {
    let logarithm = |position: usize| libm::log10(points[position].rate);
    let middle = f64::midpoint(logarithm(low), logarithm(high));
    let stable = (low..=high).filter(|position| !points[*position].unstable);
    let distance = |position: &usize| (logarithm(*position) - middle).abs();
    // Rounding must not decide between two rates at the same distance.
    let nearer = |a: &usize, b: &usize| {
        let (one, other) = (distance(a), distance(b));
        if (one - other).abs() < 1e-9 { a.cmp(b) } else { one.total_cmp(&other) }
    };
    stable.min_by(nearer).unwrap_or(low)
}

fn position(points: &[RateScore], best: usize, resolution: f64) -> RatePosition {
    if points.len() == 1 {
        return RatePosition::Alone;
    }
    if let Some(next) = points.get(best + 1)
        && next.score.is_some()
        && !next.is_completed()
    {
        return RatePosition::NextToDivergence(best + 1);
    }
    // If the next rate inwards is equally good up to rounding, a wider axis would show nothing new.
    let flat = |neighbour: Option<usize>| {
        neighbour.and_then(|at| points.get(at)).is_some_and(|inward| same(inward.score, points[best].score, resolution))
    };
    if !points[best + 1..].iter().any(RateScore::is_completed) {
        return if flat(best.checked_sub(1)) { RatePosition::Inside } else { RatePosition::HighEdge };
    }
    if !points[..best].iter().any(RateScore::is_completed) {
        return if flat(Some(best + 1)) { RatePosition::Inside } else { RatePosition::LowEdge };
    }
    RatePosition::Inside
}

/// Equal within the metric's resolution. Smaller differences are rounding.
fn same(left: Option<f64>, right: Option<f64>, resolution: f64) -> bool {
    left.zip(right).is_some_and(|(left, right)| (left - right).abs() <= resolution)
}

/// From half a decade below the best rate up to the divergence, or a decade beyond the edge. The axis ends below the
/// limit if that is known.
fn next_axis(points: &[RateScore], best: usize, position: RatePosition, limit: Option<f64>) -> Option<(f64, f64)> {
    let rate = points[best].rate;
    let half_decade = 10.0_f64.sqrt();
    let (from, to) = match position {
        RatePosition::Inside | RatePosition::Alone => return None,
        RatePosition::LowEdge => (rate / 10.0, rate * half_decade),
        RatePosition::HighEdge => (rate / half_decade, rate * 10.0),
        // The rate that diverged is no end of the next axis.
        RatePosition::NextToDivergence(next) => (rate / half_decade, points[next].rate * (1.0 - 1e-6)),
    };
    let to = match limit.map(|limit| below(limit, rate)) {
        // If the best rate itself lies beyond the limit, the next axis lies entirely below the limit.
        Some(cap) if cap <= from => return Some((rounded(cap / 10.0, 2, f64::round), cap)),
        Some(cap) if cap < to => cap,
        _ => rounded(to, 2, f64::floor),
    };
    let from = rounded(from, 2, f64::round);
    (from < to).then_some((from, to))
}

/// The two decades below a limit: where to look next if every rate lies beyond it.
#[must_use]
pub fn axis_below(limit: f64) -> (f64, f64) {
    let to = below(limit, 0.0);
    (rounded(to / 100.0, 2, f64::round), to)
}

/// A number just below the limit, with as few digits as possible. It takes more digits if it must lie above the best
/// rate.
fn below(limit: f64, best: f64) -> f64 {
    let inside = limit * (1.0 - 1e-6);
    let mut candidates = (2..=6).map(|digits| rounded(inside, digits, f64::floor));
    candidates.find(|end| *end > best).unwrap_or_else(|| rounded(inside, 2, f64::floor))
}

/// The number of decades between two rates, even if their ratio overflows.
fn decades(low: f64, high: f64) -> f64 {
    let ratio = high / low;
    if ratio.is_finite() { libm::log10(ratio) } else { libm::log10(high) - libm::log10(low) }
}

/// Rounds to some significant digits; values outside the positive finite range are clamped to it first. The decimal
/// number is parsed from text, which is exact.
fn rounded(value: f64, digits: i32, round: fn(f64) -> f64) -> f64 {
    let value = value.clamp(f64::from_bits(1), f64::MAX);
    let text = format!("{value:e}");
    let Some((mantissa, Ok(exponent))) = text.split_once('e').map(|(one, other)| (one, other.parse::<i32>())) else {
        return value;
    };
    let exponent = exponent - (digits - 1);
    let scaled = format!("{mantissa}e{}", digits - 1).parse::<f64>().unwrap_or(value);
    // 0.49 · 100 can evaluate to 48.99…, so numbers close to a whole number are taken as whole.
    let nearest = scaled.round();
    let whole = if (scaled - nearest).abs() < 1e-9 * scaled { nearest } else { round(scaled) };
    format!("{whole}e{exponent}").parse().unwrap_or(value)
}

/// The axis as a line of the experiment file.
#[must_use]
pub fn axis_line((from, to): (f64, f64)) -> String {
    let [from, to] = [from, to].map(crate::text::toml_float);
    format!("learning_rate = {{ from = {from}, to = {to}, count = 13, scale = \"log\" }}")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The basin around the first of the lowest scores.
    fn basin(points: &[RateScore], limit: Option<f64>) -> Option<Basin> {
        let score = |index: &usize| points[*index].score.unwrap_or(f64::INFINITY);
        let best = (0..points.len()).min_by(|a, b| score(a).total_cmp(&score(b)))?;
        super::basin(points, best, crate::metric::mse().resolution(score(&best), None, 1), limit)
    }

    fn points(scores: &[(f64, f64)]) -> Vec<RateScore> {
        scores.iter().map(|&(rate, score)| RateScore { rate, score: Some(score), unstable: false }).collect()
    }

    #[test]
    fn inside() {
        let basin = basin(&points(&[(0.01, 5.0), (0.1, 1.05), (1.0, 1.0), (10.0, 3.0)]), None).expect("a basin");
        assert_eq!(
            (basin.best, basin.low, basin.high, basin.position, basin.next),
            (2, 1, 2, RatePosition::Inside, None)
        );
        assert_eq!(basin.decades, 1.0);
    }

    /// √(0.001·1) is 0.0316, which lies between 0.01 and 0.1 on a log scale: of two at the same distance the smaller one is safe.
    #[test]
    fn the_safe_rate_is_the_middle_of_the_basin() {
        let wide = points(&[(0.001, 1.05), (0.01, 1.04), (0.1, 1.02), (1.0, 1.0), (10.0, f64::INFINITY)]);
        let safe = |points: &[RateScore]| basin(points, None).expect("a basin").safe;
        assert_eq!(safe(&wide), 1);
        assert_eq!(safe(&wide[1..]), 1, "0.1 of 0.01, 0.1 and 1");
        assert_eq!(safe(&wide[3..4]), 0);
        let mut unstable = wide;
        unstable[1].unstable = true;
        assert_eq!(safe(&unstable), 2);
    }

    #[test]
    fn a_good_rate_beyond_a_bad_one_is_not_in_the_basin() {
        let basin = basin(&points(&[(0.01, 1.05), (0.1, 2.0), (1.0, 1.0), (10.0, 3.0)]), None).expect("a basin");
        assert_eq!((basin.low, basin.high), (2, 2));
    }

    /// R² of 0.999999995 and the like: distances of 5·10⁻⁹ and 5.9·10⁻⁹, which the resolution of 10⁻⁹ does not tell apart.
    #[test]
    fn what_the_resolution_does_not_tell_apart_is_as_good() {
        let points = points(&[(0.01, 6.6e-9), (0.1, 5.9e-9), (1.0, 5.0e-9)]);
        let ends = |resolution: f64| {
            let basin = super::basin(&points, 2, resolution, None).expect("a basin");
            (basin.low, basin.position)
        };
        assert_eq!(ends(1e-9), (1, RatePosition::Inside));
        assert_eq!(ends(5e-18), (2, RatePosition::HighEdge));
    }

    #[test]
    fn edges() {
        let high = basin(&points(&[(0.01, 5.0), (0.1, 1.0)]), None).expect("a basin");
        assert_eq!((high.position, high.next), (RatePosition::HighEdge, Some((0.032, 1.0))));
        let low = basin(&points(&[(0.1, 1.0), (1.0, 2.0)]), None).expect("a basin");
        assert_eq!((low.position, low.next), (RatePosition::LowEdge, Some((0.01, 0.31))));
        let alone = basin(&points(&[(0.1, 1.0)]), None).expect("a basin");
        assert_eq!(alone.position, RatePosition::Alone);
        assert_eq!(basin(&points(&[(0.1, f64::INFINITY)]), None), None);
    }

    #[test]
    fn an_edge_that_is_flat_to_rounding_is_none() {
        let flat = basin(&points(&[(0.1, 1.0), (1.0, 1.0 + 1e-13), (10.0, 2.0)]), None).expect("a basin");
        assert_eq!((flat.position, flat.next), (RatePosition::Inside, None));
        let flat = basin(&points(&[(0.1, 2.0), (1.0, 1.0 + 1e-13), (10.0, 1.0)]), None).expect("a basin");
        assert_eq!(flat.position, RatePosition::Inside);
    }

    #[test]
    fn next_to_divergence_is_capped_below_the_limit() {
        let scores = points(&[(0.1, 2.0), (0.316, 1.0), (0.562, f64::INFINITY), (1.0, f64::INFINITY)]);
        let free = basin(&scores, None).expect("a basin");
        assert_eq!((free.position, free.next), (RatePosition::NextToDivergence(2), Some((0.1, 0.56))));
        let capped = basin(&scores, Some(0.497)).expect("a basin");
        let next = capped.next.expect("an axis");
        assert_eq!(axis_line(next), "learning_rate = { from = 0.1, to = 0.49, count = 13, scale = \"log\" }");
    }

    #[test]
    fn below_a_limit() {
        assert_eq!(axis_below(5.18e-7), (5.1e-9, 5.1e-7));
        assert_eq!(axis_below(1.0), (0.0099, 0.99));
    }

    #[test]
    fn where_the_best_lies_beyond_the_limit_the_next_axis_lies_below_it() {
        let scores = points(&[(50.0, 1.0), (60.0, 2.0)]);
        let next = basin(&scores, Some(1.263)).expect("a basin").next.expect("an axis");
        assert_eq!(next, (0.12, 1.2));
    }

    #[test]
    fn the_last_rate_beyond_an_outstanding_one_is_an_edge() {
        let mut scores = points(&[(0.1, 2.0), (0.3, 1.0), (1.0, 1.0)]);
        scores[2].score = None;
        assert_eq!(basin(&scores, None).expect("a basin").position, RatePosition::HighEdge);
    }

    #[test]
    fn rounding_keeps_what_is_round() {
        for value in [0.49, 0.1, 1e-7, 2.3e5, 99.0, 0.032, 3.2e-31, 1e-320, 1.7e308] {
            assert_eq!(rounded(value, 2, f64::floor), value);
        }
        assert_eq!(rounded(0.968_51, 2, f64::floor), 0.96);
        assert_eq!(below(0.968_51, 0.96), 0.968);
        assert_eq!(below(0.5, 0.3), 0.49);
        for (value, short) in
            [(3.162e-31, 3.1e-31), (9.99e-311, 9.9e-311), (1.23e200, 1.2e200), (0.0, 5e-324), (f64::INFINITY, 1.7e308)]
        {
            assert_eq!(rounded(value, 2, f64::floor), short);
        }
        assert_eq!((decades(0.01, 1.0), decades(1e-320, 1e-7).round()), (2.0, 313.0));
        let line = axis_line((rounded(3.162e-31, 2, f64::round), 1e16));
        assert_eq!(line, "learning_rate = { from = 3.2e-31, to = 1e16, count = 13, scale = \"log\" }");
    }
}
