//! Temporary files that a killed process left behind.

use std::fs;
use std::path::{Path, PathBuf};

use super::atomic::TEMPORARY_PREFIX;
use super::error::StoreError;
use super::results::SUBFOLDERS;
use super::store_folder::{FOLDERS, Store};

impl Store {
    /// The unfinished files in the store and in the results folder. The caller must hold the lock: otherwise another process may
    /// still be writing them.
    #[must_use]
    pub fn unfinished_files(&self) -> Vec<PathBuf> {
        let mut folders = vec![self.root.clone(), self.root.join("fresh")];
        for store in [self.clone(), self.fresh()] {
            folders.extend(FOLDERS.map(|folder| store.part(folder)));
        }
        if let Some(results) = self.root.parent() {
            folders.push(results.to_owned());
            folders.extend(SUBFOLDERS.iter().map(|folder| results.join(folder)));
        }
        folders.sort();
        folders.dedup();
        folders.iter().flat_map(|folder| unfinished(folder)).collect()
    }

    /// Removes the unfinished files.
    ///
    /// # Errors
    /// If one cannot be removed.
    pub fn remove_unfinished_files(&self) -> Result<(), StoreError> {
        self.unfinished_files()
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

/// Whether this is the name of a temporary file: the prefix, and the characters that `tempfile` adds.
pub(super) fn is_unfinished(name: &str) -> bool {
    name.strip_prefix(TEMPORARY_PREFIX)
        .is_some_and(|rest| rest.len() == 6 && rest.bytes().all(|byte| byte.is_ascii_alphanumeric()))
}
