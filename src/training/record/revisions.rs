//! The revisions of the registry rows that make a record. A record stands only while all of them are what it says.

use std::fmt::Write as _;

/// A row of a registry, with its revision.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RowRevision {
    /// The registry, in the singular: `method`.
    pub registry: &'static str,
    pub name: &'static str,
    /// Counted from [`FIRST`].
    pub revision: u32,
}

/// The revision that every row starts with. A record does not name it.
pub const FIRST: u32 = 1;

/// The rows that make a trial's record, each with its revision.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Revisions {
    rows: Vec<RowRevision>,
    /// All of them are first revisions.
    first: bool,
}

impl Revisions {
    #[must_use]
    pub fn new(rows: Vec<RowRevision>) -> Self {
        let first = rows.iter().all(|row| row.revision == FIRST);
        Self { rows, first }
    }

    /// What a record says of them: a line for each row that is not at its first revision, `method adam 2`.
    #[must_use]
    pub fn text(&self) -> String {
        let mut text = String::new();
        for RowRevision { registry, name, revision } in self.rows.iter().filter(|row| row.revision != FIRST) {
            let _ = writeln!(text, "{registry} {name} {revision}");
        }
        text
    }

    /// Whether a record that says `recorded` was made by these revisions. What it says of other rows does not count: it may hold
    /// more than is asked for.
    #[must_use]
    pub fn made(&self, recorded: &str) -> bool {
        if recorded.is_empty() {
            return self.first;
        }
        self.rows.iter().all(|row| recorded_revision(recorded, row) == Some(row.revision))
    }
}

/// The revision of a row in the text of a record; `None` if a line cannot be read.
fn recorded_revision(recorded: &str, row: &RowRevision) -> Option<u32> {
    let mut found = FIRST;
    for line in recorded.lines() {
        let mut words = line.split(' ');
        let (registry, name, revision) = (words.next()?, words.next()?, words.next()?.parse().ok()?);
        if registry == row.registry && name == row.name {
            found = revision;
        }
    }
    Some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(registry: &'static str, name: &'static str, revision: u32) -> RowRevision {
        RowRevision { registry, name, revision }
    }

    #[test]
    fn a_record_names_what_is_not_first() {
        let rows = vec![row("model", "linear", 1), row("method", "adam", 2), row("schedule", "cosine", 13)];
        assert_eq!(Revisions::new(rows.clone()).text(), "method adam 2\nschedule cosine 13\n");
        assert_eq!(Revisions::new(rows[..1].to_vec()).text(), "");
    }

    #[test]
    fn a_record_stands_while_each_of_its_rows_is_what_it_says() {
        let now = |revision| Revisions::new(vec![row("model", "linear", 1), row("method", "adam", revision)]);
        for (recorded, revision) in
            [("", 1), ("method adam 2", 2), ("method adam 2\nmetric mae 7\n", 2), ("metric mae 7", 1)]
        {
            for other in 1..=3 {
                assert_eq!(now(other).made(recorded), other == revision, "{recorded:?}, {other}");
            }
        }
        // Another row of the same name, and other rows of the same registry.
        assert!(now(1).made("schedule adam 2\nmethod sgd 2\n"));
        assert!(!now(1).made("model linear 2"), "an older program does not take a newer record");
        for unreadable in ["method", "method adam", "method adam two", "\n"] {
            assert!(!now(1).made(unreadable), "{unreadable:?}");
        }
    }
}
