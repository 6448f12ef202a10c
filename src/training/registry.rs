//! Registries: tables of rows that an experiment file names, each with the keys it takes.
//!
//! Sources, models, losses, methods, schedules, metrics and baselines are all rows of this type. Messages about a file, its JSON
//! Schema, `sweep list`, the defaults that complete a table and the identity of a trial follow from the rows; no code asks for the
//! name of one.

use std::{fmt, ops};

use crate::parameter::{AboutRow, AnyRegistry, Parameter};

/// One row of a registry, which builds a `B`. Where `B` is plain facts, they read as fields of the row: `metric.label`.
#[derive(Clone, Copy)]
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
    /// The names that it has in other tools, for hints.
    pub synonyms: &'static [&'static str],
    pub build: B,
}

impl<B> ops::Deref for Row<B> {
    type Target = B;

    fn deref(&self) -> &B {
        &self.build
    }
}

impl<B> fmt::Debug for Row<B> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name)
    }
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
        Self { name, doc, parameters, refuses: &[], file, revision: 1, synonyms: &[], build }
    }

    #[must_use]
    pub const fn refusing(self, refuses: &'static [(&'static str, &'static str)]) -> Self {
        Self { refuses, ..self }
    }

    #[must_use]
    pub const fn also_called(self, synonyms: &'static [&'static str]) -> Self {
        Self { synonyms, ..self }
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

impl<B: Sync> AnyRegistry for Registry<B> {
    fn noun(&self) -> &'static str {
        self.noun
    }

    fn key(&self) -> &'static str {
        self.key
    }

    fn about_all(&self) -> Vec<AboutRow> {
        let about = |row: &Row<B>| {
            let Row { name, doc, parameters, refuses, file, revision, synonyms, .. } = *row;
            AboutRow { name, doc, parameters, common: self.common, refuses, file, revision, synonyms }
        };
        self.rows.iter().map(about).collect()
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
