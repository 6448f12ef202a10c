//! Numbers as people read them. Files for programs have all digits instead (see `csv.rs`).

use crate::analysis::{Sample, TargetMoments};
use crate::metric::{Direction, MetricKind};

/// A number with `digits` significant digits, and all digits before the decimal point. ∞ if it is not finite. The minus
/// sign is U+2212.
#[must_use]
pub fn significant(value: f64, digits: usize) -> String {
    if !value.is_finite() {
        return if value < 0.0 { "−∞".to_owned() } else { "∞".to_owned() };
    }
    if value == 0.0 {
        return "0".to_owned();
    }
    let scientific = format!("{value:.*e}", digits.saturating_sub(1));
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    let text = if (-4..7).contains(&exponent) {
        fixed_digits(value, decimals(exponent, digits))
    } else {
        let mantissa =
            if mantissa.contains('.') { mantissa.trim_end_matches('0').trim_end_matches('.') } else { mantissa };
        format!("{mantissa}e{exponent}")
    };
    text.replace('-', "−")
}

/// The most decimals of a value near the end of its range.
const MOST_DECIMALS: usize = 10;

/// A value of a metric with `digits` significant digits. Near the upper end of the metric's range its distance from the end is
/// what tells values apart: it has one digit less than that. A smaller value is never rounded up to the end: `0.9999834`,
/// `> 0.9999999999`.
#[must_use]
pub fn of_metric(kind: &MetricKind, value: f64, digits: usize) -> String {
    let of_value = decimals(exponent_of(value), digits);
    match distance_from_end(kind, value).map(|distance| decimals(exponent_of(distance), digits.saturating_sub(1))) {
        Some(of_distance) if of_distance > of_value => below_end(kind, value, of_distance),
        _ => significant(value, digits),
    }
}

/// What stands for a value that is no further from the best that there is than rounding: `0, up to rounding`.
#[must_use]
pub fn exact_fit(kind: &MetricKind) -> String {
    let best = match kind.direction {
        Direction::Lower => 0.0,
        Direction::Higher => 1.0,
    };
    format!("{}, up to rounding", short(best, 1))
}

/// A value of a metric on a split with these targets: [`of_metric`], or [`exact_fit`].
#[must_use]
pub fn on_targets(kind: &MetricKind, value: f64, target: Option<&TargetMoments>, digits: usize) -> String {
    if kind.fits_exactly(value, target) { exact_fit(kind) } else { of_metric(kind, value, digits) }
}

/// The distance of a value from the upper end of the metric's range; `None` if there is no such end, or the value is not below it.
fn distance_from_end(kind: &MetricKind, value: f64) -> Option<f64> {
    let end = kind.range.1;
    (kind.direction == Direction::Higher && end.is_finite() && value.is_finite() && value < end).then_some(end - value)
}

/// Whether a value below the upper end of the metric's range would be shown as the end, or as more.
fn rounds_to_end(kind: &MetricKind, value: f64, places: usize) -> bool {
    distance_from_end(kind, value).is_some()
        && fixed_digits(value, places).parse().is_ok_and(|shown: f64| shown >= kind.range.1)
}

/// A number with at most this many decimals. One below the upper end of the metric's range is not rounded up to it.
fn below_end(kind: &MetricKind, value: f64, places: usize) -> String {
    let places = places.min(MOST_DECIMALS);
    if !rounds_to_end(kind, value, places) {
        return fixed(value, places);
    }
    let unit = format!("1e-{places}").parse().unwrap_or(0.0);
    format!("> {}", fixed(kind.range.1 - unit, places))
}

/// A number without trailing zeros, for hyperparameters.
#[must_use]
pub fn short(value: f64, digits: usize) -> String {
    let text = significant(value, digits);
    if text.contains('.') && !text.contains('e') {
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    } else {
        text
    }
}

/// A mean with its interval, with enough decimals for the given digits of the mean and two digits of the half-width:
/// `3012 [2911, 3120]`.
#[must_use]
pub fn with_interval(mean: f64, interval: Option<(f64, f64)>, digits: usize) -> String {
    let Some((low, high)) = interval else { return significant(mean, digits) };
    match interval_places(mean, (low, high), digits) {
        Some(places) => {
            let [mean, low, high] = [mean, low, high].map(|value| fixed(value, places));
            format!("{mean} [{low}, {high}]")
        }
        None => {
            let [mean, low, high] = [mean, low, high].map(|value| significant(value, digits));
            format!("{mean} [{low}, {high}]")
        }
    }
}

/// [`with_interval`] for the mean of a metric, none of whose numbers is rounded up to the end of the metric's range. The
/// interval is cut at both ends of the range: no metric lies beyond them.
#[must_use]
pub fn metric_with_interval(kind: &MetricKind, mean: f64, interval: Option<(f64, f64)>, digits: usize) -> String {
    let Some((low, high)) = interval else { return of_metric(kind, mean, digits) };
    let Some(mut places) = interval_places(mean, (low, high), digits) else {
        return with_interval(mean, Some(within_range(kind, (low, high))), digits);
    };
    let (low, high) = within_range(kind, (low, high));
    while places < MOST_DECIMALS && rounds_to_end(kind, mean, places) {
        places += 1;
    }
    let [mean, low, high] = [mean, low, high].map(|value| below_end(kind, value, places));
    format!("{mean} [{low}, {high}]")
}

/// An interval as far as values of the metric go.
#[must_use]
pub fn within_range(kind: &MetricKind, (low, high): (f64, f64)) -> (f64, f64) {
    let (least, most) = kind.range;
    (if low < least { least } else { low }, if high > most { most } else { high })
}

/// The decimals of a mean and its interval; `None` if they are too large or too small for fixed decimals.
fn interval_places(mean: f64, (low, high): (f64, f64), digits: usize) -> Option<usize> {
    let half_width = (high - low) / 2.0;
    let exponent = exponent_of(if mean.abs() > half_width { mean } else { half_width });
    if !(-4..7).contains(&exponent) {
        return None;
    }
    let for_mean = decimals(exponent, digits);
    let for_width = if half_width > 0.0 { decimals(exponent_of(half_width), 2) } else { 0 };
    Some(for_mean.max(for_width).min(decimals(exponent, 8)))
}

/// Replaces an interval whose ends overflow.
const TOO_WIDE: &str = "(interval too wide for a number)";

/// A difference over `n` pairs with its interval. Two digits of the half-width decide the number of decimals.
#[must_use]
pub fn difference(mean: f64, interval: Option<(f64, f64)>, n: usize) -> String {
    let half_width = interval.map_or(0.0, |(low, high)| (high - low) / 2.0);
    let exponent = exponent_of(half_width);
    match interval {
        Some((low, high)) if half_width > 0.0 && (-4..7).contains(&exponent) && exponent_of(mean) < 15 => {
            let places = decimals(exponent, 2);
            format!("{} [{}, {}]", fixed(mean, places), fixed(low, places), fixed(high, places))
        }
        None if n > 1 && mean.is_finite() => format!("{} {TOO_WIDE}", significant(mean, 3)),
        _ => with_interval(mean, interval, 3),
    }
}

/// The cell of a table: the mean of a metric if every trial completed, else the median and `(completed/n)`. It has no interval: the
/// setting was chosen, and intervals belong to what is tuned on each seed by itself. `target` is of the split.
#[must_use]
pub fn cell(kind: &MetricKind, sample: Option<&Sample>, target: Option<&TargetMoments>, deterministic: bool) -> String {
    let Some(sample) = sample.filter(|sample| !sample.is_empty()) else { return "–".to_owned() };
    let mean = sample.mean().unwrap_or(kind.worst());
    let digits = if deterministic { 6 } else { 4 };
    if mean.is_finite() {
        return on_targets(kind, mean, target, digits);
    }
    let median = sample.median().unwrap_or(kind.worst());
    format!("{} ({}/{})", on_targets(kind, median, target, 4), sample.finite(), sample.n())
}

/// `p = 0.031`, `p < 0.001`.
#[must_use]
pub fn p_value(value: f64) -> String {
    if value < 0.001 { "p < 0.001".to_owned() } else { format!("p = {}", short(value, 2)) }
}

/// `1 dataset`, `2 datasets`.
#[must_use]
pub fn plural(count: usize, noun: &str) -> String {
    if count == 1 { format!("1 {noun}") } else { format!("{count} {noun}s") }
}

/// A count with separators between thousands: `62,400`.
#[must_use]
pub fn count(value: u64) -> String {
    let digits = value.to_string();
    let mut text = String::new();
    for (position, digit) in digits.chars().enumerate() {
        if position > 0 && (digits.len() - position).is_multiple_of(3) && digits.len() > 4 {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

fn fixed(value: f64, places: usize) -> String {
    fixed_digits(value, places).replace('-', "−")
}

/// Fixed decimals, never a negative zero.
fn fixed_digits(value: f64, places: usize) -> String {
    let text = format!("{value:.places$}");
    match text.strip_prefix('-') {
        Some(digits) if digits.chars().all(|digit| matches!(digit, '0' | '.')) => digits.to_owned(),
        _ => text,
    }
}

fn exponent_of(value: f64) -> i32 {
    if value == 0.0 || !value.is_finite() {
        return 0;
    }
    let scientific = format!("{value:.1e}");
    scientific.split_once('e').and_then(|(_, exponent)| exponent.parse().ok()).unwrap_or(0)
}

fn decimals(exponent: i32, digits: usize) -> usize {
    let digits = i32::try_from(digits).unwrap_or(17);
    usize::try_from(digits - 1 - exponent).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metric::{metric, mse};

    #[test]
    fn digits_for_people() {
        assert_eq!(significant(3012.345, 4), "3012");
        assert_eq!(significant(0.806_585_1, 6), "0.806585");
        assert_eq!(significant(-0.000_012_34, 4), "−1.234e−5");
        assert_eq!(significant(12_345.6, 4), "12346");
        assert_eq!(significant(1e12, 4), "1e12");
        assert_eq!(significant(9.9999, 2), "10");
        assert_eq!(short(0.316_227_766, 4), "0.3162");
        assert_eq!(short(0.1, 4), "0.1");
        assert_eq!(short(1.0, 4), "1");
        assert_eq!(with_interval(3012.3, Some((2911.2, 3119.9)), 4), "3012 [2911, 3120]");
        assert_eq!(with_interval(3012.0, Some((3011.99, 3012.01)), 4), "3012.000 [3011.990, 3012.010]");
        assert_eq!(difference(-3.02, Some((-9.4, 3.6)), 5), "−3.0 [−9.4, 3.6]");
        let cell = |values: &[f64]| cell(mse(), Some(&Sample::new(values.to_vec())), None, false);
        assert_eq!(cell(&[1.0, f64::INFINITY, 0.42]), "1.000 (2/3)");
        assert_eq!(cell(&[1.0, f64::INFINITY]), "∞ (1/2)");
    }

    #[test]
    fn near_its_best_a_metric_is_not_rounded_up_to_it() {
        let r2 = metric("r2").expect("exists");
        for (value, digits, text) in [
            (0.999_983_42, 4, "0.9999834"),
            (0.999_983_42, 6, "0.999983420"),
            (0.9451, 4, "0.9451"),
            (0.96, 4, "0.9600"),
            (0.994, 4, "0.99400"),
            (1.0 - 1e-12, 4, "> 0.9999999999"),
            (1.0 - 1e-16, 4, "> 0.9999999999"),
            (0.999_999_999_9, 4, "0.9999999999"),
            (1.0, 4, "1.000"),
            (-8.027, 4, "−8.027"),
            (-1e9, 4, "−1e9"),
            (0.0, 4, "0"),
            (f64::NEG_INFINITY, 4, "−∞"),
        ] {
            assert_eq!(of_metric(r2, value, digits), text, "{value}");
        }
        assert_eq!(of_metric(mse(), 0.999_983_42, 4), "1.000", "an MSE of 1 is no end");
        let with = |mean, low, high| metric_with_interval(r2, mean, Some((low, high)), 4);
        assert_eq!(with(0.999_983_3, 0.999_947, 1.000_019), "0.999983 [0.999947, 1.000000]");
        assert_eq!(with(0.93, 0.84, 1.02), "0.9300 [0.8400, 1.0000]");
        assert_eq!(metric_with_interval(mse(), 2.0, Some((-1.0, 5.0)), 4), "2.000 [0.000, 5.000]");
        assert_eq!(with(1.0 - 1.5e-12, 1.0 - 8e-12, 1.0 + 5e-12), "> 0.9999999999 [> 0.9999999999, 1.0000000000]");
        assert_eq!(with(0.9992, 0.9987, 0.9997), "0.99920 [0.99870, 0.99970]");
        let of = |values: &[f64]| cell(r2, Some(&Sample::new(values.to_vec())), None, false);
        assert_eq!(of(&[0.999_983_42]), "0.9999834");
        assert_eq!(of(&[0.999_998, 0.999_983, 0.999_969]), "0.9999833");
        assert_eq!(of(&[1.0 - 1e-12, 1.0 - 2e-12]), "> 0.9999999999");
        assert_eq!(of(&[0.9990, 0.9994, 0.9992]), "0.999200");
        assert_eq!(of(&[0.9998, 0.999_99, f64::NEG_INFINITY]), "0.999800 (2/3)");
        assert_eq!(of(&[1.0, 1.0]), "1.000");
        assert_eq!(of(&[f64::NEG_INFINITY, f64::NEG_INFINITY]), "−∞ (0/2)");
    }

    #[test]
    fn numbers_of_every_size_are_legible() {
        for (value, digits, text) in [
            (8.517_124_19e155, 4, "8.517e155"),
            (f64::MAX, 4, "1.798e308"),
            (5e-324, 4, "4.941e−324"),
            (-9.9e-6, 4, "−9.9e−6"),
            (1e15, 6, "1e15"),
        ] {
            assert_eq!(significant(value, digits), text);
            assert_eq!(short(value, digits), text);
        }
        let sample = |values: &[f64]| cell(mse(), Some(&Sample::new(values.to_vec())), None, false);
        assert_eq!(sample(&[1e156, 2e156, 3e156]), "2e156");
        assert_eq!(sample(&[1e-200, 2e-200, 3e-200]), "2e−200");
        assert_eq!(sample(&[1e308, 1.2e308]), "1.1e308");
        assert_eq!(difference(1e30, Some((1e30 - 1e15, 1e30 + 1e15)), 3), "1e30 [1e30, 1e30]");
        assert_eq!(difference(1e308, None, 3), "1e308 (interval too wide for a number)");
        assert_eq!(difference(1e3, None, 1), "1000");
        for value in [f64::MAX, 1e200, 1e15, 1e-6, 1e-200, 5e-324] {
            let [one, many] = [sample(&[value]), sample(&[value, 0.5 * value, 0.7 * value])];
            assert!(one.chars().count() < 12 && many.chars().count() < 50, "{one} {many}");
        }
    }

    /// Targets of size 1: an MSE is rounding below about (128·ε)² = 8·10⁻²⁸.
    #[test]
    fn what_is_rounding_has_no_digits() {
        let target = TargetMoments { mean: 0.0, variance: 1.0, baseline_loss: 1.0, rows: None };
        let of = |name: &str, values: &[f64]| {
            cell(metric(name).expect("exists"), Some(&Sample::new(values.to_vec())), Some(&target), false)
        };
        assert_eq!(of("mse", &[1e-30, 3e-30]), "0, up to rounding");
        assert_eq!(of("mse", &[0.0]), "0, up to rounding");
        assert_eq!(of("mse", &[1e-26]), "1e−26");
        assert_eq!(of("mse", &[1e-30, 3e-30, f64::INFINITY]), "0, up to rounding (2/3)");
        assert_eq!(of("rmse", &[1e-15]), "0, up to rounding");
        assert_eq!(of("r2", &[1.0 - 1e-15]), "1, up to rounding");
        assert_eq!(of("r2", &[0.999]), "0.99900");
        assert_eq!(on_targets(mse(), 1e-30, None, 4), "1e−30", "nothing is known of the targets");
    }

    #[test]
    fn counts_for_people() {
        assert_eq!((count(1_234), count(12_634_500)), ("1234".to_owned(), "12,634,500".to_owned()));
    }
}
