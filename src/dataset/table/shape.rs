//! What a text looks like that is meant as a number: a decimal comma, a per cent sign, a date.

use crate::dataset::number_format::NumberFormat;

/// A way to write a number that is not read as one.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(in crate::dataset) enum TextShape {
    DecimalComma,
    /// Where decimals follow a comma.
    DecimalPoint,
    /// Groups of three digits, and the character between them.
    Thousands(char),
    /// `−5` with another character than the hyphen, or `1.50-`.
    Minus,
    /// `(5)`: how accountants write −5.
    Parentheses,
    Percent,
    Currency,
    Date,
}

impl TextShape {
    /// The shape of a text; `None` if it does not look like a number.
    pub(in crate::dataset) fn of(text: &str) -> Option<Self> {
        Self::under(text, NumberFormat::USUAL)
    }

    /// The shape of a text that is no number in this format.
    pub(super) fn under(text: &str, format: NumberFormat) -> Option<Self> {
        let text = text.trim();
        if is_in_parentheses(text) {
            return Some(Self::Parentheses);
        }
        if is_behind_or_before_a_minus(text) {
            return Some(Self::Minus);
        }
        let text = text.strip_prefix(['-', '+']).or_else(|| text.strip_prefix(MINUSES)).unwrap_or(text);
        if let Some(number) = text.strip_suffix('%') {
            return is_amount(number.trim_end()).then_some(Self::Percent);
        }
        if let Some(number) = text.strip_prefix(CURRENCIES).or_else(|| text.strip_suffix(CURRENCIES)) {
            return is_amount(number.trim().trim_start_matches('-')).then_some(Self::Currency);
        }
        let point_follows_digits = format.decimal == ',' && text.parse::<f64>().is_ok() && text.contains('.');
        if !text.starts_with(|character: char| character.is_ascii_digit()) {
            return (point_follows_digits && text.starts_with('.')).then_some(Self::DecimalPoint);
        }
        [',', '.', ' ', '\u{a0}', '\u{202f}', '\u{2009}', '\'', '’', '_']
            .into_iter()
            .find(|separator| is_grouped(text, *separator, format.decimal))
            .map(|separator| Self::Thousands(if separator.is_whitespace() { ' ' } else { separator }))
            .or_else(|| is_decimal_comma(text).then_some(Self::DecimalComma))
            .or_else(|| point_follows_digits.then_some(Self::DecimalPoint))
            .or_else(|| is_date(text).then_some(Self::Date))
    }

    /// What to do with the columns of this shape; `None` if keys of a CSV source may read them.
    pub(super) const fn remedy(self) -> Option<&'static str> {
        match self {
            Self::DecimalComma | Self::DecimalPoint | Self::Thousands(_) => None,
            Self::Minus => Some(
                "write -1.5 for −1.5 (with the hyphen of the keyboard, before the number) into the file, or leave them out",
            ),
            Self::Parentheses => Some("write -1234.5 for (1,234.5) into the file, or leave them out"),
            Self::Percent => Some("write numbers without % into the file, or leave them out"),
            Self::Currency => Some("write bare numbers into the file, or leave them out"),
            Self::Date => Some("write them as numbers (a year, days since the first) into the file, or leave them out"),
        }
    }

    /// What messages call the columns of this shape.
    pub(in crate::dataset) const fn words(self) -> &'static str {
        match self {
            Self::DecimalComma => "decimal commas",
            Self::DecimalPoint => "decimal points",
            Self::Thousands(_) => "separators of thousands",
            Self::Minus => "other minus signs than -",
            Self::Parentheses => "negative numbers in parentheses",
            Self::Percent => "per cent signs",
            Self::Currency => "currency signs",
            Self::Date => "dates or times",
        }
    }
}

const CURRENCIES: [char; 6] = ['$', '€', '£', '¥', '₹', '₽'];

/// The minus sign, dashes and other hyphens than that of ASCII.
const MINUSES: [char; 7] = ['−', '–', '—', '‐', '‑', '－', '﹣'];

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Digits with separators and points between them.
fn is_amount(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_digit() || first == '.')
        && text.chars().all(|character| character.is_ascii_digit() || ",.' \u{a0}".contains(character))
}

fn is_in_parentheses(text: &str) -> bool {
    let signs = |character: char| CURRENCIES.contains(&character) || character == '%' || character == ' ';
    let inner = text.trim_matches(signs).strip_prefix('(').and_then(|rest| rest.strip_suffix(')'));
    inner.is_some_and(|inner| {
        let number = inner.trim_matches(signs);
        is_amount(number) && number.bytes().any(|byte| byte.is_ascii_digit())
    })
}

/// `−5`, or `1.50-` (a whole number with a hyphen behind it may be the beginning of a span).
fn is_behind_or_before_a_minus(text: &str) -> bool {
    let is_number = |number: &str| {
        number.bytes().any(|byte| byte.is_ascii_digit()) && (is_amount(number) || number.parse::<f64>().is_ok())
    };
    let before = text.strip_prefix(MINUSES).map(str::trim_start);
    let behind = text.strip_suffix('-').or_else(|| text.strip_suffix(MINUSES));
    before.is_some_and(|number| !number.starts_with(['-', '+']) && is_number(number))
        || behind.is_some_and(|number| number.contains(['.', ',']) && is_amount(number) && is_number(number))
}

/// `1,234,567.8`: one to three digits, then groups of three, which no zero begins. With points, where these may be decimal points, at
/// least two groups: `1.234` is a number.
fn is_grouped(text: &str, separator: char, decimal: char) -> bool {
    let (whole, decimals) = match text.split_once(if separator == '.' { ',' } else { '.' }) {
        Some((whole, decimals)) => (whole, Some(decimals)),
        None => match text.split_once(',').filter(|_| !matches!(separator, '.' | ',')) {
            Some((whole, decimals)) => (whole, Some(decimals)),
            None => (text, None),
        },
    };
    let mut groups = whole.split(separator);
    let first = groups.next().unwrap_or_default();
    let mut count = 0;
    let all = groups.all(|group| {
        count += 1;
        group.len() == 3 && is_digits(group)
    });
    let fewest = if separator == '.' && decimal == '.' && decimals.is_none() { 2 } else { 1 };
    is_digits(first)
        && !first.starts_with('0')
        && first.len() <= 3
        && all
        && count >= fewest
        && decimals.is_none_or(|decimals| decimals.is_empty() || is_decimals(decimals))
}

/// Digits, and an exponent if there is one.
fn is_decimals(text: &str) -> bool {
    is_digits(&text[..text.find(['e', 'E']).unwrap_or(text.len())]) && format!("0.{text}").parse::<f64>().is_ok()
}

fn is_decimal_comma(text: &str) -> bool {
    text.split_once(',').is_some_and(|(whole, decimals)| is_digits(whole) && is_decimals(decimals))
}

/// `2020-01-31`, `31/1/20`, each with or without a time; `12:30`.
fn is_date(text: &str) -> bool {
    let first = text.split(['T', ' ']).next().unwrap_or_default();
    let parts = |separator: char, most: usize| {
        let parts: Vec<&str> = first.split(separator).collect();
        (parts.iter().all(|part| is_digits(part) && part.len() <= most)).then_some(parts.len())
    };
    ['-', '/', '.'].into_iter().any(|separator| parts(separator, 4) == Some(3))
        || first.contains(':') && first.split(':').take(2).all(|part| is_digits(part) && part.len() <= 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_known_by_its_shape() {
        use TextShape as Shape;
        for (text, shape) in [
            ("2,338167", Some(Shape::DecimalComma)),
            ("-0,5", Some(Shape::DecimalComma)),
            ("1,5e-3", Some(Shape::DecimalComma)),
            ("1,200", Some(Shape::Thousands(','))),
            ("-1,234,567.8", Some(Shape::Thousands(','))),
            ("12,34,567", None),
            ("0,123", Some(Shape::DecimalComma)),
            ("1.234.567", Some(Shape::Thousands('.'))),
            ("1.234,5", Some(Shape::Thousands('.'))),
            ("1 234", Some(Shape::Thousands(' '))),
            ("1\u{202f}234", Some(Shape::Thousands(' '))),
            ("1'234", Some(Shape::Thousands('\''))),
            ("1'234,5", Some(Shape::Thousands('\''))),
            ("1_234", Some(Shape::Thousands('_'))),
            ("−1.5", Some(Shape::Minus)),
            ("− 1,234.5", Some(Shape::Minus)),
            ("–5e-3", Some(Shape::Minus)),
            ("1,234.50-", Some(Shape::Minus)),
            ("(1,234)", Some(Shape::Parentheses)),
            ("$(5.00)", Some(Shape::Parentheses)),
            ("($5)", Some(Shape::Parentheses)),
            ("1995-", None),
            ("−", None),
            ("()", None),
            ("(a)", None),
            ("–x", None),
            ("10%", Some(Shape::Percent)),
            ("10.5 %", Some(Shape::Percent)),
            ("$10", Some(Shape::Currency)),
            ("-$1,200.50", Some(Shape::Currency)),
            ("12 €", Some(Shape::Currency)),
            ("2020-01-31", Some(Shape::Date)),
            ("31/1/2020 10:00:00", Some(Shape::Date)),
            ("2020-01-31T10:00:00Z", Some(Shape::Date)),
            ("12:30", Some(Shape::Date)),
            ("4wd", None),
            ("red", None),
            ("?", None),
            ("", None),
            ("%", None),
            ("A/5 21171", None),
            ("10-20", None),
        ] {
            assert_eq!(Shape::of(text), shape, "{text}");
        }
        // Where decimals follow a comma, a point is none before decimals.
        let commas = NumberFormat { decimal: ',', thousands: None };
        for (text, shape) in [
            ("234.500", Shape::Thousands('.')),
            ("-1.234.567,5", Shape::Thousands('.')),
            ("1.5", Shape::DecimalPoint),
            (".5", Shape::DecimalPoint),
            ("0.500", Shape::DecimalPoint),
        ] {
            assert_eq!(Shape::under(text, commas), Some(shape), "{text}");
        }
    }
}
