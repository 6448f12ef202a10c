//! The quotes of word processors and chats, in the place of the straight ones that TOML has.

/// Such quotes, in the languages that people paste from.
pub const CURLY: [char; 7] = ['“', '”', '„', '‘', '’', '«', '»'];

/// Those that a quoted text begins with. `’` is an apostrophe too, and ends many words.
const OPENING: [char; 5] = ['“', '„', '”', '‘', '«'];

/// An argument `key=value` with straight quotes where it has curly ones; `None` if none of its parts stands in curly quotes. Such quotes
/// inside a text belong to it.
pub fn straightened(argument: &str) -> Option<String> {
    let (key, value) = match argument.split_once('=') {
        Some((key, value)) => (key, Some(value)),
        None => (argument, None),
    };
    let key_is = key.split('.').any(|part| part.trim_start_matches(['+', '~']).starts_with(OPENING));
    let value_is = value.is_some_and(|value| {
        let value = value.trim();
        let of_items = value.starts_with(['[', '{']) && value.contains(CURLY) && !value.contains(['"', '\'']);
        value.starts_with(OPENING) || of_items
    });
    if !key_is && !value_is {
        return None;
    }
    let straight = |text: &str| text.replace(CURLY, "\"");
    let whole = match value {
        // All of the argument was quoted.
        Some(value) if key_is && key.starts_with(OPENING) && value.ends_with(CURLY) => {
            format!("{key}={value}").trim_matches(CURLY).to_owned()
        }
        Some(value) => {
            let (key, value) = (if key_is { straight(key) } else { key.to_owned() }, value.trim());
            if value_is { format!("{key}={}", straight(value)) } else { format!("{key}={value}") }
        }
        None => straight(key),
    };
    Some(whole)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_around_a_part_become_straight() {
        for (argument, expected) in [
            ("title=“Rates”", Some("title=\"Rates\"")),
            ("title=„Raten“", Some("title=\"Raten\"")),
            ("title=«Taux»", Some("title=\"Taux\"")),
            ("datasets.d.delimiter=‘;’", Some("datasets.d.delimiter=\";\"")),
            ("datasets.d.ignore=[“a”, “b”]", Some("datasets.d.ignore=[\"a\", \"b\"]")),
            ("datasets.“a b”.path=x.csv", Some("datasets.\"a b\".path=x.csv")),
            ("“title=Rates”", Some("title=Rates")),
            ("~optimizers.“gd”", Some("~optimizers.\"gd\"")),
            // Part of a shell's two words.
            ("title=“Two", Some("title=\"Two")),
            ("title=it’s", None),
            ("title=The runners’", None),
            ("title=Say “yes”", None),
            ("datasets.d.ignore=[\"the “best”\"]", None),
            ("train.epochs=5", None),
        ] {
            assert_eq!(straightened(argument).as_deref(), expected, "{argument}");
        }
    }
}
