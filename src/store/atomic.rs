//! Files appear whole or not at all: temporary file, sync, rename, sync of the folder.

use std::fmt;
use std::io::Write;
use std::path::{Path, PathBuf};

use super::format::Format;
use crate::text::{reason, reason_in_words};

/// A file that could not be read or written: exit code 3.
#[derive(Debug, Clone, thiserror::Error)]
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
        Self {
            action: "start threads for",
            path: PathBuf::from("the run"),
            reason: reason_in_words(&error.to_string()),
        }
    }

    /// A file that could be read before cannot be read now.
    pub(super) fn lost(path: &Path) -> Self {
        Self {
            action: "read again",
            path: path.to_owned(),
            reason: "it is gone, or its bytes do not hash to its name any more".to_owned(),
        }
    }

    /// A file of a format that is not known here.
    pub(super) fn foreign(path: &Path, found: &Format) -> Self {
        let Format { format, written_by } = found;
        let known = Format::CURRENT;
        let reason = format!(
            "{written_by} wrote it in format {format}, and this version reads format {known}: use the version that wrote it, or \
             {}",
            if path.ancestors().any(|folder| folder.ends_with(".sweep/fresh")) {
                "remove the new store that it left with `sweep clean`"
            } else {
                "train into a new store with `sweep run --fresh`"
            }
        );
        Self { action: "read", path: path.to_owned(), reason }
    }

    /// A folder that holds no results, and is to.
    pub(super) fn not_ours(folder: &Path) -> Self {
        let reason = "the folder is not empty, and nothing in it says that this program wrote it (no manifest.txt, no plan.toml \
                      of a report): `-o` names another place for results folders, `name` in the experiment another folder";
        Self { action: "write results into", path: folder.to_owned(), reason: reason.to_owned() }
    }

    /// A manifest that is none.
    pub(super) fn no_manifest(path: &Path) -> Self {
        let reason = "it is not a list of what a report wrote: restore it, or move it away (`-o` names another place for \
                      results folders)";
        Self { action: "go by", path: path.to_owned(), reason: reason.to_owned() }
    }

    /// A file of somebody else's in the place of one that a report writes.
    pub(super) fn taken(path: &Path) -> Self {
        let reason = "manifest.txt does not list it, so no report wrote what is there: move it away, or name another place \
                      for results folders with `-o`";
        Self { action: "replace", path: path.to_owned(), reason: reason.to_owned() }
    }

    pub(crate) fn encoding(path: &Path, error: &dyn fmt::Display) -> Self {
        Self { action: "encode what belongs in", path: path.to_owned(), reason: error.to_string() }
    }
}

/// What the names of files on their way begin with.
pub const WRITING: &str = ".writing-";

/// A file on its way: hidden beside its place until it is whole. Dropped, it leaves nothing.
pub struct Writing {
    file: tempfile::NamedTempFile,
    path: PathBuf,
}

impl Writing {
    /// # Errors
    /// Where the folder cannot be written.
    pub fn new(path: &Path) -> Result<Self, StoreError> {
        let folder = folder_of(path);
        let file = tempfile::Builder::new()
            .prefix(WRITING)
            .tempfile_in(folder)
            .map_err(|error| StoreError::new("write into the folder", folder, error))?;
        Ok(Self { file, path: path.to_owned() })
    }

    /// Where it is until then.
    pub fn path(&self) -> &Path {
        self.file.path()
    }

    /// Puts it in its place, durably.
    ///
    /// # Errors
    /// Where any step fails; the file that was there is then intact.
    pub fn persist(self) -> Result<(), StoreError> {
        let whole = self.sync()?;
        let folder = folder_of(&whole.path).to_owned();
        whole.place()?;
        sync_folder(&folder)
    }

    /// Makes its bytes durable where it is; they take up their room now.
    ///
    /// # Errors
    /// Where any step fails.
    pub fn sync(self) -> Result<Whole, StoreError> {
        let Self { file, path } = self;
        let failed = |error| StoreError::new("write", &path, error);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            file.as_file().set_permissions(std::fs::Permissions::from_mode(0o644)).map_err(failed)?;
        }
        file.as_file().sync_all().map_err(failed)?;
        Ok(Whole { file: file.into_temp_path(), path })
    }
}

/// A file with all its bytes, still hidden beside its place. Dropped, it leaves nothing.
pub struct Whole {
    file: tempfile::TempPath,
    path: PathBuf,
}

impl Whole {
    /// Puts it in its place, which is durable once the folder is synced.
    ///
    /// # Errors
    /// Where it cannot be renamed; the file that was there is then intact.
    pub fn place(self) -> Result<(), StoreError> {
        let Self { file, path } = self;
        file.persist(&path).map_err(|error| StoreError::new("write", &path, error.error))
    }
}

impl Write for Writing {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.file.flush()
    }
}

/// Makes what was created, renamed and removed in a folder durable, where the operating system has a way to.
///
/// # Errors
/// Where it cannot be synced.
#[cfg_attr(not(unix), allow(clippy::unnecessary_wraps, unused_variables))]
pub fn sync_folder(folder: &Path) -> Result<(), StoreError> {
    #[cfg(unix)]
    std::fs::File::open(folder)
        .and_then(|folder| folder.sync_all())
        .map_err(|error| StoreError::new("sync the folder", folder, error))?;
    Ok(())
}

/// The folder that a path lies in.
pub fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Writes a new file durably; `replace` says what happens where one is there already.
///
/// # Errors
/// Where any step fails, or a file is there that is not to be replaced; it is then intact.
pub fn write_new(path: &Path, bytes: &[u8], replace: bool) -> Result<(), StoreError> {
    let mut writing = Writing::new(path)?;
    writing.write_all(bytes).map_err(|error| StoreError::new("write", path, error))?;
    if replace {
        return writing.persist();
    }
    let Whole { file, path } = writing.sync()?;
    file.persist_noclobber(&path).map_err(|error| StoreError::new("write", &path, error.error))?;
    sync_folder(folder_of(&path))
}

/// Replaces a file by `bytes`, durably.
///
/// # Errors
/// Where any step fails; the file that was there is then intact.
pub fn write_atomically(path: &Path, bytes: &[u8]) -> Result<(), StoreError> {
    let mut writing = Writing::new(path)?;
    writing.write_all(bytes).map_err(|error| StoreError::new("write", path, error))?;
    writing.persist()
}
