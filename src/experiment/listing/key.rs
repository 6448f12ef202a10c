//! `sweep explain KEY`: what a key takes, what it decides, and which rows take it.

use std::fmt::Write as _;

use super::all::{accepted, default};
use crate::experiment::header;
use crate::experiment::names::plain_list;
use crate::experiment::registry::{registry_of, row_key, row_names, row_parameters};
use crate::experiment::report_keys::REPORT_KEYS;
use crate::parameter::{AboutRow, AnyRegistry, Kind, Parameter};
use crate::plan::Component;

/// The keys of the top level that no registry knows.
const TOP_LEVEL: [(&str, &str); 12] = [
    ("name", "names the folder of the results; the file's name if left out"),
    ("title", "the heading of the report; the name if left out"),
    ("seeds", "how many seeds (10 is 1 to 10), or a list of them; one, 1, if left out"),
    ("extends", "another experiment file, which this one changes key by key"),
    ("remove", "tables and keys of the file that this one extends that are left out: [\"optimizers.gd\"]"),
    ("datasets", "tables [datasets.NAME], each with a source"),
    ("models", "tables [models.NAME], each with a kind"),
    ("optimizers", "tables [optimizers.NAME], each with a method"),
    ("train", "the table [train]: epochs, stopping rules, precision"),
    ("exclude", "tables [[exclude]]: rules that remove settings; all conditions of a rule must hold"),
    ("link", "tables [[link]]: hyperparameters of one table that move together"),
    ("report", "the table [report]: how settings are ranked"),
];

/// A key at one place, and a row that takes it.
struct Place {
    component: Option<Component>,
    /// `learning_rate`, `split.test`, `schedule.decay`
    path: String,
    /// The row of the table, and of the nested table if that has one.
    row: String,
    parameter: &'static Parameter,
}

fn places() -> Vec<Place> {
    let mut all = Vec::new();
    for component in Component::ALL {
        let rows = row_names(component);
        for row in if rows.is_empty() { vec![""] } else { rows } {
            for parameter in row_parameters(component, row) {
                add(Some(component), String::new(), row, parameter, &mut all);
            }
        }
    }
    REPORT_KEYS.iter().for_each(|key| add(None, String::new(), "", key, &mut all));
    all
}

fn add(component: Option<Component>, prefix: String, row: &str, parameter: &'static Parameter, all: &mut Vec<Place>) {
    let path = format!("{prefix}{}", parameter.name);
    match parameter.kind {
        Kind::Table(inner) => {
            inner.iter().for_each(|inner| add(component, format!("{path}."), row, inner, all));
        }
        Kind::Row(registry) | Kind::Rows(registry) => {
            for inner in registry.about_all() {
                inner.keys().for_each(|key| add(component, format!("{path}."), inner.name, key, all));
            }
        }
        _ => {}
    }
    all.push(Place { component, path, row: row.to_owned(), parameter });
}

/// The names of all keys, for hints.
#[must_use]
pub fn key_names() -> Vec<&'static str> {
    let names = places().into_iter().map(|place| place.parameter.name);
    names
        .chain(Component::ALL.into_iter().filter(|one| registry_of(*one).is_some()).map(row_key))
        .chain(header::KEYS)
        .collect()
}

/// How an override sets a key of this name: `seeds=…`, `train.epochs=…`, `optimizers.NAME.momentum=…`.
#[must_use]
pub fn override_form(key: &str) -> Option<String> {
    if ["name", "title", "seeds"].contains(&key) {
        return Some(format!("{key}=…"));
    }
    let place = places().into_iter().find(|place| place.path == key)?;
    let named = place.component.is_some_and(|component| registry_of(component).is_some());
    Some(format!("{}{}.{key}=…", table(place.component), if named { ".NAME" } else { "" }))
}

/// The page of a key: `learning_rate`, `split.test`, `optimizers.gd.momentum`, `train.patience`. A name of a table that is no row
/// stands for any. `None` if there is no such key.
#[must_use]
pub fn key_page(key: &str) -> Option<String> {
    let mut text = String::new();
    let top = TOP_LEVEL.iter().find(|(name, _)| *name == key);
    if let Some((name, doc)) = top {
        let _ = writeln!(text, "{name}  of the top level\n  {doc}");
    }
    let (section, row, path) = parts(key);
    let is_meant = |place: &Place| {
        let of_section = section.is_none_or(|section| section == table(place.component));
        let of_row = row.is_none_or(|row| place.row == row || place.path.contains('.'));
        of_section && of_row && (place.path == path || (section.is_none() && place.path.ends_with(&format!(".{path}"))))
    };
    let mut groups: Vec<(Place, Vec<String>)> = Vec::new();
    for place in places().into_iter().filter(is_meant) {
        match groups.iter_mut().find(|(known, _)| same(known, &place)) {
            Some((_, rows)) => rows.extend((!rows.contains(&place.row)).then_some(place.row)),
            None => {
                let row = place.row.clone();
                groups.push((place, vec![row]));
            }
        }
    }
    for (place, rows) in &groups {
        text.push_str(if text.is_empty() { "" } else { "\n" });
        text.push_str(&group(place, rows));
    }
    for component in Component::ALL.into_iter().filter(|one| registry_of(*one).is_some() && row_key(*one) == path) {
        if section.is_none_or(|section| section == table(Some(component))) {
            text.push_str(if text.is_empty() { "" } else { "\n" });
            let rows = plain_list(row_names(component));
            let _ = writeln!(
                text,
                "{path}  of {}\n  which {path} it is: {rows} (`sweep list NAME` has the page of each)",
                shown(Some(component))
            );
        }
    }
    (!text.is_empty()).then_some(text)
}

/// The table of a dotted name, the row in it if it is one, and the key.
fn parts(key: &str) -> (Option<&'static str>, Option<&str>, &str) {
    let Some((first, rest)) = key.split_once('.') else { return (None, None, key) };
    for component in Component::ALL {
        let (named, word) = (table(Some(component)), component.word());
        if first != named && first != word {
            continue;
        }
        return match registry_of(component).zip(rest.split_once('.')) {
            Some((registry, (name, rest))) => (Some(named), registry.about(name).map(|_| name), rest),
            None => (Some(named), None, rest),
        };
    }
    if first == "report" { (Some("report"), None, rest) } else { (None, None, key) }
}

/// `optimizers`
fn table(component: Option<Component>) -> &'static str {
    match component {
        None => "report",
        Some(Component::Dataset) => "datasets",
        Some(Component::Model) => "models",
        Some(Component::Optimizer) => "optimizers",
        Some(Component::Train) => "train",
    }
}

/// `[optimizers.NAME]`
fn shown(component: Option<Component>) -> String {
    let named = component.is_some_and(|component| registry_of(component).is_some());
    format!("[{}{}]", table(component), if named { ".NAME" } else { "" })
}

/// Whether two places say the same of the key.
fn same(one: &Place, other: &Place) -> bool {
    let said = |place: &Place| {
        let key = place.parameter;
        (place.component.map(Component::word), place.path.clone(), accepted(key), default(key), key.decides, key.doc)
    };
    said(one) == said(other)
}

fn group(place: &Place, rows: &[String]) -> String {
    let key = place.parameter;
    let mut text = format!("{}  of {}\n  {}\n", place.path, shown(place.component), key.doc);
    let mut line = |label: &str, value: &str| {
        let _ = writeln!(text, "  {label:<9}{value}");
    };
    line("accepts", &accepted(key));
    line("default", default(key));
    line("decides", key.decides.in_words());
    let rows: Vec<&str> = rows.iter().map(String::as_str).filter(|row| !row.is_empty()).collect();
    if !rows.is_empty() {
        line("taken by", &plain_list(rows.iter().copied()));
    }
    if let Some(other) = key.instead {
        line("or", &format!("{other} in its place, never both"));
    }
    if let Some(other) = key.acts_on {
        line("acts on", &format!("{other}, and does nothing without it"));
    }
    if key.label != key.name {
        line("label", key.label);
    }
    if !key.synonyms.is_empty() {
        line("also", &format!("{} in other programs", plain_list(key.synonyms.iter().copied())));
    }
    let registry = place.component.and_then(registry_of).filter(|_| !place.path.contains('.'));
    for row in registry.map(AnyRegistry::about_all).unwrap_or_default() {
        if let Some(reason) = AboutRow::refusal(&row, key.name) {
            line("not by", &format!("{}: {reason}", row.name));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_has_a_page_by_its_name_and_by_its_path() {
        for place in places() {
            let by_name = key_page(place.parameter.name).expect(place.parameter.name);
            assert!(by_name.contains(place.parameter.doc), "{by_name}");
            let middle = if place.component.is_some_and(|one| registry_of(one).is_some()) { ".mine" } else { "" };
            let path = format!("{}{middle}.{}", table(place.component), place.path);
            assert!(key_page(&path).is_some_and(|page| page.contains(place.parameter.doc)), "{path}");
        }
        assert_eq!(TOP_LEVEL.map(|(key, _)| key), header::KEYS);
        assert!(header::KEYS.iter().all(|key| key_page(key).is_some()));
        assert_eq!(override_form("seeds").as_deref(), Some("seeds=…"));
        assert_eq!(override_form("epochs").as_deref(), Some("train.epochs=…"));
        assert_eq!(override_form("momentum").as_deref(), Some("optimizers.NAME.momentum=…"));
        assert_eq!(override_form("verbose"), None);
        assert!(key_page("method").is_some_and(|page| page.contains("gd, sgd")));
        assert_eq!(key_page("quux"), None);
        assert_eq!(key_page("optimizers.gd.quux"), None);
    }

    #[test]
    fn a_page_says_range_default_rows_and_what_the_key_decides() {
        let page = key_page("optimizers.sgd.momentum").expect("a key");
        for words in [
            "momentum  of [optimizers.NAME]\n",
            "  accepts  a number ≥ 0 and < 1\n",
            "  default  0.0\n",
            "taken by sgd\n",
        ] {
            assert!(page.contains(words), "{page}");
        }
        assert!(key_page("momentum").expect("a key").contains("taken by gd, sgd"));
        assert!(
            key_page("train.patience")
                .expect("a key")
                .contains("  decides  the end or the evaluated epochs of the same steps\n")
        );
        assert!(
            key_page("split.test")
                .expect("a key")
                .contains("taken by csv, parquet, arrow, npy, idx, svmlight, synthetic")
        );
    }
}
