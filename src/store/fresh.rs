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

use super::leftovers::is_unfinished;
use super::{Store, StoreError, write_atomically};
use crate::record::Id;

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
                retire(&old, &here)?;
                if here.exists() {
                    fs::create_dir_all(self.root.join("old")).map_err(|e| StoreError::new("create", &old, e))?;
                    fs::rename(&here, &old).map_err(|error| StoreError::new("move", &here, error))?;
                }
                fs::rename(&new, &here).map_err(|error| StoreError::new("move", &new, error))?;
                retire(&old, &here)?;
            }
            // The mark goes last of the new folder, and durably after the parts have moved.
            super::atomic::sync_folder(&self.root)?;
            remove_ours(&self.mark())?;
            super::atomic::sync_folder(&self.fresh_folder())?;
            remove_ours(&self.fresh_folder())?;
        }
        PARTS.iter().try_for_each(|part| retire(&old.join(part), &self.root.join(part)))?;
        remove_ours(&old)
    }
}

/// Removes a part of a store that another has replaced. What is not the program's in it moves to the one in place.
fn retire(old: &Path, here: &Path) -> Result<(), StoreError> {
    remove_ours(old)?;
    let Ok(left) = fs::read_dir(old) else { return Ok(()) };
    for entry in left.filter_map(Result::ok) {
        let target = here.join(entry.file_name());
        if !target.exists() {
            fs::rename(entry.path(), &target).map_err(|error| StoreError::new("move", &entry.path(), error))?;
        }
    }
    remove_ours(old)
}

/// Removes a file of a store, or the files of a store in a folder and then the folder, unless something else is in it.
pub(super) fn remove_ours(path: &Path) -> Result<(), StoreError> {
    let failed = |error: std::io::Error| StoreError::new("remove", path, error);
    let removed = match fs::symlink_metadata(path) {
        Ok(found) if found.is_dir() => {
            let mut foreign = false;
            for entry in fs::read_dir(path).map_err(failed)? {
                let entry = entry.map_err(failed)?;
                if is_ours(&entry.file_name().to_string_lossy()) {
                    remove_ours(&entry.path())?;
                    foreign |= fs::symlink_metadata(entry.path()).is_ok();
                } else {
                    foreign = true;
                }
            }
            if foreign { Ok(()) } else { fs::remove_dir(path) }
        }
        Ok(_) => fs::remove_file(path),
        Err(error) => Err(error),
    };
    match removed {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(failed(error)),
        _ => Ok(()),
    }
}

/// Whether a store writes a file or a folder of that name.
fn is_ours(name: &str) -> bool {
    let hashed = |ending: &str| name.strip_suffix(ending).is_some_and(|stem| Id::parse(stem).is_some());
    PARTS.contains(&name) || name == "complete" || is_unfinished(name) || hashed(".parquet") || hashed(".json")
}
