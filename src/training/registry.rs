//! Registries: tables of rows that an experiment file names, each with the keys it takes.
//!
//! Sources, models, methods and schedules are all rows of this type. Messages about a file, its JSON Schema, `sweep list`, the
//! defaults that complete a table and the identity of a trial follow from the rows; no code asks for the name of one.

use std::fmt;

use crate::parameter::Parameter;

/// One row of a registry, which builds a `B`.
#[derive(Debug, Clone, Copy)]
pub struct Row<B> {
    /// The word in the file.
    pub name: &'static str,
    /// One line.
    pub doc: &'static str,
    /// Its own keys. It also takes the common keys of its registry, except those it refuses.
    pub parameters: &'static [Parameter],
    /// The common keys that it does not take, each with the reason in one sentence.
    pub refuses: &'static [(&'static str, &'static str)],
    /// The text of the file that holds the row. The comment at its head is the page of the row.
    pub file: &'static str,
    /// Raised when the same keys give other numbers; 1 at first.
    pub revision: u32,
    pub build: B,
}

impl<B: Copy> Row<B> {
    /// A row of revision 1 that refuses nothing. `file` is `include_str!` of the file that holds it.
    #[must_use]
    pub const fn new(
        name: &'static str,
        doc: &'static str,
        parameters: &'static [Parameter],
        file: &'static str,
        build: B,
    ) -> Self {
        Self { name, doc, parameters, refuses: &[], file, revision: 1, build }
    }

    #[must_use]
    pub const fn refusing(self, refuses: &'static [(&'static str, &'static str)]) -> Self {
        Self { refuses, ..self }
    }

    #[must_use]
    pub const fn revised(self, revision: u32) -> Self {
        Self { revision, ..self }
    }
}

/// The rows of one kind.
pub struct Registry<B: 'static> {
    /// What a row is: `"method"`.
    pub noun: &'static str,
    /// The key that names a row: `"method"`, `"kind"`, `"source"`.
    pub key: &'static str,
    /// The keys that every row takes unless it refuses them.
    pub common: &'static [Parameter],
    pub rows: &'static [Row<B>],
}

impl<B> Registry<B> {
    #[must_use]
    pub fn row(&self, name: &str) -> Option<&'static Row<B>> {
        self.rows.iter().find(|row| row.name == name)
    }

    /// Whether a key is one of those that every row takes.
    #[must_use]
    pub fn is_common(&self, key: &str) -> bool {
        self.common.iter().any(|common| common.name == key)
    }
}

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

impl<B: Sync> AnyRegistry for Registry<B> {
    fn noun(&self) -> &'static str {
        self.noun
    }

    fn key(&self) -> &'static str {
        self.key
    }

    fn about_all(&self) -> Vec<AboutRow> {
        let about = |row: &Row<B>| {
            let Row { name, doc, parameters, refuses, file, revision, .. } = *row;
            AboutRow { name, doc, parameters, common: self.common, refuses, file, revision }
        };
        self.rows.iter().map(about).collect()
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
    common: &'static [Parameter],
    pub refuses: &'static [(&'static str, &'static str)],
    file: &'static str,
    pub revision: u32,
}

impl AboutRow {
    /// Every key that it takes: its own, and the common ones that it does not refuse.
    pub fn keys(&self) -> impl Iterator<Item = &'static Parameter> + use<> {
        let refuses = self.refuses;
        let taken = move |key: &&Parameter| refuses.iter().all(|(refused, _)| *refused != key.name);
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parameter::{Decides, Fallback, Kind};

    const fn key(name: &'static str) -> Parameter {
        Parameter::new(name, Kind::Boolean, Fallback::Absent, Decides::Update, "")
    }

    const PAGE: &str = "//! A page.\n//!\n//! | a | b |\n//!\n//! More.\nuse x;";

    static REGISTRY: Registry<fn() -> u8> = Registry {
        noun: "thing",
        key: "kind",
        common: &[key("shared"), key("refused")],
        rows: &[
            Row::<fn() -> u8>::new("one", "the first", &[key("own")], PAGE, || 1)
                .refusing(&[("refused", "it would be wrong")])
                .revised(3),
            Row::new("two", "the second", &[], "", || 2),
        ],
    };

    #[test]
    fn a_row_takes_its_own_keys_and_the_common_ones_that_it_does_not_refuse() {
        let registry: &dyn AnyRegistry = &REGISTRY;
        let names = |row: &str| registry.about(row).expect("exists").keys().map(|key| key.name).collect::<Vec<_>>();
        assert_eq!(names("one"), ["own", "shared"]);
        assert_eq!(names("two"), ["shared", "refused"]);
        let one = registry.about("one").expect("exists");
        assert_eq!((one.refusal("refused"), one.refusal("shared"), one.revision), (Some("it would be wrong"), None, 3));
        assert_eq!(one.page(), "A page.\n\nMore.");
        assert_eq!(REGISTRY.row("two").map(|row| (row.build)()), Some(2));
        assert!(registry.about("three").is_none());
    }
}
