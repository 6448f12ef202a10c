//! What is kept: immutable segments of trial records under `.sweep/`, and the results folder beside it.
//!
//! ```text
//! results/<name>/
//!   report.md, report.html, plan.toml, trials.parquet, curves.parquet, tables/, plots/   what readers open
//!   timing.json                                                                        read by no comparison
//!   .sweep/segments/<blake3>.parquet                                                   trial records
//!   .sweep/theory/<blake3>.json                                                        problem records, check trials
//!   .sweep/datasets.json                                                               facts about the data
//! ```
//!
//! A segment is written whole and named by the hash of its bytes. Nothing is ever appended or changed, so there is no torn
//! tail: a file whose bytes do not hash to its name is not read, and its trials are outstanding again.

mod atomic;
mod parquet;
mod results;
mod segment;
mod tables;
mod theory;

pub use atomic::{StoreError, write_atomically};
pub use parquet::{Column, ParquetError, decode as decode_table};
pub use results::{COMPARED_APART, list_files, write_results};
pub use tables::{curves_table, trials_table};
pub use theory::TheoryEntry;

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::record::{DataFacts, Id, Outcome, TrialRecord};
use crate::{numeric, record};

/// The store of one results folder.
#[derive(Debug)]
pub struct Store {
    folder: PathBuf,
}

/// What a store holds.
#[derive(Debug, Default)]
pub struct Records {
    by_id: HashMap<Id, Arc<TrialRecord>>,
    /// Files that were not read since their bytes do not hash to their name, or cannot be decoded.
    pub damaged: Vec<PathBuf>,
    /// Trials of which two records of this numerics version differ: a broken promise.
    pub contradictions: Vec<Id>,
}

impl Records {
    /// The record of a trial, of this numerics version.
    #[must_use]
    pub fn get(&self, id: &Id) -> Option<Arc<TrialRecord>> {
        self.by_id.get(id).cloned()
    }

    /// Adds a record. Of two with one id, completed or diverged beats failed.
    pub fn insert(&mut self, record: TrialRecord) {
        if record.numerics_version != numeric::VERSION {
            return;
        }
        let failed = |record: &TrialRecord| matches!(record.outcome, Outcome::Failed { .. });
        match self.by_id.get(&record.id) {
            Some(known) if failed(known) && !failed(&record) => {
                self.by_id.insert(record.id, Arc::new(record));
            }
            Some(known) if failed(&record) || **known == record => {}
            Some(_) => self.contradictions.push(record.id),
            None => {
                self.by_id.insert(record.id, Arc::new(record));
            }
        }
    }

    #[must_use]
    pub fn len(&self) -> usize {
        self.by_id.len()
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.by_id.is_empty()
    }
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

    /// Reads every record whose segment is sound.
    ///
    /// # Errors
    /// Where the folder cannot be listed.
    pub fn read(&self) -> Result<Records, StoreError> {
        let mut records = Records::default();
        for (path, bytes) in self.sound_files(&self.segments(), "parquet", &mut records.damaged)? {
            match segment::decode(bytes) {
                Ok(decoded) => decoded.into_iter().for_each(|record| records.insert(record)),
                Err(_) => records.damaged.push(path),
            }
        }
        Ok(records)
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
        let mut damaged = Vec::new();
        let mut entries = Vec::new();
        for (_, bytes) in self.sound_files(&self.theory(), "json", &mut damaged)? {
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
        let name = record::Id(*blake3::hash(bytes).as_bytes());
        write_atomically(&folder.join(format!("{name}.{ending}")), bytes)
    }

    /// The files of a folder whose bytes hash to their names, in the order of their names.
    fn sound_files(
        &self,
        folder: &Path,
        ending: &str,
        damaged: &mut Vec<PathBuf>,
    ) -> Result<Vec<(PathBuf, Vec<u8>)>, StoreError> {
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
        let mut sound = Vec::new();
        for path in paths {
            let name = path.file_stem().and_then(std::ffi::OsStr::to_str).and_then(Id::parse);
            match fs::read(&path) {
                Ok(bytes) if name.is_some_and(|name| name.0 == *blake3::hash(&bytes).as_bytes()) => {
                    sound.push((path, bytes));
                }
                _ => damaged.push(path),
            }
        }
        Ok(sound)
    }
}
