//! Statistics over seeds: counts of outcomes, means, medians and quantiles.

use statrs::distribution::{ContinuousCDF, StudentsT};

use crate::record::Trial;

/// How the trials of a setting, a combination or a study ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    pub completed: usize,
    /// With those that completed but did not descend.
    pub diverged: usize,
    /// Of `diverged`: those that completed but did not descend.
    pub did_not_descend: usize,
    pub failed: usize,
    /// Planned trials without a record.
    pub outstanding: usize,
}

impl Counts {
    #[must_use]
    pub fn of<'a>(trials: impl Iterator<Item = Trial<'a>>) -> Self {
        let mut counts = Self::default();
        for trial in trials {
            if trial.counts_as_completed() {
                counts.completed += 1;
            } else if trial.is_diverged() || trial.did_not_descend() {
                counts.diverged += 1;
                counts.did_not_descend += usize::from(trial.did_not_descend());
            } else if trial.is_failed() {
                counts.failed += 1;
            } else {
                counts.outstanding += 1;
            }
        }
        counts
    }

    pub const fn add(&mut self, other: Self) {
        self.completed += other.completed;
        self.diverged += other.diverged;
        self.did_not_descend += other.did_not_descend;
        self.failed += other.failed;
        self.outstanding += other.outstanding;
    }

    /// Trials with a record.
    #[must_use]
    pub const fn recorded(&self) -> usize {
        self.completed + self.diverged + self.failed
    }

    #[must_use]
    pub const fn planned(&self) -> usize {
        self.recorded() + self.outstanding
    }
}

/// One number per trial, in the order of seeds, and an infinity for a trial that diverged or failed: +∞ if lower is
/// better, else −∞. Never NaN.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Sample {
    values: Vec<f64>,
    ordered: Vec<f64>,
}

impl Sample {
    /// A NaN, which no record should hold, counts as +∞.
    #[must_use]
    pub fn new(values: Vec<f64>) -> Self {
        let values: Vec<f64> =
            values.into_iter().map(|value| if value.is_nan() { f64::INFINITY } else { value }).collect();
        let mut ordered = values.clone();
        ordered.sort_by(f64::total_cmp);
        Self { values, ordered }
    }

    #[must_use]
    pub fn values(&self) -> &[f64] {
        &self.values
    }

    #[must_use]
    pub const fn n(&self) -> usize {
        self.values.len()
    }

    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// The number of trials with a finite value.
    #[must_use]
    pub fn finite(&self) -> usize {
        self.values.iter().filter(|value| value.is_finite()).count()
    }

    /// The mean. +∞ if a value is infinite, `None` if there are no values.
    #[must_use]
    pub fn mean(&self) -> Option<f64> {
        if self.values.is_empty() {
            return None;
        }
        // Summed in ascending order, so that the mean does not depend on the order of trials.
        let (sum, n) = (self.ordered.iter().fold(0.0, |sum, value| sum + value), self.n() as f64);
        // The sum can overflow although the mean does not.
        let overflows = !sum.is_finite() && self.finite() == self.n();
        Some(if overflows { self.ordered.iter().fold(0.0, |sum, value| sum + value / n) } else { sum / n })
    }

    /// With n − 1 in the denominator. `None` for fewer than two values, for an infinite value, and on overflow.
    #[must_use]
    pub fn standard_deviation(&self) -> Option<f64> {
        let mean = self.mean().filter(|mean| mean.is_finite())?;
        if self.n() < 2 {
            return None;
        }
        let squares = self.ordered.iter().fold(0.0, |sum, value| sum + (value - mean) * (value - mean));
        if squares.is_normal() {
            return Some((squares / (self.n() - 1) as f64).sqrt());
        }
        // The squares overflowed or underflowed, so the deviations are scaled first.
        let most = self.ordered.iter().fold(0.0, |most: f64, value| most.max((value - mean).abs()));
        if most == 0.0 {
            return Some(0.0);
        }
        let scaled = |value: &f64| (value - mean) / most;
        let squares = self.ordered.iter().fold(0.0, |sum, value| sum + scaled(value) * scaled(value));
        Some(most * (squares / (self.n() - 1) as f64).sqrt()).filter(|deviation| deviation.is_finite())
    }

    /// The fourth central moment over the square of the second: 3 for a normal distribution, 1 at least. `None` for an infinite
    /// value, and where all values are equal.
    #[must_use]
    pub fn kurtosis(&self) -> Option<f64> {
        let mean = self.mean().filter(|mean| mean.is_finite())?;
        let most = self.ordered.iter().fold(0.0, |most: f64, value| most.max((value - mean).abs()));
        // Scaled first: fourth powers overflow and underflow early.
        let squares = self.ordered.iter().map(|value| ((value - mean) / most) * ((value - mean) / most));
        let (second, fourth) =
            squares.fold((0.0, 0.0), |(second, fourth), square| (second + square, fourth + square * square));
        Some(self.n() as f64 * fourth / (second * second)).filter(|kurtosis| kurtosis.is_finite())
    }

    #[must_use]
    pub fn median(&self) -> Option<f64> {
        self.quantile(0.5)
    }

    /// Type 7 of Hyndman and Fan (1996), as in R and NumPy. Interpolation with an infinity gives
    /// the infinity.
    #[must_use]
    pub fn quantile(&self, probability: f64) -> Option<f64> {
        let last = self.n().checked_sub(1)?;
        let position = probability.clamp(0.0, 1.0) * last as f64;
        let below = position.floor() as usize;
        let fraction = position - below as f64;
        let (low, high) = (self.ordered[below], self.ordered[(below + 1).min(last)]);
        if fraction == 0.0 || low == high {
            return Some(low);
        }
        Some(match (low.is_finite(), high.is_finite()) {
            (true, true) => fraction.mul_add(high - low, low),
            (false, _) => low,
            (true, false) => high,
        })
    }
}

/// A quantile of Student's t distribution. `None` without degrees of freedom.
#[must_use]
pub fn student_quantile(probability: f64, degrees: f64) -> Option<f64> {
    Some(StudentsT::new(0.0, 1.0, degrees).ok()?.inverse_cdf(probability))
}

/// Rounds a statistic to the 10 significant digits that are printed, so that the last bits of a library's quantile
/// never show.
#[must_use]
pub fn ten_digits(value: f64) -> f64 {
    if value.is_finite() { format!("{value:.9e}").parse().unwrap_or(value) } else { value }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spread_and_quantile_of_known_values() {
        // R: sd(1:5), qt(0.975, 9)
        let deviation = Sample::new(vec![3.0, 1.0, 2.0, 5.0, 4.0]).standard_deviation().expect("a deviation");
        assert!((deviation - 1.581_138_830_084_189_7).abs() < 1e-12);
        assert!((student_quantile(0.975, 9.0).expect("a quantile") - 2.262_157_162_740_99).abs() < 1e-8);
        assert!(student_quantile(0.975, 0.0).is_none());
        assert_eq!(Sample::new(vec![1.0]).standard_deviation(), None);
        assert_eq!(Sample::new(vec![1.0, f64::INFINITY]).standard_deviation(), None);
    }

    /// SciPy 1.17.1: `scipy.stats.kurtosis([1, 2, 3, 4, 10], fisher=False)`.
    #[test]
    fn kurtosis_of_known_values() {
        for scale in [1.0, 1e-160, 1e160] {
            let sample = Sample::new([1.0, 2.0, 3.0, 4.0, 10.0].map(|value| value * scale).to_vec());
            assert!((sample.kurtosis().expect("a kurtosis") - 2.788).abs() < 1e-12);
        }
        assert_eq!(Sample::new(vec![2.0, 2.0]).kurtosis(), None);
        assert_eq!(Sample::new(vec![1.0, f64::INFINITY]).kurtosis(), None);
    }

    #[test]
    fn quantiles_count_infinities() {
        let infinity = f64::INFINITY;
        let sample = Sample::new(vec![infinity, 1.0, 3.0, 2.0]);
        assert_eq!(sample.median(), Some(2.5));
        assert_eq!(sample.quantile(0.75), Some(infinity));
        assert_eq!(sample.quantile(0.25), Some(1.75));
        assert_eq!(sample.mean(), Some(infinity));
        assert_eq!(sample.finite(), 3);
        assert_eq!(Sample::new(vec![infinity, infinity]).median(), Some(infinity));
        assert_eq!(Sample::new(vec![1.0, infinity]).quantile(0.0), Some(1.0));
        assert_eq!(Sample::new(vec![]).median(), None);
    }

    #[test]
    fn printed_statistics_carry_ten_digits() {
        assert_eq!(ten_digits(0.1 + 0.2), 0.3);
        assert_eq!(ten_digits(2_900.193_628_493_482), 2_900.193_628);
        assert_eq!(ten_digits(f64::INFINITY), f64::INFINITY);
    }
}
