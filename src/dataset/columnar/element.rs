//! The type of the elements of an array, and their numbers.

use super::half::half;
use super::kind::ColumnKind;
use super::numbers::FixedNumbers;

/// The type of an element as a NumPy header writes it, such as `<f8`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(in crate::dataset) enum Element {
    Number {
        kind: NumberKind,
        /// Bytes.
        width: usize,
        big_endian: bool,
    },
    /// Text of at most so many bytes, filled up with zeros.
    Text { encoding: TextEncoding, width: usize },
    /// Nothing that can be used: what it is, in words.
    Other(String),
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::dataset) enum NumberKind {
    Boolean,
    Signed,
    Unsigned,
    Float,
}

/// How the characters of a text are stored.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::dataset) enum TextEncoding {
    /// UTF-32 in one of both byte orders.
    Wide {
        big_endian: bool,
    },
    Utf8,
}

impl Element {
    /// One byte without a sign.
    pub(in crate::dataset) const BYTE: Self = Self::Number { kind: NumberKind::Unsigned, width: 1, big_endian: false };

    pub(in crate::dataset) fn of(descr: &str) -> Self {
        let (order, rest) = match descr.chars().next() {
            Some(order @ ('<' | '>' | '|' | '=')) => (order, &descr[1..]),
            _ => ('|', descr),
        };
        let number = |kind, width: usize| Self::Number { kind, width, big_endian: order == '>' };
        match rest {
            "b1" | "?" => number(NumberKind::Boolean, 1),
            "i1" | "i2" | "i4" | "i8" => number(NumberKind::Signed, usize::from(rest.as_bytes()[1] - b'0')),
            "u1" | "u2" | "u4" | "u8" => number(NumberKind::Unsigned, usize::from(rest.as_bytes()[1] - b'0')),
            "f2" | "f4" | "f8" => number(NumberKind::Float, usize::from(rest.as_bytes()[1] - b'0')),
            _ if text_length(rest).is_some() => {
                let (encoding, width) = match rest.starts_with('U') {
                    true => (TextEncoding::Wide { big_endian: order == '>' }, 4),
                    false => (TextEncoding::Utf8, 1),
                };
                Self::Text { encoding, width: width * text_length(rest).unwrap_or(0) }
            }
            _ => Self::Other(match rest.chars().next() {
                Some('O') => "object, which only Python can load (a pickle)".to_owned(),
                Some('U' | 'S' | 'a') => format!("text ({descr})"),
                Some('M' | 'm') => format!("time ({descr})"),
                Some('c') => format!("complex ({descr})"),
                _ => descr.to_owned(),
            }),
        }
    }

    /// Bytes of an element; `None` if it cannot be used.
    pub(in crate::dataset) const fn width(&self) -> Option<usize> {
        match self {
            Self::Number { width, .. } | Self::Text { width, .. } => Some(*width),
            Self::Other(_) => None,
        }
    }

    /// What a column of such elements holds.
    pub(in crate::dataset) fn kind(&self) -> ColumnKind {
        match self {
            Self::Number { kind: NumberKind::Boolean, .. } => ColumnKind::Boolean,
            Self::Number { kind: NumberKind::Signed, .. } => ColumnKind::Integer,
            Self::Number { kind: NumberKind::Unsigned, .. } => ColumnKind::Unsigned,
            Self::Number { kind: NumberKind::Float, width: 2, .. } => ColumnKind::Half,
            Self::Number { kind: NumberKind::Float, width: 4, .. } => ColumnKind::Single,
            Self::Number { kind: NumberKind::Float, .. } => ColumnKind::Float,
            Self::Text { .. } => ColumnKind::Text,
            Self::Other(what) => ColumnKind::Other(what.clone()),
        }
    }

    /// The texts in these bytes; none if it is no text.
    ///
    /// # Errors
    /// What is wrong with one of them.
    pub(in crate::dataset) fn texts(&self, bytes: &[u8]) -> Result<Vec<String>, &'static str> {
        let Self::Text { encoding, width } = *self else { return Ok(Vec::new()) };
        let text = |bytes: &[u8]| match encoding {
            TextEncoding::Wide { big_endian } => {
                let point =
                    |bytes: &[u8; 4]| if big_endian { u32::from_be_bytes(*bytes) } else { u32::from_le_bytes(*bytes) };
                let points = bytes.as_chunks().0.iter().map(point);
                let text: Option<String> = points.map(char::from_u32).collect();
                text.ok_or("a text holds what is no character of Unicode")
            }
            TextEncoding::Utf8 => {
                std::str::from_utf8(bytes).map(str::to_owned).map_err(|_| "a text of bytes is no UTF-8")
            }
        };
        let trimmed = |mut text: String| {
            text.truncate(text.trim_end_matches('\0').len());
            text
        };
        bytes.chunks_exact(width).map(|bytes| text(bytes).map(trimmed)).collect()
    }

    /// The numbers in these bytes.
    pub(in crate::dataset) fn numbers(&self, bytes: &[u8]) -> FixedNumbers {
        let Self::Number { kind, width, big_endian } = *self else { return FixedNumbers::default() };
        let words = bytes.chunks_exact(width).map(|bytes| {
            let mut word = [0; 8];
            word[..width].copy_from_slice(bytes);
            if big_endian {
                word[..width].reverse();
            }
            u64::from_le_bytes(word)
        });
        // Bits above the element's own.
        let unused = 64 - 8 * width;
        match (kind, width) {
            (NumberKind::Boolean, _) => FixedNumbers::floats(words.map(|word| f64::from(word != 0)).collect()),
            (NumberKind::Float, 2) => FixedNumbers::floats(words.map(|word| half(word as u16)).collect()),
            (NumberKind::Float, 4) => {
                FixedNumbers::floats(words.map(|word| f32::from_bits(word as u32).into()).collect())
            }
            (NumberKind::Float, _) => FixedNumbers::floats(words.map(f64::from_bits).collect()),
            (NumberKind::Signed, _) => {
                let numbers: Vec<i64> = words.map(|word| (word << unused).cast_signed() >> unused).collect();
                FixedNumbers::integers(&numbers)
            }
            (NumberKind::Unsigned, 8) => FixedNumbers::fixed(words.map(i128::from), 0),
            (NumberKind::Unsigned, _) => FixedNumbers::floats(words.map(|word| word as f64).collect()),
        }
    }
}

/// The characters of `U5`, or the bytes of `S5`.
fn text_length(descr: &str) -> Option<usize> {
    const LONGEST: usize = 1 << 20;
    descr.strip_prefix(['U', 'S', 'a'])?.parse().ok().filter(|length| (1..=LONGEST).contains(length))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_of_every_type_and_byte_order_have_their_numbers() {
        let cases: [(&str, &[u8], f64); 12] = [
            ("|b1", &[1], 1.0),
            ("|i1", &[0xFF], -1.0),
            ("|u1", &[0xFF], 255.0),
            ("<i2", &[0xFE, 0xFF], -2.0),
            (">i2", &[0xFF, 0xFE], -2.0),
            (">u4", &[0x80, 0, 0, 1], 2_147_483_649.0),
            ("<i8", &[1, 0, 0, 0, 0, 0, 0, 0x80], -9_223_372_036_854_775_808.0),
            ("<u8", &[0, 0, 0, 0, 0, 0, 0, 0x80], 9_223_372_036_854_775_808.0),
            ("<f2", &[0x00, 0xC0], -2.0),
            (">f4", &[0x3F, 0xC0, 0, 0], 1.5),
            ("<f8", &[0, 0, 0, 0, 0, 0, 0xF8, 0x3F], 1.5),
            (">f8", &[0x3F, 0xF8, 0, 0, 0, 0, 0, 0], 1.5),
        ];
        for (descr, bytes, value) in cases {
            let element = Element::of(descr);
            assert_eq!(element.width(), Some(bytes.len()), "{descr}");
            assert_eq!(*element.numbers(bytes).values, [value], "{descr}");
        }
        assert!(Element::of("<i8").numbers(&[1, 0, 0, 0, 0, 0, 0, 0x80]).loss(0).is_some());
        assert!(Element::of("<u8").numbers(&[0, 0, 0, 0, 0, 0, 0, 0x80]).loss(0).is_none());
        for descr in ["|O", "<U0", "<U", "<c16", "<M8[ns]", "<f16", "|V4", "", "<", "é8"] {
            assert!(matches!(Element::of(descr), Element::Other(_)), "{descr}");
        }
    }

    #[test]
    fn texts_end_before_their_zeros() {
        let wide = |text: &str, width: usize, big: bool| -> Vec<u8> {
            let points = text.chars().map(u32::from).chain(std::iter::repeat(0)).take(width);
            points.flat_map(|point| if big { point.to_be_bytes() } else { point.to_le_bytes() }).collect()
        };
        for (descr, big) in [("<U3", false), (">U3", true)] {
            let bytes = [wide("ab", 3, big), wide("é☃x", 3, big), wide("", 3, big)].concat();
            let element = Element::of(descr);
            assert_eq!((element.width(), element.kind()), (Some(12), ColumnKind::Text));
            assert_eq!(element.texts(&bytes).unwrap(), ["ab", "é☃x", ""], "{descr}");
        }
        assert_eq!(Element::of("|S2").texts(b"ab\0\0c\0").unwrap(), ["ab", "", "c"]);
        assert_eq!(Element::of("|S1").texts(&[0xFF]).unwrap_err(), "a text of bytes is no UTF-8");
        assert!(Element::of("<U1").texts(&[0, 0xD8, 0, 0]).is_err());
        assert!(Element::of("<f8").texts(&[0; 8]).unwrap().is_empty());
    }
}
