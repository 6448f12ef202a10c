//! The results folder of an experiment: which files are in it, and which of them reports wrote.

use std::collections::BTreeSet;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use super::error::StoreError;
use super::links::refuse_link;
use super::manifest;

/// Files that comparisons ignore.
pub const COMPARED_APART: &[&str] = &["timing.json"];

/// The subfolders that reports write into.
pub const SUBFOLDERS: &[&str] = &["tables", "plots"];

/// A results folder, and the files that earlier reports wrote into it.
pub struct Results {
    pub(super) folder: PathBuf,
    pub(super) listed: BTreeSet<String>,
}

impl Results {
    /// The results folder at a path. It is created with its first file.
    ///
    /// # Errors
    /// If it is a link, holds somebody else's files and no results, or cannot be read.
    pub fn at(folder: &Path) -> Result<Self, StoreError> {
        refuse_link(folder)?;
        Ok(Self { folder: folder.to_owned(), listed: manifest::listed(folder)? })
    }

    /// Checks that files of these names (relative to the folder, with `/`) can be written.
    ///
    /// # Errors
    /// If somebody else's file has one of the names, or a path cannot be looked at.
    pub fn check<'a>(&self, names: impl IntoIterator<Item = &'a str>) -> Result<(), StoreError> {
        for name in names.into_iter().filter(|name| !self.listed.contains(*name)) {
            let path = self.folder.join(name);
            match fs::symlink_metadata(&path) {
                Ok(_) => return Err(StoreError::taken(&path)),
                Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {}
                Err(error) => return Err(StoreError::new("write", &path, error)),
            }
        }
        Ok(())
    }

    /// Whether a report wrote a file of this name, or could write one.
    #[must_use]
    pub fn writes(&self, name: &str) -> bool {
        self.listed.contains(name) || manifest::is_name(name)
    }
}

/// The files of a results folder, relative to it and sorted. Left out are hidden files, files that comparisons ignore, and names
/// that are not UTF-8, which no report writes.
///
/// # Errors
/// If the folder cannot be listed.
pub fn list_files(folder: &Path) -> Result<Vec<String>, StoreError> {
    let mut files = Vec::new();
    let mut pending: Vec<PathBuf> = vec![folder.to_owned()];
    while let Some(at) = pending.pop() {
        let listing = fs::read_dir(&at).map_err(|error| StoreError::new("list the folder", &at, error))?;
        for entry in listing {
            let entry = entry.map_err(|error| StoreError::new("list the folder", &at, error))?;
            let path = entry.path();
            if entry.file_name().to_string_lossy().starts_with('.') {
                continue;
            }
            match entry.file_type() {
                Ok(kind) if kind.is_dir() => pending.push(path),
                Ok(_) if !path.is_file() => {}
                Ok(_) => {
                    if let Some(relative) = path.strip_prefix(folder).ok().and_then(Path::to_str) {
                        files.push(if cfg!(windows) { relative.replace('\\', "/") } else { relative.to_owned() });
                    }
                }
                Err(_) => {}
            }
        }
    }
    files.retain(|name| !COMPARED_APART.contains(&name.rsplit('/').next().unwrap_or(name)));
    files.sort();
    Ok(files)
}
