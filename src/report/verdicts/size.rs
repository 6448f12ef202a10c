//! Levels and differences in numbers, with their units.

use crate::analysis::{Basis, FEWEST_FOR_A_LEVEL, Level, OptimizerComparison, PairedDifference, Task};
use crate::metric::{AxisKind, MetricKind};
use crate::record::Epoch;
use crate::report::number::{difference, exact_fit, metric_with_interval, short, significant};
use crate::report::wording::metric;

/// A level on the split that compares, with its interval: `3059 [2264, 3854]`.
#[must_use]
pub fn level_cell(task: &Task<'_>, level: &Level) -> String {
    if task.metric.fits_exactly(level.center, task.target) {
        return exact_fit(task.metric);
    }
    let digits = if level.n == 1 { 6 } else { 4 };
    let text = metric_with_interval(task.metric, level.center, level.interval, digits);
    let few = task.few_rows_a_seed().filter(|_| level.n > 1);
    few.map_or_else(|| text.clone(), |_| format!("{text} (fewer than {FEWEST_FOR_A_LEVEL} test rows)"))
}

/// Why equal differences of a few seeds have an interval, if some of these have.
#[must_use]
pub fn about_rounding<'c>(mut comparisons: impl Iterator<Item = &'c OptimizerComparison>) -> Option<&'static str> {
    let is_rounded = |one: &OptimizerComparison| one.difference.is_some_and(|difference| difference.is_rounded);
    comparisons.any(is_rounded).then_some(
        "Where the differences d of the seeds vary by less than whole rows can show (a deviation below 1/√6 of a row), the deviation of \
         counting n rows stands for theirs, √(d(1 − d)/n), or 1/√6 of a row: that a few seeds differ by the same rows is chance, and no certainty.",
    )
}

/// The limit of an interval over seeds; that of a test over rows is another.
pub fn size_of_limit(task: &Task<'_>, comparison: &OptimizerComparison, limit: f64) -> Option<String> {
    size(task, comparison, limit).filter(|_| comparison.basis == Basis::Seeds)
}

/// A difference as a share of the first one's level: `6.2 %`, `3 points`.
pub fn size(task: &Task<'_>, comparison: &OptimizerComparison, value: f64) -> Option<String> {
    if comparison.first_fits_exactly() {
        return None;
    }
    match task.metric.axis {
        AxisKind::Logarithmic => comparison.relative(value).map(|share| format!("{} %", short(100.0 * share, 2))),
        AxisKind::Linear if task.metric.is_in_points() => Some(format!("{} points", short(100.0 * value, 2))),
        AxisKind::Linear => Some(format!("{} {}", short(value, 2), task.metric.label)),
    }
}

/// `sgd − gd = 3 [−25, 31] test MSE, 0.1 % [−0.8, 1.0] of gd's`, or `sgd − gd = −2.5 [−3.1, −1.9] points of test accuracy`
pub fn quantity(
    task: &Task<'_>,
    comparison: &OptimizerComparison,
    difference: &PairedDifference,
    epoch: Epoch,
) -> String {
    let name = |index: usize| task.contenders[index].name();
    let (first, second) = (name(comparison.first), name(comparison.second));
    let metric = metric(task.metric, comparison.split, epoch);
    if task.metric.is_in_points() {
        return format!("{second} − {first} = {} points of {metric}", value(comparison, &in_points(difference)));
    }
    let value = value(comparison, difference);
    let share = share(task.metric, comparison, difference).map_or_else(String::new, |share| match task.metric.axis {
        AxisKind::Logarithmic => format!(", {share} of {first}'s"),
        AxisKind::Linear => String::new(),
    });
    format!("{second} − {first} = {value} {metric}{share}")
}

/// A difference in hundredths.
fn in_points(difference: &PairedDifference) -> PairedDifference {
    let interval = difference.interval.map(|(low, high)| (100.0 * low, 100.0 * high));
    PairedDifference { mean: 100.0 * difference.mean, interval, ..*difference }
}

/// The mean difference with its interval.
#[must_use]
pub fn value(comparison: &OptimizerComparison, estimate: &PairedDifference) -> String {
    if comparison.first_fits_exactly() && comparison.is_rounding(estimate) {
        return "0, up to rounding".to_owned();
    }
    match estimate.interval {
        None => significant(estimate.mean, 4),
        interval => difference(estimate.mean, interval, estimate.n),
    }
}

/// A difference beside the first one's level: `0.1 % [−0.8, 1.0]`, or in points for a metric that is no ratio. `None` if the level
/// is not known or too small.
#[must_use]
pub fn share(kind: &MetricKind, comparison: &OptimizerComparison, estimate: &PairedDifference) -> Option<String> {
    if comparison.first_fits_exactly() {
        return None;
    }
    let of = |value: f64| match kind.axis {
        AxisKind::Logarithmic => comparison.relative(value).map(|share| 100.0 * share),
        AxisKind::Linear => Some(100.0 * value),
    };
    let unit = if kind.axis == AxisKind::Logarithmic { "%" } else { "points" };
    let mean = of(estimate.mean)?;
    let both = |(low, high): (f64, f64)| Some((of(low)?, of(high)?));
    let ends = estimate.interval.and_then(both);
    let digits = |value: f64| short(value, 2);
    if [Some(mean), ends.map(|ends| ends.0), ends.map(|ends| ends.1)]
        .into_iter()
        .flatten()
        .any(|value| value.abs() >= 1e4)
    {
        return None;
    }
    Some(match ends {
        Some((low, high)) if low < high => format!("{} {unit} [{}, {}]", digits(mean), digits(low), digits(high)),
        _ => format!("{} {unit}", digits(mean)),
    })
}
