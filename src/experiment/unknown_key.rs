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
    let meant = row.and_then(|row| by_synonym(row, key)).filter(|name| accepted.contains(name));
    let inside = row.filter(|_| meant.is_none()).and_then(|row| in_a_table(row, key));
    let similar = || nearest(key, accepted.iter().copied()).filter(|_| inside.is_none());
    let label = match (refusal, meant.or_else(similar)) {
        (Some(reason), _) => format!("it does not take this key: {reason}"),
        (None, Some(name)) => format!("did you mean `{name}`?"),
        (None, None) => inside
            .or_else(|| row.and_then(|row| within(row, key).or_else(|| beside(row.0, key))))
            .or_else(|| home(key))
            .unwrap_or_else(|| {
                if accepted.is_empty() { "it takes no keys".to_owned() } else { "not a key of it".to_owned() }
            }),
    };
    let mistake = Mistake::error(format!("{owner} has no key {}", quoted(key).replace('"', "`"))).at(span, label);
    if accepted.is_empty() { mistake } else { mistake.help(format!("accepted: {list}")) }
}

/// The key of a row that other tools call by this word. If several do, the one that fewest rows of the registry take: a word that a
/// row gives to a key of its own wins over one that it shares.
fn by_synonym((registry, row): NamedRow<'_>, word: &str) -> Option<&'static str> {
    let word = word.to_lowercase().replace('-', "_");
    let rows = registry.about_all();
    let takers = |name: &str| rows.iter().filter(|row| row.keys().any(|key| key.name == name)).count();
    let known = registry.about(row)?.keys().filter(|key| key.synonyms.contains(&word.as_str()));
    known.map(|key| key.name).min_by_key(|name| takers(name))
}

/// The table of a row with keys of its own that takes a key, under this name or as other tools call it.
fn in_a_table((registry, row): NamedRow<'_>, key: &str) -> Option<String> {
    registry.about(row)?.keys().find_map(|parameter| {
        let Kind::Table(inner) = parameter.kind else { return None };
        let inner = inner.iter().find(|inner| inner.name == key || inner.synonyms.contains(&key))?.name;
        let name = parameter.name;
        let is = if inner == key { format!("`{key}`") } else { format!("`{inner}` (`{key}`)") };
        Some(format!("{is} is a key of `{name}`: write `{name} = {{ …, {inner} = … }}`"))
    })
}

/// The nested table of a row that takes a key.
fn within((registry, row): NamedRow<'_>, key: &str) -> Option<String> {
    let takes = |row: &AboutRow| row.keys().any(|inner| inner.name == key);
    registry.about(row)?.keys().find_map(|parameter| {
        let Kind::Row(nested) = parameter.kind else { return None };
        let kind = nested.about_all().into_iter().find(takes)?.name;
        let name = parameter.name;
        Some(format!("`{key}` is a key of `{name}`: write `{name} = {{ {} = \"{kind}\", {key} = … }}`", nested.key()))
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parameter::{Decides, Fallback, Parameter};
    use crate::registry::{Registry, Row};

    const fn key(name: &'static str, synonyms: &'static [&'static str]) -> Parameter {
        Parameter::new(name, Kind::Boolean, Fallback::Absent, Decides::Update, "").also_called(synonyms)
    }

    const SHARED: Parameter = key("learning_rate", &["alpha", "lr"]);

    static REGISTRY: Registry<()> = Registry {
        noun: "thing",
        key: "kind",
        common: &[key("common", &["alpha", "all"])],
        rows: &[
            Row::new("own", "", &[SHARED, key("rho", &["alpha"])], "", ()),
            Row::new("plain", "", &[SHARED], "", ()),
        ],
    };

    #[test]
    fn the_word_of_a_rows_own_key_wins_over_those_of_shared_keys() {
        let meant = |row: &'static str, word: &str| by_synonym((&REGISTRY, row), word);
        assert_eq!(
            [meant("own", "alpha"), meant("own", "LR"), meant("own", "all")].map(Option::unwrap_or_default),
            ["rho", "learning_rate", "common"]
        );
        assert_eq!((meant("plain", "alpha"), meant("plain", "beta")), (Some("learning_rate"), None));
        let accepted = ["common", "learning_rate", "rho"];
        let span = Span { source: 0, start: 0, end: 0 };
        let mistake = unknown_key("it", "alpha", span, &accepted, Some((&REGISTRY, "own")));
        assert_eq!(mistake.marks[0].1, "did you mean `rho`?");
    }
}
