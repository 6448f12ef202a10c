//! The mistakes of a file: all are counted, and the first few are shown.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Display;

use crate::dataset::DataError;
use crate::text::visible;

/// The number of mistakes shown.
pub(super) const SHOWN: usize = 5;

/// Collects mistakes in any order and keeps the first by line (or row) and column.
pub(in crate::dataset) struct FileMistakes<'a> {
    /// As the experiment writes it.
    path: &'a str,
    /// By (line, column number, order of discovery).
    shown: BTreeMap<(usize, usize, usize), String>,
    count: usize,
    hints: BTreeSet<&'static str>,
}

impl<'a> FileMistakes<'a> {
    pub(in crate::dataset) const fn new(path: &'a str) -> Self {
        Self { path, shown: BTreeMap::new(), count: 0, hints: BTreeSet::new() }
    }

    /// Adds a mistake. Its message is built only if it is among the first so far.
    pub(in crate::dataset) fn add<M: Display>(&mut self, line: usize, column: usize, message: impl FnOnce() -> M) {
        let key = (line, column, self.count);
        self.count += 1;
        if self.shown.len() < SHOWN || self.shown.last_key_value().is_some_and(|(last, _)| key < *last) {
            self.shown.insert(key, visible(&message().to_string()).into_owned());
        }
        if self.shown.len() > SHOWN {
            self.shown.pop_last();
        }
    }

    /// Counts mistakes that are not among the first.
    pub(super) const fn add_unshown(&mut self, count: usize) {
        self.count += count;
    }

    /// Adds a line that follows the mistakes, once.
    pub(super) fn hint(&mut self, hint: &'static str) {
        self.hints.insert(hint);
    }

    /// # Errors
    /// [`DataError::Content`] if there is any mistake: one line for each of the first, "and N more", and the hints.
    pub(in crate::dataset) fn check(&self) -> Result<(), DataError> {
        if self.count == 0 {
            return Ok(());
        }
        let mut lines: Vec<String> =
            self.shown.values().map(|message| format!("{}: {message}", visible(self.path))).collect();
        if self.count > self.shown.len() {
            lines.push(format!("and {} more", self.count - self.shown.len()));
        }
        lines.extend(self.hints.iter().map(|hint| (*hint).to_owned()));
        Err(DataError::Content(lines.join("\n")))
    }

    /// The error for a mistake after which the file cannot be read further.
    pub(in crate::dataset) fn fatal(&self, message: impl Display) -> DataError {
        DataError::Content(visible(&format!("{}: {message}", self.path)).into_owned())
    }
}
