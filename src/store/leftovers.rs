//! What a process that was killed leaves behind: files on their way that never arrived.

use std::fs;
use std::path::{Path, PathBuf};

use super::atomic::WRITING;
use super::results::SUBFOLDERS;
use super::{Store, StoreError};

impl Store {
    /// The unfinished files in the store and in the results folder. Only where nobody else writes are they leftovers: to
    /// be called by the owner of the lock.
    #[must_use]
    pub fn leftovers(&self) -> Vec<PathBuf> {
        let mut folders = vec![self.root.clone(), self.root.join("fresh")];
        for store in [self.clone(), self.fresh()] {
            folders.extend([store.segments(), store.theory()]);
        }
        if let Some(results) = self.root.parent() {
            folders.push(results.to_owned());
            folders.extend(SUBFOLDERS.iter().map(|folder| results.join(folder)));
        }
        folders.sort();
        folders.dedup();
        folders.iter().flat_map(|folder| unfinished(folder)).collect()
    }

    /// Removes them.
    ///
    /// # Errors
    /// Where one cannot be removed.
    pub fn remove_leftovers(&self) -> Result<(), StoreError> {
        self.leftovers()
            .iter()
            .try_for_each(|path| fs::remove_file(path).map_err(|error| StoreError::new("remove", path, error)))
    }
}

fn unfinished(folder: &Path) -> Vec<PathBuf> {
    let Ok(listing) = fs::read_dir(folder) else { return Vec::new() };
    let ours = |entry: &fs::DirEntry| {
        is_unfinished(&entry.file_name().to_string_lossy()) && entry.file_type().is_ok_and(|kind| kind.is_file())
    };
    listing.filter_map(Result::ok).filter(ours).map(|entry| entry.path()).collect()
}

/// Whether a file on its way has such a name: the prefix, and what `tempfile` adds to it.
pub(super) fn is_unfinished(name: &str) -> bool {
    name.strip_prefix(WRITING)
        .is_some_and(|rest| rest.len() == 6 && rest.bytes().all(|byte| byte.is_ascii_alphanumeric()))
}
