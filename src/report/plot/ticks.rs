//! The ticks of an axis and their labels. Labels are made from integers, never by printing a float.

/// A position on an axis. A minor tick has no label.
#[derive(Debug, Clone, PartialEq)]
pub struct Tick {
    /// The coordinate: the value, or its decadic logarithm.
    pub at: f64,
    pub label: Option<String>,
}

/// The smallest power of ten that a written-out number ends with.
const MOST_PLACES: i32 = -10;

/// About `target` round values between `low` and `high`. Their distance is 1, 2 or 5 times a power of ten.
#[must_use]
pub fn linear(low: f64, high: f64, target: usize) -> Vec<Tick> {
    let step = TickStep::at_least((high - low) / target.max(1) as f64);
    let (first, last) = (libm::ceil(step.count(low) - 1e-6), libm::floor(step.count(high) + 1e-6));
    // Beyond 2⁵³ a float no longer counts steps exactly.
    if !(first >= -9e15 && last <= 9e15 && last - first < 1000.0) {
        return Vec::new();
    }
    let largest = step.value(first as i64).abs().max(step.value(last as i64).abs());
    // Values that agree in many digits (0.999988) are written out: in the other form the digits that differ would hide.
    let plain = largest < 999_999.5 && (step.exponent >= -5 || (largest >= 0.1 && step.exponent >= MOST_PLACES));
    (first as i64..=last as i64)
        .map(|count| {
            let mantissa = count.saturating_mul(step.factor);
            let label = if plain { decimal(mantissa, step.exponent) } else { scientific(mantissa, step.exponent) };
            Tick { at: step.value(count), label: Some(label) }
        })
        .collect()
}

/// Ticks between two decadic logarithms. They are powers of ten if there are at least three, else the multiples 1, 2
/// and 5 of them, and on a still shorter axis round values as on a linear axis. At most about `target` powers of ten
/// are labelled.
#[must_use]
pub fn logarithmic(low: f64, high: f64, target: usize) -> Vec<Tick> {
    let first = libm::ceil(low - 1e-9) as i32;
    let last = libm::floor(high + 1e-9) as i32;
    let decades = usize::try_from(last - first + 1).unwrap_or(0);
    if decades >= 3 {
        return powers(low, high, first..=last, target);
    }
    let multiples = multiples(low, high);
    if multiples.iter().filter(|tick| tick.label.is_some()).count() >= 3 {
        return multiples;
    }
    let on_values = linear(power_of_ten(low), power_of_ten(high), target.min(5));
    on_values
        .into_iter()
        .filter(|tick| tick.at > 0.0)
        .map(|tick| Tick { at: libm::log10(tick.at), label: tick.label })
        .filter(|tick| inside(tick.at, low, high))
        .collect()
}

fn powers(low: f64, high: f64, decades: std::ops::RangeInclusive<i32>, target: usize) -> Vec<Tick> {
    let count = decades.clone().count();
    let stride = [1, 2, 3, 5, 10, 20, 50, 100, 200]
        .into_iter()
        .find(|&stride| count.div_ceil(stride) <= target.max(2))
        .unwrap_or(200) as i32;
    let mut ticks: Vec<Tick> = decades
        .map(|exponent| Tick {
            at: f64::from(exponent),
            label: (exponent.rem_euclid(stride) == 0).then(|| format!("10{}", superscript(exponent))),
        })
        .collect();
    if stride == 1 {
        ticks.extend(
            multiples(low, high)
                .into_iter()
                .filter(|tick| tick.at != libm::round(tick.at))
                .map(|tick| Tick { label: None, ..tick }),
        );
        ticks.sort_by(|left, right| left.at.total_cmp(&right.at));
    }
    ticks
}

/// All multiples 1 to 9 of powers of ten. 1, 2 and 5 are labelled.
fn multiples(low: f64, high: f64) -> Vec<Tick> {
    let (from, to) = (libm::floor(low) as i32, libm::floor(high) as i32);
    let mut ticks = Vec::new();
    for exponent in from..=to {
        for factor in 1..=9_i32 {
            let at = f64::from(exponent) + libm::log10(f64::from(factor));
            if inside(at, low, high) {
                let plain = (-4..6).contains(&exponent);
                let mantissa = i64::from(factor);
                let label = matches!(factor, 1 | 2 | 5)
                    .then(|| if plain { decimal(mantissa, exponent) } else { scientific(mantissa, exponent) });
                ticks.push(Tick { at, label });
            }
        }
    }
    ticks
}

fn inside(at: f64, low: f64, high: f64) -> bool {
    at >= low - 1e-9 && at <= high + 1e-9
}

/// Ten to a fractional power. It only decides where ticks stand, but it too comes from the pinned library.
fn power_of_ten(exponent: f64) -> f64 {
    libm::pow(10.0, exponent)
}

/// A step of `factor`·10^`exponent`. The factor is 1, 2 or 5.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct TickStep {
    factor: i64,
    exponent: i32,
}

impl TickStep {
    /// The smallest step that is not below `span`.
    fn at_least(span: f64) -> Self {
        if !(span > 0.0 && span < 1e300) {
            return Self { factor: 1, exponent: if span > 0.0 { 300 } else { 0 } };
        }
        let exponent = libm::floor(libm::log10(span)) as i32;
        for factor in [1, 2, 5] {
            let step = Self { factor, exponent };
            if step.value(1) >= span * (1.0 - 1e-9) {
                return step;
            }
        }
        Self { factor: 1, exponent: exponent + 1 }
    }

    /// The value of `count` steps: the float nearest to the decimal number of the label.
    fn value(self, count: i64) -> f64 {
        let mantissa = count.saturating_mul(self.factor) as f64;
        match self.exponent {
            0..=22 => mantissa * exact_power(self.exponent),
            -22..=-1 => mantissa / exact_power(-self.exponent),
            other => mantissa * libm::pow(10.0, f64::from(other)),
        }
    }

    fn count(self, value: f64) -> f64 {
        value / self.value(1)
    }
}

/// 10^exponent for 0 ≤ exponent ≤ 22. Every intermediate product is exact.
fn exact_power(exponent: i32) -> f64 {
    (0..exponent).fold(1.0, |power, _| power * 10.0)
}

/// mantissa·10^exponent as a plain decimal, with the minus sign U+2212: `−0.05`, `3000`.
#[must_use]
pub fn decimal(mantissa: i64, exponent: i32) -> String {
    let sign = if mantissa < 0 { "−" } else { "" };
    let digits = mantissa.unsigned_abs().to_string();
    match usize::try_from(-exponent) {
        Ok(places) if places > 0 => {
            let padded = format!("{digits:0>width$}", width = places + 1);
            let (whole, fraction) = padded.split_at(padded.len() - places);
            format!("{sign}{whole}.{fraction}")
        }
        _ if mantissa == 0 => "0".to_owned(),
        _ => format!("{sign}{digits}{}", "0".repeat(exponent.unsigned_abs() as usize)),
    }
}

/// mantissa·10^exponent as `1.5×10⁶`, `10⁻⁷`, `0`.
#[must_use]
pub fn scientific(mantissa: i64, exponent: i32) -> String {
    if mantissa == 0 {
        return "0".to_owned();
    }
    let sign = if mantissa < 0 { "−" } else { "" };
    let digits = mantissa.unsigned_abs().to_string();
    let power = superscript(exponent.saturating_add(i32::try_from(digits.len()).unwrap_or(1) - 1));
    match digits.trim_end_matches('0') {
        "1" => format!("{sign}10{power}"),
        short if short.len() == 1 => format!("{sign}{short}×10{power}"),
        long => format!("{sign}{}.{}×10{power}", &long[..1], &long[1..]),
    }
}

/// An integer in superscript digits: `⁻³`.
#[must_use]
pub fn superscript(number: i32) -> String {
    const FIGURES: [char; 10] = ['⁰', '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹'];
    number
        .to_string()
        .chars()
        .map(|character| character.to_digit(10).map_or('⁻', |digit| FIGURES[digit as usize]))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(ticks: &[Tick]) -> Vec<&str> {
        ticks.iter().filter_map(|tick| tick.label.as_deref()).collect()
    }

    #[test]
    fn numbers_are_written_plainly() {
        assert_eq!(decimal(5, -2), "0.05");
        assert_eq!(decimal(-5, -2), "−0.05");
        assert_eq!(decimal(150, -1), "15.0");
        assert_eq!(decimal(3, 3), "3000");
        assert_eq!(decimal(0, 3), "0");
        assert_eq!(decimal(0, -1), "0.0");
        assert_eq!(scientific(15, 5), "1.5×10⁶");
        assert_eq!(scientific(10, 5), "10⁶");
        assert_eq!(scientific(-2, -7), "−2×10⁻⁷");
        assert_eq!(scientific(0, 9), "0");
        assert_eq!(superscript(-305), "⁻³⁰⁵");
    }

    #[test]
    fn linear_ticks_are_round() {
        assert_eq!(labels(&linear(0.0, 1.0, 5)), ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"]);
        assert_eq!(labels(&linear(2900.0, 3420.0, 5)), ["3000", "3200", "3400"]);
        assert_eq!(labels(&linear(-0.3, 0.3, 4)), ["−0.2", "0.0", "0.2"]);
        assert_eq!(labels(&linear(0.0, 2e6, 4)), ["0", "5×10⁵", "10⁶", "1.5×10⁶", "2×10⁶"]);
        assert_eq!(labels(&linear(0.0, 3e-7, 3)), ["0", "10⁻⁷", "2×10⁻⁷", "3×10⁻⁷"]);
        assert_eq!(labels(&linear(0.999_987, 0.999_995, 4)), ["0.999988", "0.999990", "0.999992", "0.999994"]);
        assert_eq!(linear(0.0, 1.0, 5)[3].at, 0.6, "the nearest float, not 3 · 0.2");
    }

    #[test]
    fn log_ticks_stand_on_exact_decades() {
        let ticks = logarithmic(-4.1, 0.1, 6);
        assert_eq!(labels(&ticks), ["10⁻⁴", "10⁻³", "10⁻²", "10⁻¹", "10⁰"]);
        assert_eq!(ticks.iter().filter(|tick| tick.label.is_none()).count(), 2 + 4 * 8, "minors 2 to 9, and the ends'");
        assert!(ticks.windows(2).all(|pair| pair[0].at < pair[1].at));
    }

    #[test]
    fn a_short_log_axis_has_multiples() {
        assert_eq!(labels(&logarithmic(libm::log10(2.0), libm::log10(70.0), 6)), ["2", "5", "10", "20", "50"]);
        assert_eq!(labels(&logarithmic(libm::log10(0.009), libm::log10(0.12), 6)), ["0.01", "0.02", "0.05", "0.1"]);
        assert_eq!(labels(&logarithmic(-8.2, -7.1, 6)), ["10⁻⁸", "2×10⁻⁸", "5×10⁻⁸"]);
    }

    #[test]
    fn a_very_short_log_axis_has_round_values() {
        assert_eq!(labels(&logarithmic(libm::log10(2990.0), libm::log10(3110.0), 6)), ["3000", "3050", "3100"]);
        assert_eq!(
            labels(&logarithmic(libm::log10(1500.0), libm::log10(6000.0), 6)),
            ["2000", "3000", "4000", "5000", "6000"]
        );
    }

    #[test]
    fn wide_log_axes_skip_decades() {
        let ticks = logarithmic(-300.0, 300.0, 7);
        assert_eq!(labels(&ticks), ["10⁻³⁰⁰", "10⁻²⁰⁰", "10⁻¹⁰⁰", "10⁰", "10¹⁰⁰", "10²⁰⁰", "10³⁰⁰"]);
    }

    #[test]
    fn every_axis_has_at_least_two_labels_and_few() {
        for span in [1e-6, 1e-3, 0.01, 0.1, 0.3, 0.5, 0.8, 1.0, 1.3, 1.6, 2.0, 2.7, 3.5, 6.0, 14.0, 90.0] {
            for low in [-9.3, -3.0, -0.7, 0.0, 0.2, 3.47, 5.9] {
                let ticks = logarithmic(low, low + span, 7);
                let count = labels(&ticks).len();
                assert!((2..=10).contains(&count), "log {low} + {span}: {:?}", labels(&ticks));
                assert!(ticks.iter().all(|tick| inside(tick.at, low, low + span)));
                let count = labels(&linear(low, low + span, 6)).len();
                assert!((2..=8).contains(&count), "linear {low} + {span}");
            }
        }
    }

    #[test]
    fn extremes_end() {
        for (low, high) in
            [(-1e300, 1e300), (0.0, 0.0), (1e300, 1e300), (f64::NAN, 1.0), (0.0, 5e-324), (1e16, 1e16 + 2.0)]
        {
            assert!(linear(low, high, 6).len() < 1000);
        }
    }
}
