//! A new store beside the current one, which replaces it once it is complete.
//!
//! ```text
//! .sweep/fresh/segments/, theory/, …, datasets.json   the new store
//! .sweep/fresh/complete                            once this exists, the new store counts, whatever happens
//! .sweep/old/                                      parts of the replaced store, about to be removed
//! ```

use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use super::atomic::{sync_folder, write_atomically};
use super::error::StoreError;
use super::store_folder::{CHOSEN, KEPT, PREPARATIONS, SEGMENTS, Store, THEORY};
use super::unfinished_files::is_unfinished;
use crate::record::Id;

const PARTS: [&str; 6] = [SEGMENTS, THEORY, CHOSEN, PREPARATIONS, KEPT, "datasets.json"];

impl Store {
    /// The new store of the same folder. Continues an incomplete one.
    #[must_use]
    pub fn fresh(&self) -> Self {
        Self { fresh: true, ..self.clone() }
    }

    /// Replaces the current store by the new one. The caller must hold the lock.
    ///
    /// # Errors
    /// If a file cannot be moved or removed. The next call continues from there.
    pub fn replace_by_fresh(&self) -> Result<(), StoreError> {
        write_atomically(&self.mark(), b"")?;
        self.finish_replacing()
    }

    /// Continues a [`Store::replace_by_fresh`] that was interrupted. Otherwise does nothing.
    ///
    /// # Errors
    /// If a file cannot be moved or removed.
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
            // The mark is removed last, after the moves of the parts are durable.
            sync_folder(&self.root)?;
            remove_ours(&self.mark())?;
            sync_folder(&self.fresh_folder())?;
            remove_ours(&self.fresh_folder())?;
        }
        PARTS.iter().try_for_each(|part| retire(&old.join(part), &self.root.join(part)))?;
        remove_ours(&old)
    }
}

/// Removes a replaced part of a store. Files in it that are not the program's move to the part that replaced it.
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

/// Removes a file of a store; or the files of a store in a folder, and then the folder unless something else is left in it.
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

/// Whether a store writes files or folders of this name.
fn is_ours(name: &str) -> bool {
    let hashed = |ending: &str| name.strip_suffix(ending).is_some_and(|stem| Id::parse(stem).is_some());
    PARTS.contains(&name) || name == "complete" || is_unfinished(name) || hashed(".parquet") || hashed(".json")
}
