//! Theory about problems, stored beside the segments. Each fact is an entry of its own, so a widened grid only adds new ones.

use serde::{Deserialize, Serialize};

use super::error::StoreError;
use super::format::{Format, Unreadable};
use super::hashed_files::list;
use super::store_folder::Store;
use crate::numeric;
use crate::record::TheoryEntry;

/// A file of entries.
#[derive(Serialize, Deserialize)]
struct TheoryFile<E> {
    #[serde(flatten)]
    format: Format,
    entries: E,
}

impl Store {
    /// Reads the entries of this numerics version. Damaged files are skipped: the next run computes their entries again.
    ///
    /// # Errors
    /// If the folder cannot be listed, or a file cannot be read or has an unknown format.
    pub fn read_theory(&self) -> Result<Vec<TheoryEntry>, StoreError> {
        let mut entries = Vec::new();
        for path in list(&self.theory(), "json")? {
            let decoded = Self::contents(&path, decode)?.into_iter().flatten();
            entries.extend(decoded.filter(is_current));
        }
        Ok(entries)
    }

    /// Writes entries durably.
    ///
    /// # Errors
    /// If they cannot be written or synced.
    pub fn write_theory(&self, entries: &[TheoryEntry]) -> Result<(), StoreError> {
        self.write_named(&self.theory(), &self.encode_theory(entries)?, "json")
    }

    pub(super) fn encode_theory(&self, entries: &[TheoryEntry]) -> Result<Vec<u8>, StoreError> {
        let file = TheoryFile { format: Format::current(), entries };
        serde_json::to_vec(&file).map_err(|error| StoreError::encoding(&self.theory(), &error))
    }
}

/// Whether an entry was computed with this version of the numerics.
pub(super) const fn is_current(entry: &TheoryEntry) -> bool {
    entry.numerics_version() == numeric::VERSION
}

pub(super) fn decode(bytes: Vec<u8>) -> Result<Vec<TheoryEntry>, Unreadable> {
    let format = serde_json::from_slice::<Format>(&bytes).map_err(|_| Unreadable::Damaged)?;
    format.check()?;
    serde_json::from_slice::<TheoryFile<Vec<TheoryEntry>>>(&bytes)
        .map(|file| file.entries)
        .map_err(|_| Unreadable::Damaged)
}
