//! The search for a step length of the strong Wolfe conditions, by cubic interpolation. It is resumed at each gradient.

/// The constants of the search: sufficient decrease, curvature, the smallest change of a parameter, and the most gradients.
const DECREASE: f64 = 1e-4;
const CURVATURE: f64 = 0.9;
const SMALLEST_CHANGE: f64 = 1e-9;
const MOST_GRADIENTS: u32 = 25;

/// What J may be off by, relative to itself, where it is a sum over rows.
const ROUNDING: f64 = 8.0 * f64::EPSILON;

/// A point of a search: its length along the direction, the objective there, and its slope along the direction.
#[derive(Clone, Copy, Default)]
struct Trial {
    length: f64,
    loss: f64,
    slope: f64,
}

/// A search for a point of the strong Wolfe conditions along one direction.
#[derive(Clone, Copy, Default)]
pub struct LineSearch {
    /// The length that is tried, and in the end the one that is taken.
    pub length: f64,
    start: Trial,
    /// The largest component of the direction.
    largest: f64,
    gradients: u32,
    /// Whether an interval with such a point is known: it then lies between `low`, the lower end, and `high`.
    bracketed: bool,
    /// Whether the last trial lay close to an end of the interval.
    close: bool,
    low: Trial,
    high: Trial,
}

impl LineSearch {
    /// The numbers that a search is kept as between two gradients.
    pub const SCALARS: usize = 13;

    /// A search that first tries `length`. `slope` is that at length 0, and `largest` the largest component of the direction.
    pub fn begin(loss: f64, slope: f64, length: f64, largest: f64) -> Self {
        let start = Trial { length: 0.0, loss, slope };
        Self { length, start, largest, low: start, ..Self::default() }
    }

    /// Takes the objective and its slope at `length`. Returns whether the search has ended there or at a better length.
    pub fn take(&mut self, loss: f64, slope: f64) -> bool {
        let trial = Trial { length: self.length, loss, slope };
        // Near the optimum a decrease is less than the rounding of J, and only the slope can tell.
        let rounding = ROUNDING * self.start.loss.abs();
        let enough = loss <= self.start.loss + DECREASE * trial.length * self.start.slope + rounding;
        let flat = slope.abs() <= -CURVATURE * self.start.slope;
        if self.bracketed {
            self.gradients += 1;
            if !enough || loss > self.low.loss + rounding || (loss >= self.low.loss && !flat) {
                self.high = trial;
                if trial.loss < self.low.loss {
                    std::mem::swap(&mut self.low, &mut self.high);
                }
            } else {
                if slope * (self.high.length - self.low.length) >= 0.0 {
                    self.high = self.low;
                }
                self.low = trial;
                if flat {
                    return true;
                }
            }
            return self.narrow();
        }
        if self.gradients >= MOST_GRADIENTS {
            self.length = if loss < self.start.loss { trial.length } else { 0.0 };
            return true;
        }
        // Until an interval is known, `low` is the trial before.
        if !enough || (self.gradients > 1 && loss >= self.low.loss) || (!flat && slope >= 0.0) {
            self.bracketed = true;
            self.high = trial;
            if trial.loss < self.low.loss {
                std::mem::swap(&mut self.low, &mut self.high);
            }
            return self.narrow();
        }
        if flat {
            return true;
        }
        let bounds = (trial.length + 0.01 * (trial.length - self.low.length), 10.0 * trial.length);
        self.length = interpolated(self.low, trial, bounds);
        self.low = trial;
        self.gradients += 1;
        false
    }

    /// Chooses the next length in the interval, or ends the search at its lower end.
    fn narrow(&mut self) -> bool {
        let (Self { low, high, .. }, ends) = (*self, (self.low.length, self.high.length));
        let (left, right) = (ends.0.min(ends.1), ends.0.max(ends.1));
        if self.gradients >= MOST_GRADIENTS || (right - left) * self.largest < SMALLEST_CHANGE {
            self.length = low.length;
            return true;
        }
        let margin = 0.1 * (right - left);
        let mut length = interpolated(low, high, (left, right));
        let is_close = (right - length).min(length - left) < margin;
        if is_close && (self.close || length >= right || length <= left) {
            length = if (length - right).abs() < (length - left).abs() { right - margin } else { left + margin };
            self.close = false;
        } else {
            self.close = is_close;
        }
        self.length = length;
        false
    }

    pub fn read(next: &mut impl FnMut() -> f64) -> Self {
        let mut trial = || Trial { length: next(), loss: next(), slope: next() };
        let [low, high] = [trial(), trial()];
        let start = Trial { length: 0.0, loss: next(), slope: next() };
        Self {
            low,
            high,
            start,
            length: next(),
            largest: next(),
            gradients: next() as u32,
            bracketed: next() > 0.0,
            close: next() > 0.0,
        }
    }

    pub fn scalars(&self) -> [f64; Self::SCALARS] {
        let Self { low, high, start, .. } = *self;
        [
            low.length,
            low.loss,
            low.slope,
            high.length,
            high.loss,
            high.slope,
            start.loss,
            start.slope,
            self.length,
            self.largest,
            f64::from(self.gradients),
            f64::from(self.bracketed),
            f64::from(self.close),
        ]
    }
}

/// The minimum, within the bounds, of the cubic through two points with their slopes; the middle of the bounds if it has none.
fn interpolated(one: Trial, other: Trial, (least, most): (f64, f64)) -> f64 {
    let (left, right) = if one.length <= other.length { (one, other) } else { (other, one) };
    let width = right.length - left.length;
    let sum = left.slope + right.slope - 3.0 * (left.loss - right.loss) / (left.length - right.length);
    let square = sum * sum - left.slope * right.slope;
    let root = square.sqrt();
    let minimum = right.length - width * ((right.slope + root - sum) / (right.slope - left.slope + 2.0 * root));
    if square >= 0.0 && minimum.is_finite() { minimum.max(least).min(most) } else { 0.5 * (least + most) }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Function = fn(f64) -> f64;

    /// Searches along a function of one length from 0. Returns the length and the number of gradients.
    fn searched(first: f64, value: Function, slope: Function) -> (f64, u32) {
        let mut search = LineSearch::begin(value(0.0), slope(0.0), first, 1.0);
        let mut gradients = 1;
        while !search.take(value(search.length), slope(search.length)) {
            gradients += 1;
            assert!(gradients <= MOST_GRADIENTS + 1, "it ends by itself");
        }
        (search.length, gradients)
    }

    #[test]
    fn a_search_ends_where_both_conditions_hold() {
        let (value, slope): (Function, Function) = (|t| (t - 3.0) * (t - 3.0), |t| 2.0 * (t - 3.0));
        for first in [1e-3, 0.5, 3.0, 10.0, 1e4] {
            let (length, gradients) = searched(first, value, slope);
            assert!(value(length) <= value(0.0) + DECREASE * length * slope(0.0), "from {first}: {length}");
            assert!(slope(length).abs() <= -CURVATURE * slope(0.0), "from {first}: {length}");
            assert!(gradients <= 8, "from {first}: {gradients}");
        }
    }

    #[test]
    fn a_search_returns_from_where_nothing_is_finite() {
        let value: Function = |t| if t > 2.0 { f64::NAN } else { (t - 1.0) * (t - 1.0) };
        let slope: Function = |t| if t > 2.0 { f64::NAN } else { 2.0 * (t - 1.0) };
        let (length, _) = searched(64.0, value, slope);
        assert!(length > 0.0 && value(length) < 1.0, "{length}");
    }

    #[test]
    fn a_search_that_finds_nothing_better_stays() {
        // The slope at the start is wrong: everything else lies higher.
        let (length, _) = searched(1.0, |t| t, |t| if t == 0.0 { -1.0 } else { 1.0 });
        assert!(length < 1e-8, "{length}");
    }
}
