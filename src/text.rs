//! Text that came from outside, made safe to show: a name out of a file moves no cursor, turns no line around and hides
//! nothing.

use std::borrow::Cow;

/// What stands for a character that is not shown.
pub const REPLACEMENT: char = '\u{fffd}';

/// `text` on one line, with U+FFFD for each character that a terminal obeys, that turns the direction of text, or that
/// nobody sees. The two joiners stay inside words of scripts that are written with them.
#[must_use]
pub fn visible(text: &str) -> Cow<'_, str> {
    if text.bytes().all(|byte| (b' '..=b'~').contains(&byte)) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len());
    let mut before = ' ';
    let mut rest = text.chars().peekable();
    while let Some(character) = rest.next() {
        let joins = is_joiner(character) && is_foreign(before) && rest.peek().is_some_and(|&next| is_foreign(next));
        shown.push(if is_hidden(character) && !joins { REPLACEMENT } else { character });
        before = character;
    }
    Cow::Owned(shown)
}

/// Several lines, each as [`visible`] shows it; tabs stay.
#[must_use]
pub fn visible_lines(text: &str) -> Cow<'_, str> {
    let plain = |byte: u8| (b' '..=b'~').contains(&byte) || matches!(byte, b'\n' | b'\t');
    if text.bytes().all(plain) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len());
    for (position, line) in text.split('\n').enumerate() {
        if position > 0 {
            shown.push('\n');
        }
        for (position, part) in line.split('\t').enumerate() {
            if position > 0 {
                shown.push('\t');
            }
            shown.push_str(&visible(part));
        }
    }
    Cow::Owned(shown)
}

/// Why the operating system refused, in the middle of a sentence: without its number.
#[must_use]
pub fn reason(error: &std::io::Error) -> String {
    reason_in_words(&error.to_string())
}

/// The same of an error that a library has put into words of its own.
#[must_use]
pub fn reason_in_words(text: &str) -> String {
    let mut characters = text.split(" (os error").next().unwrap_or(text).chars();
    characters.next().map_or_else(String::new, |first| first.to_lowercase().chain(characters).collect())
}

/// The shortest text that reads back as the same number, for a person: in scientific form from 10¹⁵ on and below 10⁻⁵,
/// where zeros are counted and not read.
#[must_use]
pub fn number(value: f64) -> String {
    if is_long(value) { format!("{value:e}") } else { value.to_string() }
}

/// The same as TOML writes a float: `1.0`, `3e-31`.
#[must_use]
pub fn toml_float(value: f64) -> String {
    if is_long(value) { format!("{value:e}") } else { format!("{value:?}") }
}

/// A list of them.
#[must_use]
pub fn floats(values: &[f64]) -> String {
    format!("[{}]", values.iter().map(|value| toml_float(*value)).collect::<Vec<_>>().join(", "))
}

/// A value as TOML writes it on one line, its numbers as [`toml_float`] does.
#[must_use]
pub fn toml_value(value: &toml::Value) -> String {
    match value {
        toml::Value::Float(number) if is_long(*number) => toml_float(*number),
        toml::Value::Array(items) => format!("[{}]", items.iter().map(toml_value).collect::<Vec<_>>().join(", ")),
        other => other.to_string(),
    }
}

/// Whether a number has more zeros than a person reads.
fn is_long(value: f64) -> bool {
    value.is_finite() && value != 0.0 && !(1e-5..1e15).contains(&value.abs())
}

/// `1.4 M`, before a unit.
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

/// Control characters, what formats without being seen, and what separates lines without being a line's end.
#[must_use]
pub const fn is_hidden(character: char) -> bool {
    matches!(
        character,
        '\0'..='\x1f' | '\x7f'..='\u{9f}'
            | '\u{ad}' | '\u{61c}' | '\u{180e}'
            | '\u{200b}'..='\u{200f}' // zero width, and the two marks of direction
            | '\u{2028}'..='\u{202e}' // separators, embeddings and overrides of direction
            | '\u{2060}'..='\u{206f}' // word joiner, invisible operators, isolates
            | '\u{fdd0}'..='\u{fdef}' // no characters
            | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{fffe}' | '\u{ffff}'
            | '\u{e0000}'..='\u{e007f}' // tags
    )
}

/// U+200C and U+200D: several scripts and composed pictographs are not written without them.
const fn is_joiner(character: char) -> bool {
    matches!(character, '\u{200c}' | '\u{200d}')
}

/// A letter, a mark or a pictograph that is not ASCII.
fn is_foreign(character: char) -> bool {
    !character.is_ascii() && !is_hidden(character) && !character.is_whitespace()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_hidden_is_left() {
        for (hostile, shown) in [
            ("plain", "plain"),
            ("a\u{1b}[31mb\u{7}\u{9b}2J\r\n", "a�[31mb��2J��"),
            ("\u{1b}]0;title\u{7}", "�]0;title�"),
            ("abc\u{202e}fed\u{2066}", "abc�fed�"),
            ("a\u{200b}b\u{feff}c\u{200d}d", "a�b�c�d"),
            ("a\u{2028}b\u{e0041}", "a�b�"),
            ("größe 温度 λ", "größe 温度 λ"),
        ] {
            assert_eq!(visible(hostile), shown);
            assert!(!visible(hostile).chars().any(is_hidden));
        }
        assert_eq!(visible_lines("a\u{1b}\n\tb\r\n"), "a�\n\tb�\n");
    }

    #[test]
    fn a_reason_is_words_of_a_sentence_and_keeps_names() {
        assert_eq!(reason(&std::io::Error::from_raw_os_error(5)), "input/output error");
        assert_eq!(reason(&std::io::Error::other("it is TMPDIR's")), "it is TMPDIR's");
    }

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

    #[test]
    fn words_that_need_a_joiner_keep_it() {
        for word in ["می\u{200c}خواهم", "क्\u{200d}ष", "👩\u{200d}💻"] {
            assert_eq!(visible(word), word);
        }
    }
}
