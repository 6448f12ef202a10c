//! The result of a comparison: which trials and files differ, and whether anything does.

use super::differences::{CombinationDifferences, TrialDifferences};
use super::error::CompareError;
use super::file_difference::{FileChange, FileDifference};
use super::short_text::shortened;
use super::table_reader::Stop;

/// The differences between an old and a new results folder.
#[derive(Debug, Clone)]
pub struct Comparison {
    /// The names of the sides: `committed`, `new`.
    pub sides: [&'static str; 2],
    pub tolerance: Option<f64>,
    /// The number of trials that were compared, if only a sample was.
    pub sampled: Option<usize>,
    pub trials: TrialDifferences,
    pub files: Vec<FileDifference>,
    /// The number of files that were compared.
    pub compared: usize,
    /// The number of files that were left aside under a tolerance.
    pub aside: usize,
    /// Remarks that are not differences, one line each.
    pub notes: Vec<String>,
}

impl Comparison {
    /// Whether all compared trials and files are the same.
    #[must_use]
    pub fn is_same(&self) -> bool {
        self.files.is_empty()
            && self.trials.combinations.iter().all(CombinationDifferences::is_same)
            && !self.versions_differ()
    }

    /// Whether the two sides come from different numerics versions, unless there is a tolerance.
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

    /// The result of reading. A table that cannot be read is recorded as a difference, and `None` is returned.
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
