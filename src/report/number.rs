//! Numbers as people read them. Files for programs have all digits instead (see `csv.rs`).

use crate::analysis::Sample;

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
    let half_width = (high - low) / 2.0;
    let exponent = exponent_of(if mean.abs() > half_width { mean } else { half_width });
    if !(-4..7).contains(&exponent) {
        let [mean, low, high] = [mean, low, high].map(|value| significant(value, digits));
        return format!("{mean} [{low}, {high}]");
    }
    let for_mean = decimals(exponent, digits);
    let for_width = if half_width > 0.0 { decimals(exponent_of(half_width), 2) } else { 0 };
    let places = for_mean.max(for_width).min(decimals(exponent, 8));
    let [mean, low, high] = [mean, low, high].map(|value| fixed(value, places));
    format!("{mean} [{low}, {high}]")
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

/// The cell of a table: the mean and interval if every trial completed, else the median and `(completed/n)`.
#[must_use]
pub fn cell(sample: Option<&Sample>, deterministic: bool) -> String {
    let Some(sample) = sample.filter(|sample| !sample.is_empty()) else { return "–".to_owned() };
    let mean = sample.mean().unwrap_or(f64::INFINITY);
    let digits = if deterministic { 6 } else { 4 };
    match sample.interval() {
        None if mean.is_finite() && sample.n() > 1 => return format!("{} {TOO_WIDE}", significant(mean, digits)),
        interval if mean.is_finite() => return with_interval(mean, interval, digits),
        _ => {}
    }
    let median = sample.median().unwrap_or(f64::INFINITY);
    format!("{} ({}/{})", significant(median, 4), sample.finite(), sample.n())
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
        assert_eq!(cell(Some(&Sample::new(vec![1.0, f64::INFINITY, 0.42])), false), "1.000 (2/3)");
        assert_eq!(cell(Some(&Sample::new(vec![1.0, f64::INFINITY])), false), "∞ (1/2)");
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
        let sample = |values: &[f64]| cell(Some(&Sample::new(values.to_vec())), false);
        assert_eq!(sample(&[1e156, 2e156, 3e156]), "2e156 [−4.841e155, 4.484e156]");
        assert_eq!(sample(&[1e-200, 2e-200, 3e-200]), "2e−200 [−4.841e−201, 4.484e−200]");
        assert_eq!(sample(&[1e308, 1.2e308]), "1.1e308 (interval too wide for a number)");
        assert_eq!(sample(&[1e308, 1e308, 1e308]), "1e308 [1e308, 1e308]");
        assert_eq!(difference(1e30, Some((1e30 - 1e15, 1e30 + 1e15)), 3), "1e30 [1e30, 1e30]");
        assert_eq!(difference(1e308, None, 3), "1e308 (interval too wide for a number)");
        assert_eq!(difference(1e3, None, 1), "1000");
        for value in [f64::MAX, 1e200, 1e15, 1e-6, 1e-200, 5e-324] {
            let [one, many] = [sample(&[value]), sample(&[value, 0.5 * value, 0.7 * value])];
            assert!(one.chars().count() < 12 && many.chars().count() < 50, "{one} {many}");
        }
    }

    #[test]
    fn counts_for_people() {
        assert_eq!((count(1_234), count(12_634_500)), ("1234".to_owned(), "12,634,500".to_owned()));
    }
}
