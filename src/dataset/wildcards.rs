//! Names against patterns: `*` stands for any characters, `?` for one.

/// Whether a name fits a pattern.
pub(super) fn fits(pattern: &str, name: &str) -> bool {
    let (pattern, name): (Vec<char>, Vec<char>) = (pattern.chars().collect(), name.chars().collect());
    let (mut in_pattern, mut in_name) = (0, 0);
    // Where the last `*` stands, and where in the name it ends: on a mismatch it takes one character more.
    let mut star: Option<(usize, usize)> = None;
    while in_name < name.len() {
        match pattern.get(in_pattern) {
            Some('*') => {
                star = Some((in_pattern, in_name));
                in_pattern += 1;
            }
            Some(&wanted) if wanted == '?' || wanted == name[in_name] => {
                in_pattern += 1;
                in_name += 1;
            }
            _ => match &mut star {
                Some((at, end)) => {
                    *end += 1;
                    (in_pattern, in_name) = (*at + 1, *end);
                }
                None => return false,
            },
        }
    }
    pattern[in_pattern..].iter().all(|&rest| rest == '*')
}

/// Whether a text is a pattern and not a plain name.
pub(super) fn has_wildcards(text: &str) -> bool {
    text.contains(['*', '?'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stars_and_question_marks_stand_for_characters() {
        for (pattern, name) in
            [("*", ""), ("*.csv", "a.csv"), ("a*b*c", "a-b-b-c"), ("part-??.csv", "part-07.csv"), ("*é?", "aéb")]
        {
            assert!(fits(pattern, name), "{pattern} {name}");
        }
        for (pattern, name) in [("", "a"), ("*.csv", "a.csv.gz"), ("?", ""), ("a*b", "ac"), ("a", "A"), ("[ab]", "a")] {
            assert!(!fits(pattern, name), "{pattern} {name}");
        }
        assert!(has_wildcards("a?") && has_wildcards("*") && !has_wildcards("a.csv"));
    }
}
