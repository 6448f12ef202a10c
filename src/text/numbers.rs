//! Numbers and TOML values, written for people.

/// The shortest text that reads back as the same number. It is in scientific form from 10¹⁵ on and below 10⁻⁵, where a reader
/// would have to count zeros.
#[must_use]
pub fn number(value: f64) -> String {
    if is_long(value) { format!("{value:e}") } else { value.to_string() }
}

/// The nearest number of four digits.
#[must_use]
pub fn four_digits(value: f64) -> f64 {
    format!("{value:.3e}").parse().unwrap_or(value)
}

/// The same in TOML's notation for floats: `1.0`, `3e-31`.
#[must_use]
pub fn toml_float(value: f64) -> String {
    if is_long(value) { format!("{value:e}") } else { format!("{value:?}") }
}

/// A list of floats in TOML's notation.
#[must_use]
pub fn floats(values: &[f64]) -> String {
    format!("[{}]", values.iter().map(|value| toml_float(*value)).collect::<Vec<_>>().join(", "))
}

/// A value in TOML's notation on one line, with floats as [`toml_float`] writes them.
#[must_use]
pub fn toml_value(value: &toml::Value) -> String {
    match value {
        toml::Value::Float(number) if is_long(*number) => toml_float(*number),
        toml::Value::Array(items) => format!("[{}]", items.iter().map(toml_value).collect::<Vec<_>>().join(", ")),
        other => other.to_string(),
    }
}

/// Whether a number has too many zeros to read.
fn is_long(value: f64) -> bool {
    value.is_finite() && value != 0.0 && !(1e-5..1e15).contains(&value.abs())
}

/// A number with a prefix for the unit that follows: `1.4 M`.
#[must_use]
pub fn scaled(value: f64) -> String {
    let units = [(1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k")];
    for (scale, unit) in units {
        if value >= scale {
            return format!("{:.1} {unit}", value / scale);
        }
    }
    format!("{value:.0} ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_many_zeros_are_scientific() {
        for (value, shown) in [
            (0.1, "0.1"),
            (-3.0, "-3"),
            (1e-5, "0.00001"),
            (9.9e-6, "9.9e-6"),
            (5e-324, "5e-324"),
            (999_999_999_999_999.0, "999999999999999"),
            (1e15, "1e15"),
            (-1e308, "-1e308"),
            (0.0, "0"),
            (f64::INFINITY, "inf"),
        ] {
            assert_eq!(number(value), shown);
            assert_eq!(number(value).parse::<f64>(), Ok(value));
        }
        for value in [1.0, 1e15, 3.2e-31, 0.1, 5e-324, f64::MAX] {
            let read: toml::Value = format!("v = {}", toml_float(value)).parse::<toml::Table>().unwrap()["v"].clone();
            assert_eq!(read.as_float(), Some(value), "a float stays one");
        }
        assert_eq!(toml_float(1.0), "1.0");
        let list = "v = [0.5, [1e-320, 1.0], \"x\"]".parse::<toml::Table>().unwrap();
        assert_eq!(toml_value(&list["v"]), "[0.5, [1e-320, 1.0], \"x\"]");
    }
}
