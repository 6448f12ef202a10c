//! Valid names of tables and experiments.

use super::tree::quoted;

/// The message for a name that [`is_name`] refuses.
pub fn no_name(name: &str) -> String {
    format!("the name {} cannot be used", quoted(name))
}

/// The rule that such a name breaks.
pub fn name_rule(name: &str) -> &'static str {
    if is_device(name) {
        "Windows opens a device by this name; accepted: any other"
    } else {
        "accepted: letters, digits, `.`, `_` and `-`, no dot at either end, at most 100 of them"
    }
}

/// Whether a name can be a folder on every system. The file name of a figure holds two names and a few words: with 100
/// characters each it stays below 255 bytes.
pub fn is_name(name: &str) -> bool {
    let plain = |character: char| character.is_ascii_alphanumeric() || matches!(character, '.' | '_' | '-');
    (1..=100).contains(&name.len())
        && name.chars().all(plain)
        && !name.starts_with('.')
        && !name.ends_with('.')
        && !is_device(name)
}

/// Whether Windows opens a device for this name, whatever its extension: `CON`, `nul.txt`, `COM1`.
fn is_device(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or(name).to_ascii_lowercase();
    let numbered = |device| {
        stem.strip_prefix(device)
            .is_some_and(|rest| rest.len() == 1 && rest.bytes().all(|digit| digit.is_ascii_digit()))
    };
    matches!(stem.as_str(), "con" | "prn" | "aux" | "nul") || numbered("com") || numbered("lpt")
}
