//! What is wrong with a file: everything is counted, the first few are told.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Display;

use crate::dataset::DataError;
use crate::text::visible;

/// So many mistakes of a file are told.
pub(super) const TOLD: usize = 5;

/// Collects mistakes from anywhere in the file and keeps the first by line (or row) and column.
pub(in crate::dataset) struct Mistakes<'a> {
    /// As written in the experiment.
    path: &'a str,
    /// By (line, column number, order of discovery).
    told: BTreeMap<(usize, usize, usize), String>,
    count: usize,
    hints: BTreeSet<&'static str>,
}

impl<'a> Mistakes<'a> {
    pub(in crate::dataset) const fn new(path: &'a str) -> Self {
        Self { path, told: BTreeMap::new(), count: 0, hints: BTreeSet::new() }
    }

    /// The message is only built where it is among the first so far.
    pub(in crate::dataset) fn add<M: Display>(&mut self, line: usize, column: usize, message: impl FnOnce() -> M) {
        let key = (line, column, self.count);
        self.count += 1;
        if self.told.len() < TOLD || self.told.last_key_value().is_some_and(|(last, _)| key < *last) {
            self.told.insert(key, visible(&message().to_string()).into_owned());
        }
        if self.told.len() > TOLD {
            self.told.pop_last();
        }
    }

    /// Counts mistakes that others before them keep from being told.
    pub(super) const fn add_untold(&mut self, count: usize) {
        self.count += count;
    }

    /// One line said once, after all mistakes.
    pub(super) fn hint(&mut self, hint: &'static str) {
        self.hints.insert(hint);
    }

    /// # Errors
    /// [`DataError::Content`] where there was any mistake: a line for each of the first, "and N more", the hints.
    pub(in crate::dataset) fn check(&self) -> Result<(), DataError> {
        if self.count == 0 {
            return Ok(());
        }
        let mut lines: Vec<String> =
            self.told.values().map(|message| format!("{}: {message}", visible(self.path))).collect();
        if self.count > self.told.len() {
            lines.push(format!("and {} more", self.count - self.told.len()));
        }
        lines.extend(self.hints.iter().map(|hint| (*hint).to_owned()));
        Err(DataError::Content(lines.join("\n")))
    }

    /// The error of a file that ends all further looking.
    pub(in crate::dataset) fn fatal(&self, message: impl Display) -> DataError {
        DataError::Content(visible(&format!("{}: {message}", self.path)).into_owned())
    }
}
