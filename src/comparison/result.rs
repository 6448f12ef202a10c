//! The result of a comparison: which trials and files differ, and whether anything does.

use super::differences::{CombinationDifferences, TrialDifferences};
use super::error::CompareError;
use super::file_difference::{FileChange, FileDifference};
use super::short_text::shortened;
use super::table_reader::Stop;

/// What differs between an old and a new results folder.
#[derive(Debug, Clone)]
pub struct Comparison {
    /// `committed`, `new`
    pub sides: [&'static str; 2],
    pub tolerance: Option<f64>,
    /// Trials whose results were compared, where not all were.
    pub sampled: Option<usize>,
    pub trials: TrialDifferences,
    pub files: Vec<FileDifference>,
    /// Files that were compared.
    pub compared: usize,
    /// Files that were left aside.
    pub aside: usize,
    /// What is no difference and worth a word, one line each.
    pub notes: Vec<String>,
}

impl Comparison {
    /// Whether the trials and the files are the same, as far as they were compared.
    #[must_use]
    pub fn is_same(&self) -> bool {
        self.files.is_empty()
            && self.trials.combinations.iter().all(CombinationDifferences::is_same)
            && !self.versions_differ()
    }

    /// Whether the two sides come from different numerics versions, and no tolerance allows for that.
    #[must_use]
    pub fn versions_differ(&self) -> bool {
        let [old, new] = &self.trials.versions;
        self.tolerance.is_none() && !old.is_empty() && !new.is_empty() && old != new
    }
}

impl Comparison {
    pub(super) fn push(&mut self, file: &str, kind: FileChange) {
        self.files.push(FileDifference { file: file.to_owned(), kind });
    }

    pub(super) fn unreadable(&mut self, file: &str, side: usize, reason: &str) {
        self.push(file, FileChange::Unreadable { side: self.sides[side], reason: shortened(reason) });
    }

    /// What came of reading; `None` where a table could not be read on, which is a difference.
    pub(super) fn unless_unreadable<T>(&mut self, read: Result<T, Stop>) -> Result<Option<T>, CompareError> {
        match read {
            Ok(read) => Ok(Some(read)),
            Err(Stop::Failed(error)) => Err(error),
            Err(Stop::Unreadable { file, side, reason }) => {
                self.unreadable(file, side, &reason);
                Ok(None)
            }
        }
    }
}
