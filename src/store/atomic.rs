//! Files appear whole or not at all: write a temporary file, sync it, rename it, sync the folder.

use std::io::Write;
use std::path::{Path, PathBuf};

use super::error::StoreError;

/// The names of temporary files begin with this.
pub const TEMPORARY_PREFIX: &str = ".writing-";

/// A file that is being written, hidden beside its final place. If dropped, it disappears.
pub struct TemporaryFile {
    file: tempfile::NamedTempFile,
    path: PathBuf,
}

impl TemporaryFile {
    /// Begins the file for this final place.
    ///
    /// # Errors
    /// If the folder cannot be written.
    pub fn new(path: &Path) -> Result<Self, StoreError> {
        let folder = folder_of(path);
        let file = tempfile::Builder::new()
            .prefix(TEMPORARY_PREFIX)
            .tempfile_in(folder)
            .map_err(|error| StoreError::new("write into the folder", folder, error))?;
        Ok(Self { file, path: path.to_owned() })
    }

    /// Where it is now.
    pub fn path(&self) -> &Path {
        self.file.path()
    }

    /// Puts it in its final place, durably.
    ///
    /// # Errors
    /// If any step fails. A file that was there before is then intact.
    pub fn persist(self) -> Result<(), StoreError> {
        let synced = self.sync()?;
        let folder = folder_of(&synced.path).to_owned();
        synced.place()?;
        sync_folder(&folder)
    }

    /// Makes its bytes durable without moving it. From now on they take up disk space.
    ///
    /// # Errors
    /// If any step fails.
    pub fn sync(self) -> Result<SyncedFile, StoreError> {
        let Self { file, path } = self;
        let failed = |error| StoreError::new("write", &path, error);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            file.as_file().set_permissions(std::fs::Permissions::from_mode(0o644)).map_err(failed)?;
        }
        file.as_file().sync_all().map_err(failed)?;
        Ok(SyncedFile { file: file.into_temp_path(), path })
    }
}

/// A temporary file whose bytes are complete and durable. If dropped, it disappears.
pub struct SyncedFile {
    file: tempfile::TempPath,
    path: PathBuf,
}

impl SyncedFile {
    /// Puts it in its final place. This is durable once the folder is synced.
    ///
    /// # Errors
    /// If it cannot be renamed. A file that was there before is then intact.
    pub fn place(self) -> Result<(), StoreError> {
        let Self { file, path } = self;
        file.persist(&path).map_err(|error| StoreError::new("write", &path, error.error))
    }
}

impl Write for TemporaryFile {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.file.flush()
    }
}

/// Makes created, renamed and removed files of a folder durable, if the operating system supports it.
///
/// # Errors
/// If the folder cannot be synced.
#[cfg_attr(not(unix), allow(clippy::unnecessary_wraps, unused_variables))]
pub fn sync_folder(folder: &Path) -> Result<(), StoreError> {
    #[cfg(unix)]
    std::fs::File::open(folder)
        .and_then(|folder| folder.sync_all())
        .map_err(|error| StoreError::new("sync the folder", folder, error))?;
    Ok(())
}

/// The folder that contains a path.
pub fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Writes a file durably. `replace` says whether it may replace an existing one.
///
/// # Errors
/// If any step fails, or a file exists that must not be replaced. That file is then intact.
pub fn write_new(path: &Path, bytes: &[u8], replace: bool) -> Result<(), StoreError> {
    let mut temporary = TemporaryFile::new(path)?;
    temporary.write_all(bytes).map_err(|error| StoreError::new("write", path, error))?;
    if replace {
        return temporary.persist();
    }
    let SyncedFile { file, path } = temporary.sync()?;
    file.persist_noclobber(&path).map_err(|error| StoreError::new("write", &path, error.error))?;
    sync_folder(folder_of(&path))
}

/// Writes or replaces a file durably.
///
/// # Errors
/// If any step fails. A file that was there before is then intact.
pub fn write_atomically(path: &Path, bytes: &[u8]) -> Result<(), StoreError> {
    let mut temporary = TemporaryFile::new(path)?;
    temporary.write_all(bytes).map_err(|error| StoreError::new("write", path, error))?;
    temporary.persist()
}
