//! The mistake of an unknown key. It names a similar key, or the table that the key belongs to.

use super::mistake::Mistake;
use super::names::{nearest, plain_list, quoted_list, synonyms};
use super::registry::{row_key, row_names, row_parameters};
use super::source_text::Span;
use super::tree::quoted;
use crate::plan::Component;
use crate::train;

/// The mistake of an unknown key.
pub fn unknown_key(owner: &str, key: &str, span: Span, accepted: &[&str]) -> Mistake {
    let list = plain_list(accepted.iter().copied());
    let label = match (nearest(key, accepted.iter().copied()), home(key)) {
        (Some(name), _) => format!("did you mean `{name}`?"),
        (None, Some(home)) => home,
        (None, None) if accepted.is_empty() => "it takes no keys".to_owned(),
        (None, None) => "not a key of it".to_owned(),
    };
    let mistake = Mistake::error(format!("{owner} has no key {}", quoted(key).replace('"', "`"))).at(span, label);
    if accepted.is_empty() { mistake } else { mistake.help(format!("accepted: {list}")) }
}

/// The table that an unknown key belongs to.
pub fn home(key: &str) -> Option<String> {
    if train::PARAMETERS.iter().any(|parameter| parameter.name == key) {
        return Some(format!("`{key}` belongs in [train]"));
    }
    for component in [Component::Dataset, Component::Model, Component::Optimizer] {
        let rows: Vec<&str> = row_names(component)
            .into_iter()
            .filter(|row| row_parameters(component, row).iter().any(|parameter| parameter.name == key))
            .collect();
        if !rows.is_empty() {
            let word = row_key(component);
            let list = quoted_list(rows);
            return Some(format!("`{key}` is a key of [{}s.NAME] with {word} {list}", component.word()));
        }
    }
    synonyms(key).filter(|meant| *meant != key).find_map(home).map(|home| format!("{home}, which may be meant"))
}
