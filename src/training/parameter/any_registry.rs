//! A registry seen from outside: its rows with their keys, whatever they build.

use std::fmt;

use super::Parameter;

/// A registry, whatever its rows build.
pub trait AnyRegistry: Sync {
    fn noun(&self) -> &'static str;

    /// The key that names a row.
    fn key(&self) -> &'static str;

    fn about_all(&self) -> Vec<AboutRow>;

    fn about(&self, name: &str) -> Option<AboutRow> {
        self.about_all().into_iter().find(|row| row.name == name)
    }

    fn names(&self) -> Vec<&'static str> {
        self.about_all().into_iter().map(|row| row.name).collect()
    }
}

impl fmt::Debug for dyn AnyRegistry {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "the registry of {}s", self.noun())
    }
}

/// A row, whatever it builds.
#[derive(Debug, Clone, Copy)]
pub struct AboutRow {
    pub name: &'static str,
    pub doc: &'static str,
    pub parameters: &'static [Parameter],
    pub common: &'static [Parameter],
    pub refuses: &'static [(&'static str, &'static str)],
    pub file: &'static str,
    pub revision: u32,
    /// The names that it has in other tools, for hints.
    pub synonyms: &'static [&'static str],
}

impl AboutRow {
    /// Every key that it takes: its own, and the common ones that it does not refuse. A common one of the name of its own is that one.
    pub fn keys(&self) -> impl Iterator<Item = &'static Parameter> + use<> {
        let (own, refuses) = (self.parameters, self.refuses);
        let taken = move |key: &&Parameter| {
            refuses.iter().all(|(refused, _)| *refused != key.name) && own.iter().all(|own| own.name != key.name)
        };
        self.parameters.iter().chain(self.common.iter().filter(taken))
    }

    /// Why it does not take a common key; `None` if it takes it, or the key is no common one.
    #[must_use]
    pub fn refusal(&self, key: &str) -> Option<&'static str> {
        self.refuses.iter().find(|(refused, _)| *refused == key).map(|(_, reason)| *reason)
    }

    /// Its page: the comment at the head of its file, without the table of keys, which the parameters give.
    #[must_use]
    pub fn page(&self) -> String {
        let lines = self.file.lines().map_while(|line| line.strip_prefix("//!"));
        let text: Vec<&str> = lines.map(|line| line.strip_prefix(' ').unwrap_or(line)).collect();
        let mut page: Vec<&str> = Vec::new();
        for line in text.into_iter().filter(|line| !line.starts_with('|')) {
            if !(line.is_empty() && page.last().is_none_or(|last| last.is_empty())) {
                page.push(line);
            }
        }
        page.join("\n").trim_end().to_owned()
    }
}
