//! Words for a POSIX shell.

use std::ffi::OsStr;

use super::is_hidden;

/// A word for a POSIX shell. Bytes that are not text and invisible characters become escapes in `$'…'`.
#[must_use]
pub fn quoted(word: impl AsRef<OsStr>) -> String {
    let bytes = word.as_ref().as_encoded_bytes();
    let plain = |c: char| c.is_ascii_alphanumeric() || "._-/=,+:@".contains(c);
    match std::str::from_utf8(bytes) {
        Ok(text) if !text.is_empty() && text.chars().all(plain) => text.to_owned(),
        Ok(text) if !text.chars().any(is_hidden) => format!("'{}'", text.replace('\'', r"'\''")),
        _ => escaped(bytes),
    }
}

fn escaped(bytes: &[u8]) -> String {
    let mut text = String::from("$'");
    let mut open = false;
    let escape =
        |text: &mut String, bytes: &[u8]| bytes.iter().for_each(|byte| text.push_str(&format!("\\x{byte:02x}")));
    for chunk in bytes.utf8_chunks() {
        for character in chunk.valid().chars() {
            if is_hidden(character) {
                escape(&mut text, character.encode_utf8(&mut [0; 4]).as_bytes());
                open = true;
                continue;
            }
            // Some shells would read the character as another digit of the escape.
            if std::mem::take(&mut open) && character.is_ascii_hexdigit() {
                text.push_str("'$'");
            }
            if matches!(character, '\'' | '\\') {
                text.push('\\');
            }
            text.push(character);
        }
        escape(&mut text, chunk.invalid());
        open |= !chunk.invalid().is_empty();
    }
    text + "'"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_quoted_where_a_shell_would_read_them() {
        assert_eq!(quoted("optimizers.sgd.learning_rate=0.1"), "optimizers.sgd.learning_rate=0.1");
        assert_eq!(quoted("~optimizers.gd"), "'~optimizers.gd'");
        assert_eq!(quoted("it's"), r"'it'\''s'");
        assert_eq!(quoted("größe"), "'größe'");
    }

    #[cfg(unix)]
    #[test]
    fn what_is_not_shown_is_an_escape() {
        use std::os::unix::ffi::OsStrExt as _;

        let bytes = |bytes: &'static [u8]| quoted(OsStr::from_bytes(bytes));
        assert_eq!(bytes(b"a\xff.toml"), r"$'a\xff.toml'");
        assert_eq!(bytes(b"\xffab\\'"), r"$'\xff'$'ab\\\''");
        assert_eq!(quoted("a\u{1b}[2J\nb"), r"$'a\x1b[2J\x0a'$'b'");
        assert_eq!(quoted("\u{202e}x"), r"$'\xe2\x80\xaex'");
    }
}
