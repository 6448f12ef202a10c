//! The keys that a guess consists of, each with its reason.

use toml::Value;

use super::target::Candidate;
use crate::dataset::{COMMON, DataError, Dataset, FoundColumns, Source, source};
use crate::parameter::Values;

/// A category of more levels is left out: each would be a column.
const MOST_LEVELS: usize = 50;

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
}

impl Keys {
    /// # Errors
    /// If there is no such source.
    pub(super) fn new(name: &str, path: &str, given: &Values) -> Result<Self, DataError> {
        let source = source(name).ok_or_else(|| DataError::Content(format!("there is no source \"{name}\"")))?;
        let (path, given) = (path.to_owned(), given.clone());
        let (layout, leave_out, categories, markers) = Default::default();
        Ok(Self { source, path, given, target: None, layout, leave_out, categories, markers, drop: false })
    }

    pub(super) fn load(&self, folder: &std::path::Path) -> Result<Dataset, DataError> {
        let mut values: Values = self.given.clone();
        values.insert("path".to_owned(), self.path.clone().into());
        // No category of more levels is kept, and so none need be read.
        if self.takes("max_levels") && !values.contains_key("max_levels") {
            values.insert("max_levels".to_owned(), (MOST_LEVELS as i64).into());
        }
        for GuessedKey { key, value, .. } in self.all() {
            values.insert(key.to_owned(), value);
        }
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
        self.takes(key) && !self.given.contains_key(key)
    }

    /// Leaves columns out, unless the features are listed, or none can be. Returns whether any is left out now that was not.
    pub(super) fn leave_out(&mut self, columns: &[(String, String)]) -> bool {
        let before = self.leave_out.len();
        if !self.is_free("ignore") || self.given.contains_key("features") {
            return false;
        }
        for (name, why) in columns {
            let is_target = self.target.as_ref().is_some_and(|target| target.name == *name);
            if !is_target && !self.leave_out.iter().any(|(known, _)| known == name) {
                self.leave_out.push((name.clone(), why.clone()));
            }
        }
        self.leave_out.len() > before
    }

    /// Takes up what the reader found. Returns whether anything changed.
    pub(super) fn take_up(&mut self, found: &FoundColumns) -> bool {
        let mut changed = self.leave_out(&found.leave_out);
        for (name, levels) in &found.categories {
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
