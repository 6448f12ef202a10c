//! Why the store or the results folder could not be read or written.

use std::fmt;
use std::path::{Path, PathBuf};

use super::format::{Format, FormatVersion};
use crate::text::{reason, reason_in_words};

/// A file could not be read or written. The program exits with code 3.
#[derive(Debug, Clone, thiserror::Error)]
#[error("cannot {action} {}: {reason}", path.display())]
pub struct StoreError {
    action: &'static str,
    path: PathBuf,
    reason: String,
}

impl StoreError {
    pub(super) fn new(action: &'static str, path: &Path, error: std::io::Error) -> Self {
        Self { action, path: path.to_owned(), reason: reason(&error) }
    }

    /// Threads could not be started, or a thread failed.
    pub(crate) fn threads(error: &dyn fmt::Display) -> Self {
        Self {
            action: "start threads for",
            path: PathBuf::from("the run"),
            reason: reason_in_words(&error.to_string()),
        }
    }

    /// A file could be read before and is now gone or changed.
    pub(super) fn lost(path: &Path) -> Self {
        Self {
            action: "read again",
            path: path.to_owned(),
            reason: "it is gone, or its bytes do not hash to its name any more".to_owned(),
        }
    }

    /// A file has an unknown format.
    pub(super) fn foreign(path: &Path, found: &Format) -> Self {
        let Format { version, written_by } = found;
        let (oldest, newest) = (FormatVersion::OLDEST_MAJOR, FormatVersion::CURRENT.major);
        let reason = format!(
            "{written_by} wrote it in format {version}, and this version reads formats {oldest} and {newest}: use the version \
             that wrote it, or {}",
            if path.ancestors().any(|folder| folder.ends_with(".sweep/fresh")) {
                "remove the new store that it left with `sweep clean`"
            } else {
                "train into a new store with `sweep run --fresh`"
            }
        );
        Self { action: "read", path: path.to_owned(), reason }
    }

    /// Results are to be written into a folder that holds something else.
    pub(super) fn not_ours(folder: &Path) -> Self {
        let reason = "the folder is not empty, and nothing in it says that this program wrote it (no manifest.txt, no plan.toml \
                      of a report): `-o` names another place for results folders, `name` in the experiment another folder";
        Self { action: "write results into", path: folder.to_owned(), reason: reason.to_owned() }
    }

    /// A file in the place of the manifest is not a manifest.
    pub(super) fn no_manifest(path: &Path) -> Self {
        let reason = "it is not a list of what a report wrote: restore it, or move it away (`-o` names another place for \
                      results folders)";
        Self { action: "go by", path: path.to_owned(), reason: reason.to_owned() }
    }

    /// Somebody else's file is in the place of one that a report writes.
    pub(super) fn taken(path: &Path) -> Self {
        let reason = "manifest.txt does not list it, so no report wrote what is there: move it away, or name another place \
                      for results folders with `-o`";
        Self { action: "replace", path: path.to_owned(), reason: reason.to_owned() }
    }

    /// Content could not be encoded for a file.
    pub(crate) fn encoding(path: &Path, error: &dyn fmt::Display) -> Self {
        Self { action: "encode what belongs in", path: path.to_owned(), reason: error.to_string() }
    }
}
