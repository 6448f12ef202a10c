//! Numbers with a decimal comma or separated thousands.

/// How numbers are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::dataset) struct NumberFormat {
    /// Before the decimals: `.` or `,`.
    pub decimal: char,
    /// Between groups of three digits, if anything.
    pub thousands: Option<char>,
}

impl NumberFormat {
    pub(in crate::dataset) const USUAL: Self = Self { decimal: '.', thousands: None };

    /// The number nearest to the written one; `None` if the text is no number in this format. It may be infinite or NaN.
    ///
    /// Groups are exact, so that a number in another format is not misread: `1,234` has two, `12,34`, `1,23` and `0,123` are none.
    pub(in crate::dataset) fn parse(self, text: &str) -> Option<f64> {
        if self == Self::USUAL || !text.contains(|character: char| character.is_ascii_digit()) {
            return text.parse().ok();
        }
        let (mantissa, exponent) = match text.find(['e', 'E']) {
            Some(at) => text.split_at(at),
            None => (text, ""),
        };
        let (whole, decimals) = match mantissa.split_once(self.decimal) {
            Some((whole, decimals)) => (whole, Some(decimals)),
            None => (mantissa, None),
        };
        // Another point would otherwise be taken for the usual one.
        if decimals.is_some_and(|decimals| !decimals.bytes().all(|byte| byte.is_ascii_digit())) {
            return None;
        }
        let mut usual = self.ungrouped(whole)?;
        if let Some(decimals) = decimals {
            usual.push('.');
            usual.push_str(decimals);
        }
        usual.push_str(exponent);
        usual.parse().ok()
    }

    /// The whole part without what is between its groups; `None` if it has other characters than a sign and digits.
    fn ungrouped(self, whole: &str) -> Option<String> {
        let digits = whole.strip_prefix(['-', '+']).unwrap_or(whole);
        let mut usual = whole[..whole.len() - digits.len()].to_owned();
        let is_number = |group: &str| group.bytes().all(|byte| byte.is_ascii_digit());
        let mut groups = digits.split(|character| self.separates(character));
        let first = groups.next()?;
        usual.push_str(first);
        let mut any = false;
        for group in groups {
            any = true;
            if group.len() != 3 || !is_number(group) {
                return None;
            }
            usual.push_str(group);
        }
        let groupable = (1..=3).contains(&first.len()) && !first.starts_with('0');
        (is_number(first) && (!any || groupable)).then_some(usual)
    }

    /// Whether a character is between groups. A space may be any that does not break a line, an apostrophe a typographic one.
    fn separates(self, character: char) -> bool {
        match self.thousands {
            Some(' ') => matches!(character, ' ' | '\u{A0}' | '\u{202F}' | '\u{2009}'),
            Some('\'') => matches!(character, '\'' | '’'),
            thousands => thousands == Some(character),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(decimal: char, thousands: Option<char>, text: &str) -> Option<f64> {
        NumberFormat { decimal, thousands }.parse(text)
    }

    #[test]
    fn decimals_and_groups_are_read() {
        for (decimal, thousands, text, expected) in [
            (',', None, "2,338167", 2.338_167),
            (',', None, "-0,5", -0.5),
            (',', None, ",5", 0.5),
            (',', None, "7", 7.0),
            (',', None, "1,5e-3", 0.0015),
            (',', Some('.'), "-1.234.567,25", -1_234_567.25),
            (',', Some('.'), "1234,5", 1234.5),
            ('.', Some(','), "1,200", 1200.0),
            ('.', Some(','), "+12,345.5", 12345.5),
            ('.', Some(','), "999", 999.0),
            (',', Some(' '), "1\u{A0}234\u{202F}567,5", 1_234_567.5),
            ('.', Some('\''), "1'234’567", 1_234_567.0),
            ('.', Some('_'), "1_000e2", 100_000.0),
        ] {
            assert_eq!(read(decimal, thousands, text), Some(expected), "{text}");
        }
        assert_eq!(read(',', None, "inf"), Some(f64::INFINITY));
    }

    #[test]
    fn other_formats_are_not_misread() {
        for (decimal, thousands, text) in [
            (',', None, "1.5"),
            (',', None, "1,5,5"),
            (',', Some('.'), "1.5"),
            (',', Some('.'), "1.234,567.8"),
            (',', Some('.'), "1,234.567"),
            ('.', Some(','), "12,34"),
            ('.', Some(','), "1,23"),
            ('.', Some(','), "1,2345"),
            ('.', Some(','), "1234,567"),
            ('.', Some(','), "0,123"),
            ('.', Some(','), ",123"),
            ('.', Some(','), "1,,234"),
            ('.', Some(','), "1.5,000"),
            ('.', Some(','), "12,34,567"),
            ('.', Some(' '), "1 2"),
            ('.', Some(','), "10%"),
            ('.', Some(','), "-"),
            (',', None, ","),
        ] {
            assert_eq!(read(decimal, thousands, text), None, "{text}");
        }
    }
}
