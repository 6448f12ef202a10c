//! Compares two settings, paired by seed: whether they differ, by how much, and how many seeds would show it.

use super::sample::Sample;
use super::score::{SettingResult, value};
use super::significance::{PValue, sign_flip, sign_test, would_decide};
use crate::metric::{Direction, MetricKind};
use crate::record::{Epoch, Split, Trial};

/// The difference `second − first` in one metric.
#[derive(Debug, Clone, PartialEq)]
pub struct OptimizerComparison {
    /// The positions of the two optimizers in their task.
    pub first: usize,
    pub second: usize,
    pub split: Split,
    pub finding: Finding,
    pub unpaired: Unpaired,
    pub direction: Direction,
}

/// The seeds of a comparison that have no pair.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Unpaired {
    /// Both trials have a record, but the metric of one is not defined.
    pub undefined: usize,
    /// A trial has no record.
    pub outstanding: usize,
}

impl OptimizerComparison {
    /// The side that is shown to be better: 1 is the first, −1 is the second, 0 is neither. This takes both an interval
    /// without 0 and p < 0.05.
    #[must_use]
    pub fn decided(&self) -> i8 {
        match (&self.finding, self.direction) {
            (Finding::Unequal { first_better, second_better, p_value, .. }, _) if *p_value < 0.05 => {
                if first_better > second_better { 1 } else { -1 }
            }
            (finding, Direction::Lower) => finding.smaller(),
            (finding, Direction::Higher) => -finding.smaller(),
        }
    }
}

#[derive(Debug, Clone, PartialEq)]
pub enum Finding {
    /// Both settings are deterministic, so there is only the plain difference and no test.
    Plain { difference: f64 },
    /// All values are finite.
    Paired {
        n: usize,
        /// One setting is deterministic. It is compared as a constant with each seed of the other.
        against_constant: bool,
        mean: f64,
        /// Student's 95 % interval; `None` for one pair.
        interval: Option<(f64, f64)>,
        /// Two-sided sign-flip test; `None` for one pair.
        p_value: Option<PValue>,
        /// The number of pairs at which a two-sided paired t-test at 5 % has power 0.8 for this mean and spread.
        would_decide: Option<u64>,
    },
    /// A trial diverged or failed, so there is no mean. In this exact sign test such a trial loses its pair.
    Unequal { n: usize, first_better: usize, second_better: usize, median: Option<f64>, p_value: f64 },
    /// No seed has a record on both sides.
    NoPairs,
}

impl Finding {
    /// The side whose values are shown to be smaller: 1 is the first, −1 is the second, 0 is neither.
    fn smaller(&self) -> i8 {
        let sign = |value: f64| if value < 0.0 { -1 } else { i8::from(value > 0.0) };
        match self {
            Self::Plain { difference } => sign(*difference),
            Self::Paired { mean, interval: Some((low, high)), p_value: Some(p), .. }
                if (*low > 0.0 || *high < 0.0) && p.value < 0.05 =>
            {
                sign(*mean)
            }
            _ => 0,
        }
    }
}

/// Compares two settings in one metric, `second − first`. The seeds without a pair are counted by their reason.
#[must_use]
pub fn compare(
    first: &SettingResult<'_>,
    second: &SettingResult<'_>,
    split: Split,
    epoch: Epoch,
) -> (Finding, Unpaired) {
    let (pairs, unpaired) = pairs(first, second, split, epoch);
    (finding(&pairs, first, second), unpaired)
}

fn finding(pairs: &[(f64, f64)], first: &SettingResult<'_>, second: &SettingResult<'_>) -> Finding {
    let deterministic = (first.setting.deterministic, second.setting.deterministic);
    if pairs.is_empty() {
        return Finding::NoPairs;
    }
    if let ((true, true), [(a, b)]) = (deterministic, pairs)
        && a.is_finite()
        && b.is_finite()
    {
        return Finding::Plain { difference: difference(*a, *b, first.study.metric) };
    }
    if pairs.iter().all(|(a, b)| a.is_finite() && b.is_finite()) {
        paired(pairs, deterministic.0 || deterministic.1, first.study.metric)
    } else {
        unequal(pairs, first.study.metric)
    }
}

/// A trial in a comparison.
#[derive(Debug, Clone, Copy)]
enum Side {
    Outstanding,
    Undefined,
    Value(f64),
}

/// The two values at each seed that has both, and the number of seeds that have not. A deterministic setting has the same
/// value at every seed.
fn pairs(
    first: &SettingResult<'_>,
    second: &SettingResult<'_>,
    split: Split,
    epoch: Epoch,
) -> (Vec<(f64, f64)>, Unpaired) {
    let study = first.study;
    let side = |trial: &Trial<'_>| match trial.has_record() {
        true => value(study, trial, study.metric, split, epoch).map_or(Side::Undefined, Side::Value),
        false => Side::Outstanding,
    };
    let sides = |result: &SettingResult<'_>| -> Vec<Side> {
        result.study.trials_of(result.setting).map(|(_, trial)| side(&trial)).collect()
    };
    let (mut a, mut b) = (sides(first), sides(second));
    // A deterministic setting has one trial. Other settings have one per seed, in the order of the seeds.
    match (first.setting.deterministic, second.setting.deterministic) {
        (true, false) => a.resize(b.len(), a.first().copied().unwrap_or(Side::Outstanding)),
        (false, true) => b.resize(a.len(), b.first().copied().unwrap_or(Side::Outstanding)),
        _ => {}
    }
    let (mut pairs, mut unpaired) = (Vec::new(), Unpaired::default());
    for sides in a.into_iter().zip(b) {
        match sides {
            (Side::Value(a), Side::Value(b)) => pairs.push((a, b)),
            (Side::Outstanding, _) | (_, Side::Outstanding) => unpaired.outstanding += 1,
            _ => unpaired.undefined += 1,
        }
    }
    (pairs, unpaired)
}

/// `b − a`, or 0 if that is below the metric's resolution.
fn difference(a: f64, b: f64, metric: &MetricKind) -> f64 {
    if (b - a).abs() <= metric.resolution(a.abs().max(b.abs())) { 0.0 } else { b - a }
}

fn paired(pairs: &[(f64, f64)], against_constant: bool, metric: &MetricKind) -> Finding {
    let differences = Sample::new(pairs.iter().map(|(a, b)| difference(*a, *b, metric)).collect());
    let mean = differences.mean().unwrap_or(0.0);
    Finding::Paired {
        n: differences.n(),
        against_constant,
        mean,
        interval: differences.interval(),
        p_value: (differences.n() > 1).then(|| sign_flip(differences.values())),
        would_decide: differences.standard_deviation().and_then(|spread| would_decide(mean, spread)),
    }
}

fn unequal(pairs: &[(f64, f64)], metric: &MetricKind) -> Finding {
    let first_better = pairs.iter().filter(|(a, b)| metric.is_better(*a, *b)).count();
    let second_better = pairs.iter().filter(|(a, b)| metric.is_better(*b, *a)).count();
    // If both are infinite, their difference is NaN and the pair decides nothing.
    let known = pairs.iter().filter(|(a, b)| a.is_finite() || b.is_finite());
    let mut differences: Vec<f64> = known.map(|(a, b)| b - a).collect();
    differences.sort_by(f64::total_cmp);
    let middle = differences.len() / 2;
    let median = if differences.is_empty() {
        None
    } else if differences.len() % 2 == 1 || differences[middle - 1] == differences[middle] {
        Some(differences[middle])
    } else {
        Some(f64::midpoint(differences[middle - 1], differences[middle]))
    };
    let median = median.filter(|median| !median.is_nan());
    Finding::Unequal {
        n: pairs.len(),
        first_better,
        second_better,
        median,
        p_value: sign_test(first_better as u64, second_better as u64),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounding_is_no_difference() {
        let pairs: Vec<(f64, f64)> = (1..=8).map(|seed| (f64::from(seed), f64::from(seed) * (1.0 + 1e-12))).collect();
        let finding = paired(&pairs, false, crate::metric::mse());
        assert_eq!(finding.smaller(), 0);
        assert!(matches!(finding, Finding::Paired { mean: 0.0, would_decide: None, .. }), "{finding:?}");
        assert!(difference(1.0, 1.0 + 1e-8, crate::metric::mse()) > 0.9e-8);
    }
}
