//! Patterns for names of columns: `*` stands for any characters, `?` for one.

/// Whether `text` holds a character that makes it a pattern.
pub(super) fn is_pattern(text: &str) -> bool {
    text.contains(['*', '?'])
}

/// Whether the whole of `name` matches. Takes time proportional to the product of the lengths at most.
pub(in crate::dataset) fn matches(pattern: &str, name: &str) -> bool {
    let pattern: Vec<char> = pattern.chars().collect();
    let name: Vec<char> = name.chars().collect();
    let (mut at, mut read) = (0, 0);
    // Where the last `*` stands, and how far the name was read when it was met.
    let mut star: Option<(usize, usize)> = None;
    while read < name.len() {
        match pattern.get(at) {
            Some('*') => {
                star = Some((at, read));
                at += 1;
            }
            Some(&character) if character == '?' || character == name[read] => {
                at += 1;
                read += 1;
            }
            _ => match &mut star {
                // The last `*` takes one character more.
                Some((stood, taken)) => {
                    *taken += 1;
                    (at, read) = (*stood + 1, *taken);
                }
                None => return false,
            },
        }
    }
    pattern[at..].iter().all(|&character| character == '*')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stars_and_question_marks_stand_for_characters() {
        for (pattern, name) in [
            ("url_*", "url_"),
            ("url_*", "url_a"),
            ("*_id", "a_id"),
            ("x?", "xé"),
            ("*", ""),
            ("a*b*c", "a-b-b-c"),
            ("", ""),
        ] {
            assert!(matches(pattern, name), "{pattern} {name}");
        }
        for (pattern, name) in [("url_*", "url"), ("x?", "x"), ("x?", "x12"), ("a*b", "a-b-c"), ("", "a"), ("id", "ID")]
        {
            assert!(!matches(pattern, name), "{pattern} {name}");
        }
        assert!(!matches(&"*a".repeat(1000), &"b".repeat(1000)));
    }
}
