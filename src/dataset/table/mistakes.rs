//! The mistakes of a file: all are counted, and the first few are shown.

use std::collections::BTreeMap;
use std::fmt::Display;

use crate::dataset::{DataError, FoundColumns};
use crate::text::visible;

/// The number of mistakes shown that have a place in the file.
const SHOWN: usize = 5;

/// The number of lines shown that are about columns.
const COLUMNS_SHOWN: usize = 12;

/// What stands before the keys that would make a file readable.
pub(super) const READ_BY: &str = "what would read it:";

/// Collects mistakes in any order and keeps the first by line (or row) and column.
pub(in crate::dataset) struct FileMistakes<'a> {
    /// As the experiment writes it.
    path: &'a str,
    /// By (line, column number, order of discovery).
    shown: BTreeMap<(usize, usize, usize), String>,
    count: usize,
    /// What is wrong with whole columns, a line each.
    columns: Vec<String>,
    /// What follows the mistakes: the keys to write.
    hints: Vec<String>,
    /// What other options would mend.
    pub(in crate::dataset) found: FoundColumns,
}

impl<'a> FileMistakes<'a> {
    pub(in crate::dataset) fn new(path: &'a str) -> Self {
        Self {
            path,
            shown: BTreeMap::new(),
            count: 0,
            columns: Vec::new(),
            hints: Vec::new(),
            found: FoundColumns::default(),
        }
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

    /// Adds a line about a whole column, or about several. They follow the mistakes that have a place.
    pub(super) fn add_column(&mut self, message: impl Display) {
        self.columns.push(visible(&message.to_string()).into_owned());
    }

    /// Adds a line that follows all mistakes.
    pub(super) fn hint(&mut self, hint: impl Display) {
        self.hints.push(visible(&hint.to_string()).into_owned());
    }

    /// # Errors
    /// [`DataError::Content`] or [`DataError::Columns`] if there is any mistake: one line for each of the first, "and N more", those about columns, and
    /// the hints.
    pub(in crate::dataset) fn check(&self) -> Result<(), DataError> {
        if self.count == 0 && self.columns.is_empty() {
            return Ok(());
        }
        let line = |message: &String| format!("{}: {message}", visible(self.path));
        let mut lines: Vec<String> = self.shown.values().map(line).collect();
        if self.count > self.shown.len() {
            lines.push(format!("and {} more", self.count - self.shown.len()));
        }
        lines.extend(self.columns.iter().take(COLUMNS_SHOWN).map(line));
        if self.columns.len() > COLUMNS_SHOWN {
            lines.push(format!("and {} more columns", self.columns.len() - COLUMNS_SHOWN));
        }
        lines.extend(self.hints.iter().cloned());
        let message = lines.join("\n");
        Err(match self.found.is_empty() {
            true => DataError::Content(message),
            false => DataError::Columns { message, found: Box::new(self.found.clone()) },
        })
    }

    /// The same with the keys that would read the file, a line each.
    pub(in crate::dataset) fn fatal_with(&self, message: impl Display, keys: &[String]) -> DataError {
        let mut lines = vec![visible(&format!("{}: {message}", self.path)).into_owned(), READ_BY.to_owned()];
        lines.extend(keys.iter().map(|key| format!("  {}", visible(key))));
        DataError::Content(lines.join("\n"))
    }

    /// The error for a mistake after which the file cannot be read further.
    pub(in crate::dataset) fn fatal(&self, message: impl Display) -> DataError {
        DataError::Content(visible(&format!("{}: {message}", self.path)).into_owned())
    }
}
