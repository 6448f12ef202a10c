//! Words in any script: their composed form, what compares equal, and the columns that they take in a terminal.

use std::borrow::Cow;

use unicode_normalization::char::is_combining_mark;
use unicode_normalization::{UnicodeNormalization, is_nfc};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// The composed form (NFC): one text for what looks the same, however a keyboard or a file system writes it.
#[must_use]
pub fn composed(text: &str) -> Cow<'_, str> {
    if is_nfc(text) { Cow::Borrowed(text) } else { Cow::Owned(text.nfc().collect()) }
}

/// The text without the difference of upper and lower case: `Straße` and `STRASSE` give the same.
#[must_use]
pub fn folded(text: &str) -> String {
    composed(&text.to_uppercase().to_lowercase()).into_owned()
}

/// Whether a character is a mark that joins the one before it, such as an accent or a vowel sign.
#[must_use]
pub fn is_mark(character: char) -> bool {
    is_combining_mark(character)
}

/// The columns that a text takes in a terminal: two for each wide character.
#[must_use]
pub fn columns(text: &str) -> usize {
    text.width()
}

/// Whether a character is as wide as it is high, as in Chinese, Japanese and Korean.
#[must_use]
pub fn is_wide(character: char) -> bool {
    character.width() == Some(2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_look_is_one_text_and_case_does_not_count() {
        assert_eq!(composed("e\u{301}"), "é");
        assert_eq!(composed("\u{1112}\u{1161}\u{11ab}"), "한");
        assert_eq!(folded("Straße"), folded("STRASSE"));
        assert_eq!(folded("ΟΔΟΣ"), folded("οδος"));
        assert_ne!(folded("i"), folded("ı\u{307}"));
    }

    #[test]
    fn wide_characters_take_two_columns() {
        assert_eq!((columns("糖尿病"), columns("größe"), columns("e\u{301}")), (6, 5, 1));
        assert!(is_wide('病') && is_wide('한') && !is_wide('é') && !is_wide('ж'));
    }
}
