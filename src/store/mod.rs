//! What is kept: immutable segments of trial records under `.sweep/`, and the results folder beside it.
//!
//! ```text
//! results/<name>/
//!   report.md, report.html, plan.toml, trials.parquet, curves.parquet, tables/, plots/   what readers open
//!   manifest.txt                                                                       names what of it a report wrote
//!   .gitattributes                                                                     line ends are left alone
//!   timing.json                                                                        read by no comparison
//!   .sweep/segments/<blake3>.parquet                                                   trial records
//!   .sweep/theory/<blake3>.json                                                        problem records, check trials
//!   .sweep/datasets.json                                                               facts about the data
//!   .sweep/fresh/                                                                      a new store, to replace this one
//!   .sweep/lock                                                                        held by the command that writes
//! ```
//!
//! A segment is written whole and named by the hash of its bytes. Nothing is ever appended or changed, so there is no torn
//! tail: a file whose bytes do not hash to its name is not read, and its trials are outstanding again.

mod adopt;
mod archive;
mod atomic;
mod clean;
mod facts;
mod format;
mod fresh;
mod leftovers;
mod links;
mod lock;
mod manifest;
mod merge;
mod parquet;
mod results;
mod segment;
mod space;
mod table_file;
mod tables;
mod theory;

pub use archive::{Archive, StoredCurves};
pub use atomic::{StoreError, write_atomically, write_new};
pub use clean::Unreferenced;
pub use format::{Format, Unreadable};
pub use links::list_links;
pub use lock::{Asked, Lock};
pub use manifest::{MANIFEST, PLAN_HEADER, known as known_files, results_folder_of};
pub use merge::{Merged, Union};
pub use parquet::{Column, ParquetError, decode as decode_table};
pub use results::{COMPARED_APART, Report, Results, list_files};
pub use segment::{decode as decode_segment, encode as encode_segment};
pub use space::free_space;
pub use table_file::{TableFile, TableFileError};
pub use tables::{TableError, write_tables};

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use atomic::Writing;

use crate::record::{Id, TrialRecord};

/// The store of one results folder.
#[derive(Debug, Clone)]
pub struct Store {
    /// `results/<name>/.sweep`
    root: PathBuf,
    /// Whether this is the new store that is to replace the one in place.
    fresh: bool,
}

impl Store {
    /// The store of a results folder; nothing is created yet.
    #[must_use]
    pub fn at(results: &Path) -> Self {
        Self { root: results.join(".sweep"), fresh: false }
    }

    /// Creates the folders of the store, with a `.gitignore` of their own.
    ///
    /// # Errors
    /// Where a folder cannot be created or written.
    pub fn create(&self) -> Result<(), StoreError> {
        for folder in [self.segments(), self.theory()] {
            links::create_folder(self.root.parent().unwrap_or(&self.root), &folder)?;
        }
        let ignore = self.root.join(".gitignore");
        if !ignore.exists() {
            write_atomically(&ignore, b"*\n")?;
        }
        Ok(())
    }

    /// Whether anything was ever stored, as far as one may see: reading what cannot be looked into tells why.
    #[must_use]
    pub fn exists(&self) -> bool {
        !is_missing(&self.segments())
    }

    fn segments(&self) -> PathBuf {
        self.part(fresh::SEGMENTS)
    }

    fn theory(&self) -> PathBuf {
        self.part(fresh::THEORY)
    }

    /// Writes one segment durably.
    ///
    /// # Errors
    /// Where it cannot be written or synced.
    pub fn write_segment(&self, records: &[TrialRecord]) -> Result<(), StoreError> {
        let bytes = segment::encode(records).map_err(|error| StoreError::encoding(&self.segments(), &error))?;
        self.write_named(&self.segments(), &bytes, "parquet")
    }

    fn write_named(&self, folder: &Path, bytes: &[u8], ending: &str) -> Result<(), StoreError> {
        Self::named(folder, bytes, ending)?.persist()
    }

    /// A file that is named by the hash of its bytes, not yet in its place.
    fn named(folder: &Path, bytes: &[u8], ending: &str) -> Result<Writing, StoreError> {
        let name = Id(*blake3::hash(bytes).as_bytes());
        let path = folder.join(format!("{name}.{ending}"));
        let mut writing = Writing::new(&path)?;
        writing.write_all(bytes).map_err(|error| StoreError::new("write", &path, error))?;
        Ok(writing)
    }

    /// The segments, in the order of their names.
    fn segment_files(&self) -> Result<Vec<PathBuf>, StoreError> {
        list(&self.segments(), "parquet")
    }

    /// The bytes of a file that is named by their hash; `None` where they are not those, or it is gone.
    ///
    /// # Errors
    /// Where it cannot be read: that says nothing of what is in it.
    fn sound(path: &Path) -> Result<Option<Vec<u8>>, StoreError> {
        let Some(name) = path.file_stem().and_then(std::ffi::OsStr::to_str).and_then(Id::parse) else {
            return Ok(None);
        };
        match fs::read(path) {
            Ok(bytes) => Ok(Some(bytes).filter(|bytes| name.0 == *blake3::hash(bytes).as_bytes())),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(StoreError::new("read", path, error)),
        }
    }

    /// What such a file holds; `None` where it is damaged, or gone.
    ///
    /// # Errors
    /// Where it cannot be read, or is of a format that is not known here.
    fn contents<T>(
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

/// Whether nothing stands at a path. That it cannot be seen (permissions, a failing disk) says nothing of the kind.
#[must_use]
pub fn is_missing(path: &Path) -> bool {
    use std::io::ErrorKind::{NotADirectory, NotFound};
    fs::metadata(path).is_err_and(|error| matches!(error.kind(), NotFound | NotADirectory))
}

/// The files of a folder with an ending, sorted; none where there is no folder.
fn list(folder: &Path, ending: &str) -> Result<Vec<PathBuf>, StoreError> {
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
        // No pipe, which to open would wait. A link leads to a file that must hash to its name, too.
        let kind = entry.file_type().map_err(failed)?;
        let is_file = kind.is_file() || kind.is_symlink() && path.is_file();
        if path.extension().is_some_and(|extension| extension == ending) && is_file {
            paths.push(path);
        }
    }
    paths.sort();
    Ok(paths)
}
