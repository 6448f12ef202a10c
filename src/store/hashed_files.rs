//! The files of a store, each named by the hash of its bytes.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use super::atomic::TemporaryFile;
use super::error::StoreError;
use super::format::Unreadable;
use super::segment;
use super::store_folder::Store;
use crate::record::{Id, TrialRecord};

impl Store {
    /// Writes one segment durably.
    ///
    /// # Errors
    /// If it cannot be written or synced.
    pub fn write_segment(&self, records: &[TrialRecord]) -> Result<(), StoreError> {
        let bytes = segment::encode(records).map_err(|error| StoreError::encoding(&self.segments(), &error))?;
        self.write_named(&self.segments(), &bytes, "parquet")
    }

    pub(super) fn write_named(&self, folder: &Path, bytes: &[u8], ending: &str) -> Result<(), StoreError> {
        Self::named(folder, bytes, ending)?.persist()
    }

    /// A file named by the hash of its bytes, written and not yet in its place.
    pub(super) fn named(folder: &Path, bytes: &[u8], ending: &str) -> Result<TemporaryFile, StoreError> {
        let name = Id(*blake3::hash(bytes).as_bytes());
        let path = folder.join(format!("{name}.{ending}"));
        let mut file = TemporaryFile::new(&path)?;
        file.write_all(bytes).map_err(|error| StoreError::new("write", &path, error))?;
        Ok(file)
    }

    /// The paths of the segments, sorted by name.
    pub(super) fn segment_files(&self) -> Result<Vec<PathBuf>, StoreError> {
        list(&self.segments(), "parquet")
    }

    /// The bytes of a file named by their hash; `None` if they do not match the name, or the file is gone.
    ///
    /// # Errors
    /// If the file cannot be read. Its content is then unknown.
    pub(super) fn sound(path: &Path) -> Result<Option<Vec<u8>>, StoreError> {
        let Some(name) = path.file_stem().and_then(std::ffi::OsStr::to_str).and_then(Id::parse) else {
            return Ok(None);
        };
        match fs::read(path) {
            Ok(bytes) => Ok(Some(bytes).filter(|bytes| name.0 == *blake3::hash(bytes).as_bytes())),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(StoreError::new("read", path, error)),
        }
    }

    /// The decoded content of such a file; `None` if it is damaged or gone.
    ///
    /// # Errors
    /// If it cannot be read, or has an unknown format.
    pub(super) fn contents<T>(
        path: &Path,
        decode: impl FnOnce(Vec<u8>) -> Result<T, Unreadable>,
    ) -> Result<Option<T>, StoreError> {
        match Self::sound(path)?.map(decode) {
            Some(Ok(contents)) => Ok(Some(contents)),
            Some(Err(Unreadable::Foreign(format))) => Err(StoreError::foreign(path, &format)),
            Some(Err(Unreadable::Damaged)) | None => Ok(None),
        }
    }
}

/// The files of a folder with this ending, sorted. Empty if there is no folder.
pub(super) fn list(folder: &Path, ending: &str) -> Result<Vec<PathBuf>, StoreError> {
    let listing = match fs::read_dir(folder) {
        Ok(listing) => listing,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(StoreError::new("list the folder", folder, error)),
    };
    let mut paths = Vec::new();
    for entry in listing {
        let failed = |error| StoreError::new("list the folder", folder, error);
        let entry = entry.map_err(failed)?;
        let path = entry.path();
        // Pipes are skipped, because opening one would wait. A link is fine: its target must also hash to the name.
        let kind = entry.file_type().map_err(failed)?;
        let is_file = kind.is_file() || kind.is_symlink() && path.is_file();
        if path.extension().is_some_and(|extension| extension == ending) && is_file {
            paths.push(path);
        }
    }
    paths.sort();
    Ok(paths)
}
