//! Outside text made safe to show: no name from a file can move the cursor, reverse the direction of a line, or hide anything.

use std::borrow::Cow;

/// Stands for each character that is not shown.
pub const REPLACEMENT: char = '\u{fffd}';

/// `text` on one line, with U+FFFD for each character that controls a terminal, changes the direction of text, or is invisible.
/// The two joiners stay inside words of scripts that need them.
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

/// Several lines, each as [`visible`] shows it. Tabs stay.
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

/// Whether a character is a control character, an invisible formatting character, or a separator that acts as a line end.
#[must_use]
pub const fn is_hidden(character: char) -> bool {
    matches!(
        character,
        '\0'..='\x1f' | '\x7f'..='\u{9f}'
            | '\u{ad}' | '\u{61c}' | '\u{180e}'
            | '\u{200b}'..='\u{200f}' // zero width, and the two direction marks
            | '\u{2028}'..='\u{202e}' // separators, embeddings and overrides of direction
            | '\u{2060}'..='\u{206f}' // word joiner, invisible operators, isolates
            | '\u{fdd0}'..='\u{fdef}' // noncharacters
            | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{fffe}' | '\u{ffff}'
            | '\u{e0000}'..='\u{e007f}' // tags
    )
}

/// U+200C and U+200D, which several scripts and composed pictographs need.
const fn is_joiner(character: char) -> bool {
    matches!(character, '\u{200c}' | '\u{200d}')
}

/// Whether a character is a letter, a mark or a pictograph outside ASCII.
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
    fn words_that_need_a_joiner_keep_it() {
        for word in ["می\u{200c}خواهم", "क्\u{200d}ष", "👩\u{200d}💻"] {
            assert_eq!(visible(word), word);
        }
    }
}
