//! The results folder: what readers open, replaced file by file.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use super::atomic::{StoreError, write_atomically};

/// What no comparison reads.
pub const COMPARED_APART: &[&str] = &["timing.json"];

/// Subfolders that the program alone writes: what an earlier experiment left in them is removed.
const OWNED: &[&str] = &["tables", "plots"];

/// Writes files (path relative to the folder, bytes). A file that holds those bytes already is left alone.
///
/// # Errors
/// Where a file cannot be written; those written before it are whole.
pub fn write_results(folder: &Path, files: &[(String, Vec<u8>)]) -> Result<(), StoreError> {
    for (name, bytes) in files {
        let path = folder.join(name);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent).map_err(|error| StoreError::new("create the folder", parent, error))?;
        }
        if fs::read(&path).is_ok_and(|old| old == *bytes) {
            continue;
        }
        write_atomically(&path, bytes)?;
    }
    let written: BTreeSet<&str> = files.iter().map(|(name, _)| name.as_str()).collect();
    for name in list_files(folder)? {
        let owned = OWNED.iter().any(|owned| name.starts_with(&format!("{owned}/")));
        if owned && !written.contains(name.as_str()) {
            let path = folder.join(&name);
            fs::remove_file(&path).map_err(|error| StoreError::new("remove", &path, error))?;
        }
    }
    Ok(())
}

/// The files of a results folder, relative to it, sorted; hidden ones and what is compared apart are left out.
///
/// # Errors
/// Where the folder cannot be listed.
pub fn list_files(folder: &Path) -> Result<Vec<String>, StoreError> {
    let mut files = Vec::new();
    let mut pending: Vec<PathBuf> = vec![folder.to_owned()];
    while let Some(at) = pending.pop() {
        let listing = fs::read_dir(&at).map_err(|error| StoreError::new("list the folder", &at, error))?;
        for entry in listing.filter_map(Result::ok) {
            let path = entry.path();
            if entry.file_name().to_string_lossy().starts_with('.') {
                continue;
            }
            match entry.file_type() {
                Ok(kind) if kind.is_dir() => pending.push(path),
                Ok(_) => {
                    if let Ok(relative) = path.strip_prefix(folder) {
                        files.push(relative.to_string_lossy().replace('\\', "/"));
                    }
                }
                Err(_) => {}
            }
        }
    }
    files.retain(|name| !COMPARED_APART.contains(&name.as_str()));
    files.sort();
    Ok(files)
}
