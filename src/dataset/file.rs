//! Opening the file that a data set names.

use std::fs::{self, File};
use std::path::Path;

use super::DataError;
use crate::text::{reason, visible};

/// Opens a regular file for reading and says its size in bytes; `path` is as the experiment writes it.
///
/// # Errors
/// [`DataError::Unreadable`] where it cannot be opened, or is a folder, a pipe or a device: what a pipe holds is gone
/// after one reading, and a device may never end.
pub(super) fn open(folder: &Path, path: &str) -> Result<(File, u64), DataError> {
    let full = folder.join(path);
    let unreadable = |error| cannot_read(path, &error);
    // Before it is opened: to open a pipe waits for somebody to write.
    let found = fs::metadata(&full).map_err(unreadable)?;
    if found.is_dir() {
        // The system's own words.
        fs::read(&full).map_err(unreadable)?;
    }
    if !found.is_file() {
        let reason = "it is not a regular file (a pipe or a device); write what it holds into one";
        return Err(unreadable(std::io::Error::other(reason)));
    }
    let file = File::open(&full).map_err(unreadable)?;
    Ok((file, found.len()))
}

/// `cannot read data.csv: …`
pub(super) fn cannot_read(path: &str, error: &std::io::Error) -> DataError {
    DataError::Unreadable(visible(&format!("cannot read {path}: {}", reason(error))).into_owned())
}
