//! Files appear whole or not at all: temporary file, sync, rename, sync of the folder.

use std::fmt;
use std::fs::File;
use std::io::Write as _;
use std::path::{Path, PathBuf};

/// A file that could not be read or written: exit code 3.
#[derive(Debug, thiserror::Error)]
#[error("cannot {action} {}: {reason}", path.display())]
pub struct StoreError {
    action: &'static str,
    path: PathBuf,
    reason: String,
}

impl StoreError {
    pub(super) fn new(action: &'static str, path: &Path, error: std::io::Error) -> Self {
        Self { action, path: path.to_owned(), reason: reason(&error) }
    }

    /// Threads could not be started, or one ended badly.
    pub(crate) fn threads(error: &dyn fmt::Display) -> Self {
        Self { action: "start threads for", path: PathBuf::from("the run"), reason: error.to_string() }
    }

    pub(super) fn encoding(path: &Path, error: &dyn fmt::Display) -> Self {
        Self { action: "encode what belongs in", path: path.to_owned(), reason: error.to_string() }
    }
}

/// The operating system's reason without its number.
fn reason(error: &std::io::Error) -> String {
    let text = error.to_string();
    text.split(" (os error").next().unwrap_or(&text).to_lowercase()
}

/// Replaces a file by `bytes`, durably.
///
/// # Errors
/// Where any step fails; the file that was there is then intact.
pub fn write_atomically(path: &Path, bytes: &[u8]) -> Result<(), StoreError> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let failed = |action| move |error| StoreError::new(action, path, error);
    let mut file = tempfile::Builder::new()
        .prefix(".writing-")
        .tempfile_in(folder)
        .map_err(|error| StoreError::new("write into the folder", folder, error))?;
    file.write_all(bytes).map_err(failed("write"))?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        file.as_file().set_permissions(std::fs::Permissions::from_mode(0o644)).map_err(failed("write"))?;
    }
    file.as_file().sync_all().map_err(failed("write"))?;
    file.persist(path).map_err(|error| StoreError::new("write", path, error.error))?;
    #[cfg(unix)]
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(failed("write"))?;
    Ok(())
}
