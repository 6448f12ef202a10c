//! What a text looks like that is meant as a number: a decimal comma, a per cent sign, a date.

/// A way to write a number that is not read as one.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(in crate::dataset) enum TextShape {
    DecimalComma,
    /// Groups of three digits, and the character between them.
    Thousands(char),
    Percent,
    Currency,
    Date,
}

impl TextShape {
    /// The shape of a text; `None` if it does not look like a number.
    pub(in crate::dataset) fn of(text: &str) -> Option<Self> {
        let text = text.trim();
        let text = text.strip_prefix(['-', '+', '−']).unwrap_or(text);
        if let Some(number) = text.strip_suffix('%') {
            return is_amount(number.trim_end()).then_some(Self::Percent);
        }
        if let Some(number) = text.strip_prefix(CURRENCIES).or_else(|| text.strip_suffix(CURRENCIES)) {
            return is_amount(number.trim().trim_start_matches('-')).then_some(Self::Currency);
        }
        if !text.starts_with(|character: char| character.is_ascii_digit()) {
            return None;
        }
        [',', '.', ' ', '\u{a0}', '\u{202f}', '\'', '’']
            .into_iter()
            .find(|separator| is_grouped(text, *separator))
            .map(|separator| Self::Thousands(if separator.is_whitespace() { ' ' } else { separator }))
            .or_else(|| is_decimal_comma(text).then_some(Self::DecimalComma))
            .or_else(|| is_date(text).then_some(Self::Date))
    }

    /// What reads the columns of this shape, in words.
    pub(super) fn remedy(self) -> String {
        match self {
            Self::DecimalComma => "decimal = \",\" reads them".to_owned(),
            Self::Thousands(',') => {
                "thousands = \",\" reads them, or decimal = \",\" if these are decimal commas".to_owned()
            }
            Self::Thousands('.') => "thousands = \".\" with decimal = \",\" reads them".to_owned(),
            Self::Thousands(separator) => format!("thousands = \"{separator}\" reads them"),
            Self::Percent => "write numbers without % into the file, or leave them out".to_owned(),
            Self::Currency => "write bare numbers into the file, or leave them out".to_owned(),
            Self::Date => {
                "write them as numbers (a year, days since the first) into the file, or leave them out".to_owned()
            }
        }
    }

    /// The keys of a CSV source that read it, if there are any.
    pub(super) const fn key(self) -> Option<&'static str> {
        match self {
            Self::DecimalComma => Some("decimal = \",\""),
            Self::Thousands(',') => Some("thousands = \",\""),
            Self::Thousands('.') => Some("thousands = \".\" with decimal = \",\""),
            Self::Thousands(' ') => Some("thousands = \" \""),
            Self::Thousands(_) => Some("thousands = \"'\""),
            Self::Percent | Self::Currency | Self::Date => None,
        }
    }

    /// What messages call the columns of this shape.
    pub(in crate::dataset) const fn words(self) -> &'static str {
        match self {
            Self::DecimalComma => "decimal commas",
            Self::Thousands(_) => "separators of thousands",
            Self::Percent => "per cent signs",
            Self::Currency => "currency signs",
            Self::Date => "dates or times",
        }
    }
}

const CURRENCIES: [char; 6] = ['$', '€', '£', '¥', '₹', '₽'];

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Digits with separators and points between them.
fn is_amount(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_digit() || first == '.')
        && text.chars().all(|character| character.is_ascii_digit() || ",.' \u{a0}".contains(character))
}

/// `1,234,567.8`: one to three digits, then groups of three. With points, at least two groups: `1.234` is a number.
fn is_grouped(text: &str, separator: char) -> bool {
    let (whole, decimals) = match text.split_once(if separator == '.' { ',' } else { '.' }) {
        Some((whole, decimals)) => (whole, Some(decimals)),
        None => (text, None),
    };
    let mut groups = whole.split(separator);
    let first = groups.next().unwrap_or_default();
    let mut count = 0;
    let all = groups.all(|group| {
        count += 1;
        group.len() == 3 && is_digits(group)
    });
    let fewest = if separator == '.' && decimals.is_none() { 2 } else { 1 };
    is_digits(first) && first.len() <= 3 && all && count >= fewest && decimals.is_none_or(is_digits)
}

fn is_decimal_comma(text: &str) -> bool {
    text.split_once(',').is_some_and(|(whole, decimals)| {
        let exponent = decimals.find(['e', 'E']).unwrap_or(decimals.len());
        is_digits(whole) && is_digits(&decimals[..exponent]) && format!("0.{decimals}").parse::<f64>().is_ok()
    })
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
            ("1.234.567", Some(Shape::Thousands('.'))),
            ("1.234,5", Some(Shape::Thousands('.'))),
            ("1 234", Some(Shape::Thousands(' '))),
            ("1\u{202f}234", Some(Shape::Thousands(' '))),
            ("1'234", Some(Shape::Thousands('\''))),
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
    }
}
