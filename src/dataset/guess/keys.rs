//! The keys that a guess consists of, each with its reason.

use std::collections::BTreeMap;
use std::path::Path;

use toml::Value;

use super::left_out::{LeftOut, known};
use super::target::Candidate;
use crate::dataset::table::TextShape;
use crate::dataset::{COMMON, DataError, Dataset, FoundColumns, Source, source};
use crate::parameter::Values;

/// A category of more levels is left out: each would be a column.
const MOST_LEVELS: usize = 50;

/// Why a column of dates is left out of a text, and what would make it a feature.
const DATES: &str = "dates or times; to use them, write a column of days, in pandas (when - when.min()).dt.days, in polars \
                     (when - when.min()).dt.total_days()";

/// A key, its value, and a few words on why.
#[derive(Debug, Clone, PartialEq)]
pub struct GuessedKey {
    pub key: &'static str,
    pub value: Value,
    /// May be empty.
    pub why: String,
    /// Of a list of names: why each of them is in it.
    pub items: Vec<String>,
}

/// The keys so far.
#[derive(Clone)]
pub(super) struct Keys {
    source: &'static Source,
    path: String,
    /// What a person has set. It is not changed.
    given: Values,
    pub target: Option<Candidate>,
    /// How text is written.
    pub layout: Vec<GuessedKey>,
    leave_out: Vec<(String, String)>,
    categories: Vec<(String, usize)>,
    markers: Vec<(String, String)>,
    drop: bool,
    /// What columns hold, by what was read of them so far.
    known: BTreeMap<String, LeftOut>,
}

impl Keys {
    /// # Errors
    /// If there is no such source.
    pub(super) fn new(name: &str, path: &str, given: &Values) -> Result<Self, DataError> {
        let source = source(name).ok_or_else(|| DataError::Content(format!("there is no source \"{name}\"")))?;
        let (path, given) = (path.to_owned(), given.clone());
        let (layout, leave_out, categories, markers, known) = Default::default();
        Ok(Self { source, path, given, target: None, layout, leave_out, categories, markers, drop: false, known })
    }

    /// Reads the file with these keys.
    ///
    /// # Errors
    /// The reader's.
    pub(super) fn load(&self, folder: &Path) -> Result<Dataset, DataError> {
        let mut values: Values = self.given.clone();
        values.insert("path".to_owned(), self.path.clone().into());
        // No category of more levels is kept, and so none need be read.
        if self.takes("max_levels") && !values.contains_key("max_levels") {
            values.insert("max_levels".to_owned(), (MOST_LEVELS as i64).into());
        }
        values.extend(self.all().into_iter().map(|GuessedKey { key, value, .. }| (key.to_owned(), value)));
        self.load_with(values, folder)
    }

    /// What a column holds that is read as the only feature.
    pub(super) fn read_alone(&self, folder: &Path, name: &str) -> Option<LeftOut> {
        if !self.takes("features") || name.is_empty() {
            return None;
        }
        let mut values = Values::new();
        let target = self.all().into_iter().find(|key| key.key == "target").map(|key| key.value);
        values.extend(target.or_else(|| self.given.get("target").cloned()).map(|target| ("target".to_owned(), target)));
        values.insert("path".to_owned(), self.path.clone().into());
        values.insert("features".to_owned(), vec![Value::from(name)].into());
        values.insert("missing".to_owned(), "drop".into());
        match self.load_with(values, folder) {
            Ok(data) => known(&data).into_iter().next().map(|(_, column)| column),
            Err(DataError::Columns { found, .. }) if !found.categories.is_empty() => Some(text()),
            Err(_) => None,
        }
    }

    fn load_with(&self, mut values: Values, folder: &Path) -> Result<Dataset, DataError> {
        for parameter in self.source.parameters.iter().chain(COMMON) {
            if let Some(value) = parameter.filled_in() {
                values.entry(parameter.name).or_insert(value);
            }
        }
        if self.takes("target") && !values.contains_key("target") {
            // No column is called so, and the error names those that are there.
            values.insert("target".to_owned(), "".into());
        }
        (self.source.build.load)(&values, folder, None)
    }

    /// Whether the source has this key.
    pub(super) fn takes(&self, key: &str) -> bool {
        self.source.parameters.iter().any(|parameter| parameter.name == key)
    }

    /// Whether this key may be guessed.
    pub(super) fn is_free(&self, key: &str) -> bool {
        let instead = self
            .source
            .parameters
            .iter()
            .find(|parameter| parameter.name == key)
            .and_then(|parameter| parameter.instead);
        self.takes(key) && !self.given.contains_key(key) && !instead.is_some_and(|other| self.given.contains_key(other))
    }

    /// These keys with points between thousands, where only decimal commas were seen so far and more columns are numbers with them.
    pub(super) fn with_grouped_points(&self, folder: &Path, found: &FoundColumns) -> Option<Self> {
        let guessed = self.layout.iter().filter(|key| key.key == "decimal").map(|key| &key.value);
        let has_commas = guessed.chain(self.given.get("decimal")).any(|value| value.as_str() == Some(","));
        if !has_commas || !self.is_free("thousands") || self.layout.iter().any(|key| key.key == "thousands") {
            return None;
        }
        let mut keys = self.clone();
        keys.layout.push(GuessedKey { key: "thousands", value: ".".into(), why: String::new(), items: Vec::new() });
        let problems = |found: &FoundColumns| {
            found.leave_out.len() + found.categories.len() + found.markers.len() + usize::from(found.target_unfit)
        };
        match keys.load(folder) {
            Ok(_) => Some(keys),
            Err(DataError::Columns { found: now, .. }) if problems(&now) < problems(found) => Some(keys),
            Err(_) => None,
        }
    }

    /// Keeps what the columns hold that were read.
    pub(super) fn learn(&mut self, data: &Dataset) {
        self.known.extend(known(data));
    }

    /// What a column holds, if it was read.
    pub(super) fn known(&self, name: &str) -> Option<&LeftOut> {
        self.known.get(name)
    }

    /// Why a column is left out, unless a person did.
    pub(super) fn why_left_out(&self, name: &str) -> Option<&str> {
        self.leave_out.iter().find(|(known, _)| known == name).map(|(_, why)| why.as_str())
    }

    /// Whether columns may be left out: not if a person says which ones are, or lists the features.
    pub(super) fn may_leave_out(&self) -> bool {
        self.is_free("ignore") && !self.given.contains_key("features")
    }

    /// Leaves columns out if that may be. Returns whether any is left out now that was not.
    pub(super) fn leave_out(&mut self, columns: &[(String, String)]) -> bool {
        let before = self.leave_out.len();
        if !self.may_leave_out() {
            return false;
        }
        for (name, why) in columns {
            let is_target = self.target.as_ref().is_some_and(|target| target.name == *name);
            if !is_target && !self.leave_out.iter().any(|(known, _)| known == name) {
                let why = if why == TextShape::Date.words() { DATES } else { why };
                self.leave_out.push((name.clone(), why.to_owned()));
            }
        }
        self.leave_out.len() > before
    }

    /// Takes up what the reader found. Returns whether anything changed.
    pub(super) fn take_up(&mut self, found: &FoundColumns) -> bool {
        let mut changed = self.leave_out(&found.leave_out);
        for (name, levels) in &found.categories {
            self.known.entry(name.clone()).or_insert_with(text);
            if *levels > MOST_LEVELS {
                changed |=
                    self.leave_out(&[(name.clone(), format!("text with more than {MOST_LEVELS} different values"))]);
            } else if !self.categories.iter().any(|(known, _)| known == name) && self.is_free("one_hot") {
                self.categories.push((name.clone(), *levels));
                changed = true;
            }
        }
        let may_mark = self.is_free("missing_values");
        for marker in &found.markers {
            if may_mark && !self.markers.contains(marker) {
                self.markers.push(marker.clone());
                changed = true;
            }
        }
        if found.drop && !self.drop && self.is_free("missing") {
            self.drop = true;
            changed = true;
        }
        changed
    }

    /// All keys that are not given, and those given ones to which something is added, in the order in which they are written.
    pub(super) fn all(&self) -> Vec<GuessedKey> {
        let plain = |key, value, why: &str| GuessedKey { key, value, why: why.to_owned(), items: Vec::new() };
        let mut all = self.layout.clone();
        if let Some(target) = &self.target {
            all.push(plain("target", target.name.clone().into(), target.why));
        }
        if !self.leave_out.is_empty() {
            let given = self.given.get("ignore").and_then(Value::as_array).cloned().unwrap_or_default();
            let mut items = vec![String::new(); given.len()];
            items.extend(self.leave_out.iter().map(|(_, why)| why.clone()));
            let names = self.leave_out.iter().map(|(name, _)| Value::from(name.clone()));
            let value: Vec<Value> = given.into_iter().chain(names).collect();
            all.push(GuessedKey { key: "ignore", value: value.into(), why: String::new(), items });
        }
        let is_left_out = |name: &str| self.leave_out.iter().any(|(known, _)| known == name);
        let categories: Vec<&(String, usize)> = self.categories.iter().filter(|(name, _)| !is_left_out(name)).collect();
        if !categories.is_empty() && !matches!(self.given.get("one_hot"), Some(Value::String(_))) {
            let named: Vec<String> = categories.iter().map(|(name, levels)| in_levels(name, *levels)).collect();
            let given = self.given.get("one_hot").and_then(Value::as_array);
            let value = match given {
                Some(given) => {
                    let more = categories.iter().map(|(name, _)| Value::from(name.clone()));
                    given.iter().cloned().chain(more).collect::<Vec<_>>().into()
                }
                None => Value::from("text"),
            };
            all.push(plain("one_hot", value, &format!("a 0/1 column for each level of {}", some(&named))));
        }
        let markers: Vec<&(String, String)> = self.markers.iter().filter(|(name, _)| !is_left_out(name)).collect();
        if !markers.is_empty() {
            let named: Vec<String> = markers.iter().map(|(name, text)| format!("\"{text}\" in {name}")).collect();
            let why = format!("{}: no numbers, so they count as missing", some(&named));
            all.push(plain("missing_values", missing_values(&markers), &why));
        }
        if self.drop || !markers.is_empty() && self.is_free("missing") {
            all.push(plain("missing", "drop".into(), ""));
        }
        all
    }

    pub(super) const fn source(&self) -> &'static str {
        self.source.name
    }
}

fn text() -> LeftOut {
    LeftOut { kind: "text".to_owned(), ..LeftOut::default() }
}

/// One list, if the texts mean the same in every column: signs do, words need not.
fn missing_values(markers: &[&(String, String)]) -> Value {
    if markers.iter().all(|(_, text)| !text.contains(char::is_alphanumeric)) {
        let mut texts: Vec<&String> = markers.iter().map(|(_, text)| text).collect();
        texts.sort_unstable();
        texts.dedup();
        return texts.into_iter().map(|text| Value::from(text.clone())).collect::<Vec<_>>().into();
    }
    let mut table = toml::Table::new();
    for (name, text) in markers {
        let list = table.entry(name.clone()).or_insert_with(|| Value::Array(Vec::new()));
        if let Some(list) = list.as_array_mut() {
            list.push(text.clone().into());
        }
    }
    table.into()
}

fn in_levels(name: &str, levels: usize) -> String {
    if levels == 0 { name.to_owned() } else { format!("{name} ({levels})") }
}

/// The first few, and how many more there are.
pub(super) fn some(items: &[String]) -> String {
    const SHOWN: usize = 4;
    let first = items[..items.len().min(SHOWN)].join(", ");
    if items.len() > SHOWN { format!("{first} and {} more", items.len() - SHOWN) } else { first }
}
