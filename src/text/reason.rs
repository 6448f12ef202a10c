//! The reason of an operating system's error, worded to stand inside a sentence.

/// The reason of an error, in lower case and without the error number.
#[must_use]
pub fn reason(error: &std::io::Error) -> String {
    reason_in_words(&error.to_string())
}

/// The same for an error that is already text, because a library has wrapped it.
#[must_use]
pub fn reason_in_words(text: &str) -> String {
    let mut characters = text.split(" (os error").next().unwrap_or(text).chars();
    characters.next().map_or_else(String::new, |first| first.to_lowercase().chain(characters).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_is_words_of_a_sentence_and_keeps_names() {
        assert_eq!(reason(&std::io::Error::from_raw_os_error(5)), "input/output error");
        assert_eq!(reason(&std::io::Error::other("it is TMPDIR's")), "it is TMPDIR's");
    }
}
