//! Creating folders without following symbolic links inside a results folder. Links are followed only above it, up to the folder
//! that `-o` names: a results folder from somebody's repository must not lead writes elsewhere.

use std::fs;
use std::io::{Error, ErrorKind};
use std::path::Path;

use super::atomic::{folder_of, sync_folder};
use super::error::StoreError;

/// Creates `folder`, which is the results folder `results` or lies inside it, and all folders above it.
///
/// # Errors
/// If it cannot be created, or a path from `results` to it is a symbolic link.
pub fn create_folder(results: &Path, folder: &Path) -> Result<(), StoreError> {
    if let Some(outer) = results.parent() {
        create_all(outer)?;
    }
    let mut inside: Vec<&Path> = folder.ancestors().take_while(|path| path.starts_with(results)).collect();
    inside.reverse();
    for path in inside {
        refuse_link(path)?;
        create(path)?;
    }
    Ok(())
}

/// Creates a folder and all folders above it.
fn create_all(path: &Path) -> Result<(), StoreError> {
    let missing: Vec<&Path> =
        path.ancestors().take_while(|path| !path.as_os_str().is_empty() && !path.is_dir()).collect();
    missing.into_iter().rev().try_for_each(create)
}

/// Creates a folder, durably.
fn create(path: &Path) -> Result<(), StoreError> {
    match fs::create_dir(path) {
        Ok(()) => sync_folder(folder_of(path)),
        Err(error) if error.kind() == ErrorKind::AlreadyExists && path.is_dir() => Ok(()),
        Err(error) => Err(StoreError::new("create the folder", path, error)),
    }
}

/// Refuses a symbolic link.
///
/// # Errors
/// If the path is one.
pub fn refuse_link(path: &Path) -> Result<(), StoreError> {
    if fs::symlink_metadata(path).is_ok_and(|found| found.file_type().is_symlink()) {
        let reason = "it is a symbolic link, and nothing is written through a link inside a results folder: put a folder or \
                      a file in its place (-o names another place for all results)";
        return Err(StoreError::new("write into", path, Error::other(reason)));
    }
    Ok(())
}

/// The symbolic links in a results folder, relative to it and sorted. Hidden ones are left out. No link is followed.
///
/// # Errors
/// If the folder cannot be listed.
pub fn list_links(folder: &Path) -> Result<Vec<String>, StoreError> {
    let mut links = Vec::new();
    let mut pending = vec![folder.to_owned()];
    while let Some(at) = pending.pop() {
        let failed = |error| StoreError::new("list the folder", &at, error);
        for entry in fs::read_dir(&at).map_err(failed)? {
            let entry = entry.map_err(failed)?;
            let (path, kind) = (entry.path(), entry.file_type().map_err(failed)?);
            if entry.file_name().to_string_lossy().starts_with('.') {
                continue;
            }
            if kind.is_dir() {
                pending.push(path);
            } else if kind.is_symlink()
                && let Ok(relative) = path.strip_prefix(folder)
            {
                links.push(relative.to_string_lossy().replace('\\', "/"));
            }
        }
    }
    links.sort();
    Ok(links)
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn links_are_followed_above_a_results_folder_only() {
        let place = tempfile::tempdir().unwrap();
        let path = |name: &str| place.path().join(name);
        fs::create_dir_all(path("disk/elsewhere")).unwrap();
        std::os::unix::fs::symlink(path("disk"), path("results")).unwrap();
        let results = path("results/e");
        create_folder(&results, &results.join("tables")).unwrap();
        assert!(path("disk/e/tables").is_dir());
        std::os::unix::fs::symlink(path("disk/elsewhere"), results.join("plots")).unwrap();
        for folder in ["plots", "plots/deeper"] {
            let error = create_folder(&results, &results.join(folder)).unwrap_err().to_string();
            assert!(error.contains("symbolic link"), "{error}");
        }
        std::os::unix::fs::symlink(path("disk/elsewhere"), path("results/f")).unwrap();
        assert!(create_folder(&path("results/f"), &path("results/f")).is_err());
        assert_eq!(fs::read_dir(path("disk/elsewhere")).unwrap().count(), 0);
    }

    #[test]
    fn links_are_listed_and_none_is_followed() {
        let place = tempfile::tempdir().unwrap();
        let path = |name: &str| place.path().join(name);
        fs::create_dir_all(path("e/tables")).unwrap();
        fs::create_dir_all(path("e/.sweep")).unwrap();
        fs::write(path("e/report.md"), "x").unwrap();
        for (target, link) in [(".", "loop"), ("none", "tables/dangling.csv"), ("..", "plots"), ("..", ".sweep/hidden")]
        {
            std::os::unix::fs::symlink(target, path("e").join(link)).unwrap();
        }
        assert_eq!(list_links(&path("e")).unwrap(), ["loop", "plots", "tables/dangling.csv"]);
    }
}
