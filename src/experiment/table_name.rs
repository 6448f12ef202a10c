//! Valid names of tables and experiments, in any script.

use super::tree::quoted;
use crate::text::{composed, folded, is_hidden, is_mark};

/// The most bytes of a name, and of one in ASCII alone.
const MOST_BYTES: usize = 80;
const MOST_ASCII: usize = 100;

/// The message for a name that [`is_name`] refuses.
pub fn no_name(name: &str) -> String {
    format!("the name {} cannot be used", quoted(name))
}

/// The rule that such a name breaks.
pub fn name_rule(name: &str) -> &'static str {
    if is_device(name) {
        "Windows opens a device by this name; accepted: any other"
    } else if name.chars().any(is_unseen) {
        "it holds a character that cannot be seen; accepted: letters, digits, `.`, `_` and `-`"
    } else if !name.is_ascii() && name.chars().all(is_plain) && name.len() > MOST_BYTES {
        "it is too long; accepted: 80 bytes (26 Chinese characters), or 100 letters of ASCII"
    } else {
        "accepted: letters and digits of any script, `.`, `_` and `-`, no dot at either end, at most 100 of them (80 bytes, if not ASCII)"
    }
}

/// Whether a name can be a folder on every system. (The file names of figures are ASCII, whatever the name is.)
pub fn is_name(name: &str) -> bool {
    let most = if name.is_ascii() { MOST_ASCII } else { MOST_BYTES };
    (1..=most).contains(&name.len())
        && name.chars().all(is_plain)
        && !name.starts_with(is_mark)
        && !name.starts_with('.')
        && !name.ends_with('.')
        && composed(name) == name
        && !is_device(name)
}

/// A letter, digit or mark of any script, or one of `.`, `_` and `-`.
pub fn is_plain(character: char) -> bool {
    if character.is_ascii() {
        return character.is_ascii_alphanumeric() || matches!(character, '.' | '_' | '-');
    }
    (character.is_alphanumeric() || is_mark(character)) && !is_unseen(character)
}

/// Whether nothing is seen of a character: those that control a line, and letters and marks that are blank.
const fn is_unseen(character: char) -> bool {
    is_hidden(character)
        || matches!(
            character,
            '\u{34f}' // joins marks
                | '\u{115f}' | '\u{1160}' | '\u{3164}' | '\u{ffa0}' // fillers of Hangul
                | '\u{17b4}' | '\u{17b5}' // inherent vowels of Khmer
                | '\u{180b}'..='\u{180f}' | '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}' // variation selectors
        )
}

/// The first two names that differ in nothing but upper and lower case.
pub fn alike<'a>(names: impl IntoIterator<Item = &'a str>) -> Option<(&'a str, &'a str)> {
    let mut seen: std::collections::BTreeMap<String, &str> = std::collections::BTreeMap::new();
    names.into_iter().find_map(|name| seen.insert(folded(name), name).map(|earlier| (earlier, name)))
}

/// Whether Windows opens a device for this name, whatever its extension: `CON`, `nul.txt`, `COM1`.
fn is_device(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or(name).to_ascii_lowercase();
    let numbered = |device| {
        stem.strip_prefix(device).is_some_and(|rest| {
            rest.chars().count() == 1 && rest.chars().all(|digit| digit.is_ascii_digit() || "¹²³".contains(digit))
        })
    };
    matches!(stem.as_str(), "con" | "prn" | "aux" | "nul") || numbered("com") || numbered("lpt")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_letters_digits_and_marks_of_any_script() {
        for name in ["糖尿病", "größe", "Ελλάδα", "हिन्दी", "العربية", "한국어", "Đà_Nẵng-2", "gd-0.9", &"a".repeat(100)]
        {
            assert!(is_name(name), "{name}");
        }
        let (long, longer) = ("糖".repeat(26), "糖".repeat(27));
        assert!(is_name(&long) && !is_name(&longer));
        for name in
            ["", "a b", "糖 尿", ".a", "a.", "a/b", "😀", "«a»", "\u{301}a", "e\u{301}", "COM1", "com².txt", "x—y"]
        {
            assert!(!is_name(name), "{name}");
        }
    }

    #[test]
    fn what_cannot_be_seen_is_refused() {
        for hidden in ["\u{202e}", "\u{200b}", "\u{200d}", "\u{3164}", "\u{fe0f}", "\u{34f}", "\u{7}", "\u{ad}"] {
            let name = format!("糖{hidden}尿");
            assert!(!is_name(&name) && name_rule(&name).contains("cannot be seen"), "{hidden:?}");
        }
    }

    #[test]
    fn names_that_differ_in_case_alone_are_found() {
        assert_eq!(alike(["A", "b", "a"]), Some(("A", "a")));
        assert_eq!(alike(["Größe", "GRÖSSE"]), Some(("Größe", "GRÖSSE")));
        assert_eq!(alike(["a", "b"]), None);
    }
}
