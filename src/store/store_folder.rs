//! The folder of a store, and where its parts lie.

use std::fs;
use std::path::{Path, PathBuf};

use super::atomic::write_atomically;
use super::error::StoreError;
use super::links::create_folder;

pub const SEGMENTS: &str = "segments";
pub const THEORY: &str = "theory";
pub const CHOSEN: &str = "chosen";
pub const PREPARATIONS: &str = "preparations";
pub const KEPT: &str = "kept";

/// The folders of hashed files.
pub const FOLDERS: [&str; 5] = [SEGMENTS, THEORY, CHOSEN, PREPARATIONS, KEPT];

/// The store of one results folder.
#[derive(Debug, Clone)]
pub struct Store {
    /// `results/<name>/.sweep`
    pub(super) root: PathBuf,
    /// Whether this is the new store that will replace the current one.
    pub(super) fresh: bool,
}

impl Store {
    /// The store of a results folder. Creates nothing.
    #[must_use]
    pub fn at(results: &Path) -> Self {
        Self { root: results.join(".sweep"), fresh: false }
    }

    /// Creates the folders of the store, and a `.gitignore` in it.
    ///
    /// # Errors
    /// If a folder cannot be created or written.
    pub fn create(&self) -> Result<(), StoreError> {
        for folder in FOLDERS {
            create_folder(self.root.parent().unwrap_or(&self.root), &self.part(folder))?;
        }
        let ignore = self.root.join(".gitignore");
        if !ignore.exists() {
            write_atomically(&ignore, b"*\n")?;
        }
        Ok(())
    }

    /// Whether anything was ever stored. A folder that cannot be looked into counts as existing; reading it gives the reason.
    #[must_use]
    pub fn exists(&self) -> bool {
        !is_missing(&self.segments())
    }

    pub(super) fn segments(&self) -> PathBuf {
        self.part(SEGMENTS)
    }

    pub(super) fn theory(&self) -> PathBuf {
        self.part(THEORY)
    }

    /// Where a part of this store lies. While a new store is moving into place, a part may still lie in the new store's folder.
    pub(super) fn part(&self, name: &str) -> PathBuf {
        let (new, here) = (self.fresh_folder().join(name), self.root.join(name));
        if self.fresh || (!here.exists() && self.mark().exists() && new.exists()) { new } else { here }
    }

    /// The folder of the new store.
    pub(super) fn fresh_folder(&self) -> PathBuf {
        self.root.join("fresh")
    }

    /// The file that marks the new store as complete.
    pub(super) fn mark(&self) -> PathBuf {
        self.fresh_folder().join("complete")
    }
}

/// Whether a path does not exist. A path that cannot be looked at (permissions, a failing disk) does not count as missing.
#[must_use]
pub fn is_missing(path: &Path) -> bool {
    use std::io::ErrorKind::{NotADirectory, NotFound};
    fs::metadata(path).is_err_and(|error| matches!(error.kind(), NotFound | NotADirectory))
}
