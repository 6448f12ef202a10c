//! What is kept: immutable segments of trial records under `.sweep/`, and the results folder beside it.
//!
//! ```text
//! results/<name>/
//!   report.md, report.html, plan.toml, trials.parquet, curves.parquet, tables/, plots/   what readers open
//!   timing.json                                                                        read by no comparison
//!   .sweep/segments/<blake3>.parquet                                                   trial records
//!   .sweep/theory/<blake3>.json                                                        problem records, check trials
//!   .sweep/lock                                                                        held by the run that writes
//!   .sweep/datasets.json                                                               facts about the data
//! ```
//!
//! A segment is written whole and named by the hash of its bytes. Nothing is ever appended or changed, so there is no torn
//! tail: a file whose bytes do not hash to its name is not read, and its trials are outstanding again.

mod archive;
mod atomic;
mod lock;
mod parquet;
mod results;
mod segment;
mod tables;
mod theory;

pub use archive::{Archive, StoredCurves};
pub use atomic::{StoreError, write_atomically};
pub use lock::{Asked, Lock};
pub use parquet::{Column, ParquetError, decode as decode_table};
pub use results::{COMPARED_APART, Results, list_files};
pub use tables::{TableError, write_tables};
pub use theory::TheoryEntry;

use std::fs;
use std::path::{Path, PathBuf};

use crate::record::{DataFacts, Id, TrialRecord};

/// The store of one results folder.
#[derive(Debug)]
pub struct Store {
    folder: PathBuf,
}

/// The records in a segment's bytes, `None` for a row that holds what we never write. The bytes are taken as they are:
/// that they hash to a name says only that nobody has changed them since.
///
/// # Errors
/// Where they are no segment of this version.
pub fn decode_segment(bytes: Vec<u8>) -> Result<Vec<Option<TrialRecord>>, ParquetError> {
    let segment = segment::Segment::decode(bytes, None)?;
    Ok((0..segment.rows()).map(|row| segment.record(row)).collect())
}

impl Store {
    /// The store of a results folder; nothing is created yet.
    #[must_use]
    pub fn at(results: &Path) -> Self {
        Self { folder: results.join(".sweep") }
    }

    /// Creates the folders of the store, with a `.gitignore` of their own.
    ///
    /// # Errors
    /// Where a folder cannot be created or written.
    pub fn create(&self) -> Result<(), StoreError> {
        for folder in [self.segments(), self.theory()] {
            fs::create_dir_all(&folder).map_err(|error| StoreError::new("create the folder", &folder, error))?;
        }
        let ignore = self.folder.join(".gitignore");
        if !ignore.exists() {
            write_atomically(&ignore, b"*\n")?;
        }
        Ok(())
    }

    fn segments(&self) -> PathBuf {
        self.folder.join("segments")
    }

    fn theory(&self) -> PathBuf {
        self.folder.join("theory")
    }

    /// Writes one segment durably.
    ///
    /// # Errors
    /// Where it cannot be written or synced.
    pub fn write_segment(&self, records: &[TrialRecord]) -> Result<(), StoreError> {
        let bytes = segment::encode(records).map_err(|error| StoreError::encoding(&self.segments(), &error))?;
        self.write_named(&self.segments(), &bytes, "parquet")
    }

    /// Reads what is known of problems.
    ///
    /// # Errors
    /// Where the folder cannot be listed.
    pub fn read_theory(&self) -> Result<Vec<TheoryEntry>, StoreError> {
        let mut entries = Vec::new();
        for bytes in list(&self.theory(), "json")?.iter().filter_map(|path| Self::sound(path)) {
            if let Ok(decoded) = serde_json::from_slice::<Vec<TheoryEntry>>(&bytes) {
                entries.extend(decoded.into_iter().filter(TheoryEntry::is_current));
            }
        }
        Ok(entries)
    }

    /// # Errors
    /// Where it cannot be written or synced.
    pub fn write_theory(&self, entries: &[TheoryEntry]) -> Result<(), StoreError> {
        let bytes = serde_json::to_vec(entries).map_err(|error| StoreError::encoding(&self.theory(), &error))?;
        self.write_named(&self.theory(), &bytes, "json")
    }

    /// Facts about data sets by key, as the last runs saw them.
    #[must_use]
    pub fn read_facts(&self) -> std::collections::BTreeMap<String, DataFacts> {
        fs::read(self.folder.join("datasets.json"))
            .ok()
            .and_then(|bytes| serde_json::from_slice(&bytes).ok())
            .unwrap_or_default()
    }

    /// # Errors
    /// Where it cannot be written or synced.
    pub fn write_facts(&self, facts: &std::collections::BTreeMap<String, DataFacts>) -> Result<(), StoreError> {
        let mut all = self.read_facts();
        all.extend(facts.iter().map(|(key, facts)| (key.clone(), facts.clone())));
        let path = self.folder.join("datasets.json");
        let bytes = serde_json::to_vec_pretty(&all).map_err(|error| StoreError::encoding(&path, &error))?;
        write_atomically(&path, &bytes)
    }

    fn write_named(&self, folder: &Path, bytes: &[u8], ending: &str) -> Result<(), StoreError> {
        let name = Id(*blake3::hash(bytes).as_bytes());
        write_atomically(&folder.join(format!("{name}.{ending}")), bytes)
    }

    /// The segments, in the order of their names.
    fn segment_files(&self) -> Result<Vec<PathBuf>, StoreError> {
        list(&self.segments(), "parquet")
    }

    /// The bytes of a file that is named by their hash; `None` where they are not those.
    fn sound(path: &Path) -> Option<Vec<u8>> {
        let name = path.file_stem().and_then(std::ffi::OsStr::to_str).and_then(Id::parse)?;
        fs::read(path).ok().filter(|bytes| name.0 == *blake3::hash(bytes).as_bytes())
    }
}

/// The files of a folder with an ending, sorted; none where there is no folder.
fn list(folder: &Path, ending: &str) -> Result<Vec<PathBuf>, StoreError> {
    let listing = match fs::read_dir(folder) {
        Ok(listing) => listing,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(StoreError::new("list the folder", folder, error)),
    };
    let mut paths: Vec<PathBuf> = listing
        .filter_map(Result::ok)
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|extension| extension == ending))
        .collect();
    paths.sort();
    Ok(paths)
}
