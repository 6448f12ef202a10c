//! A new store beside the one in place, which it replaces once it is complete.
//!
//! ```text
//! .sweep/fresh/segments/, theory/, datasets.json   the new store
//! .sweep/fresh/complete                            from here on the new one counts, whatever happens
//! .sweep/old/                                      parts of the one before, about to be removed
//! ```

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use super::{Store, StoreError, write_atomically};

pub const SEGMENTS: &str = "segments";
pub const THEORY: &str = "theory";
const PARTS: [&str; 3] = [SEGMENTS, THEORY, "datasets.json"];

impl Store {
    /// The new store of the same folder. One that a run left incomplete is gone on with.
    #[must_use]
    pub fn fresh(&self) -> Self {
        Self { fresh: true, ..self.clone() }
    }

    /// Where a part of this store is. While a new store takes its place, each part is the new one or not there yet.
    pub(super) fn part(&self, name: &str) -> PathBuf {
        let (new, here) = (self.fresh_folder().join(name), self.root.join(name));
        if self.fresh || (!here.exists() && self.mark().exists() && new.exists()) { new } else { here }
    }

    pub(super) fn fresh_folder(&self) -> PathBuf {
        self.root.join("fresh")
    }

    fn mark(&self) -> PathBuf {
        self.fresh_folder().join("complete")
    }

    /// Puts the new store in the place of the one before. To be called by the owner of the lock.
    ///
    /// # Errors
    /// Where a file cannot be moved or removed; the next call goes on from there.
    pub fn replace_by_fresh(&self) -> Result<(), StoreError> {
        write_atomically(&self.mark(), b"")?;
        self.finish_replacing()
    }

    /// Goes on where [`Store::replace_by_fresh`] was stopped; does nothing otherwise.
    ///
    /// # Errors
    /// Where a file cannot be moved or removed.
    pub fn finish_replacing(&self) -> Result<(), StoreError> {
        let old = self.root.join("old");
        if self.mark().exists() {
            for part in PARTS {
                let (new, here, old) = (self.fresh_folder().join(part), self.root.join(part), old.join(part));
                if !new.exists() {
                    continue;
                }
                remove(&old)?;
                if here.exists() {
                    fs::create_dir_all(self.root.join("old")).map_err(|e| StoreError::new("create", &old, e))?;
                    fs::rename(&here, &old).map_err(|error| StoreError::new("move", &here, error))?;
                }
                fs::rename(&new, &here).map_err(|error| StoreError::new("move", &new, error))?;
            }
            // The mark goes last of the new folder, and durably after the parts have moved.
            super::atomic::sync_folder(&self.root)?;
            remove(&self.mark())?;
            super::atomic::sync_folder(&self.fresh_folder())?;
            remove(&self.fresh_folder())?;
        }
        remove(&old)
    }
}

/// Removes a file or a folder, if there is one.
fn remove(path: &Path) -> Result<(), StoreError> {
    let removed = if path.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) };
    match removed {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(StoreError::new("remove", path, error)),
        _ => Ok(()),
    }
}
