//! What a process that was killed leaves behind: files on their way that never arrived.

use std::fs;
use std::path::{Path, PathBuf};

use super::atomic::WRITING;
use super::results::OWNED;
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
            folders.extend(OWNED.iter().map(|owned| results.join(owned)));
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
    let named = |entry: &fs::DirEntry| entry.file_name().to_string_lossy().starts_with(WRITING);
    let Ok(listing) = fs::read_dir(folder) else { return Vec::new() };
    listing.filter_map(Result::ok).filter(named).map(|entry| entry.path()).collect()
}
