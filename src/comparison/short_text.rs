//! Shortens texts for a line or a table: ids, cells, lists of names.

use crate::text::visible;

/// The digits of an id that are shown and typed.
pub fn short_id(id: &str) -> String {
    id.chars().take(12).collect()
}

/// The text on one line, cut to a length that fits a table, without control characters.
pub fn shortened(text: &str) -> String {
    const MOST: usize = 120;
    let start = visible(&text.chars().take(MOST).collect::<String>()).into_owned();
    if text.chars().nth(MOST).is_some() { start + "…" } else { start }
}

/// `a, b and c`
pub fn listed(names: &[String]) -> String {
    match names {
        [] => String::new(),
        [one] => one.clone(),
        [all @ .., last] => format!("{} and {last}", all.join(", ")),
    }
}

/// The first names of a list, and the number of the others.
#[must_use]
pub fn first_names(names: &[String]) -> String {
    const MOST: usize = 4;
    let shown: Vec<String> = names.iter().take(MOST).map(|name| shortened(name)).collect();
    match names.len().checked_sub(MOST + 1) {
        Some(beyond) => format!("{} and {} more", shown.join(", "), beyond + 1),
        None => shown.join(", "),
    }
}
