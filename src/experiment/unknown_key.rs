//! The mistake of an unknown key. It names a similar key, or the table that the key belongs to.

use super::mistake::Mistake;
use super::names::{nearest, plain_list, quoted_list, synonyms};
use super::registry::{registry_of, row_key, row_names, row_parameters};
use super::source_text::Span;
use super::tree::quoted;
use crate::parameter::{AboutRow, AnyRegistry, Kind};
use crate::plan::Component;
use crate::train;

/// A row of a registry, by its name.
pub type NamedRow<'a> = (&'static dyn AnyRegistry, &'a str);

/// The mistake of an unknown key. `row` is what the table's keys are those of, if that is a row.
pub fn unknown_key(owner: &str, key: &str, span: Span, accepted: &[&str], row: Option<NamedRow<'_>>) -> Mistake {
    let list = plain_list(accepted.iter().copied());
    let refusal = row.and_then(|(registry, row)| registry.about(row)?.refusal(key));
    let label = match (refusal, nearest(key, accepted.iter().copied())) {
        (Some(reason), _) => format!("it does not take this key: {reason}"),
        (None, Some(name)) => format!("did you mean `{name}`?"),
        (None, None) => row
            .and_then(|row| within(row, key).or_else(|| beside(row.0, key)))
            .or_else(|| home(key))
            .unwrap_or_else(|| {
                if accepted.is_empty() { "it takes no keys".to_owned() } else { "not a key of it".to_owned() }
            }),
    };
    let mistake = Mistake::error(format!("{owner} has no key {}", quoted(key).replace('"', "`"))).at(span, label);
    if accepted.is_empty() { mistake } else { mistake.help(format!("accepted: {list}")) }
}

/// The nested table of a row that takes a key.
fn within((registry, row): NamedRow<'_>, key: &str) -> Option<String> {
    let takes = |row: &AboutRow| row.keys().any(|inner| inner.name == key);
    registry.about(row)?.keys().find_map(|parameter| {
        let Kind::Row(nested) = parameter.kind else { return None };
        let kind = nested.about_all().into_iter().find(takes)?.name;
        let name = parameter.name;
        Some(format!("`{key}` is a key of `{name}`: write `{name} = {{ kind = \"{kind}\", {key} = … }}`"))
    })
}

/// The other rows of the registry of a nested table that take a key.
fn beside(registry: &dyn AnyRegistry, key: &str) -> Option<String> {
    let nested = Component::ALL.into_iter().filter_map(registry_of).all(|other| other.noun() != registry.noun());
    let takes = |row: &AboutRow| row.parameters.iter().any(|parameter| parameter.name == key);
    let rows: Vec<&str> = registry.about_all().iter().filter(|row| takes(row)).map(|row| row.name).collect();
    (nested && !rows.is_empty()).then(|| format!("`{key}` is a key of the {} {}", registry.noun(), quoted_list(rows)))
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
