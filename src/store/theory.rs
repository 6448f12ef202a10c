//! What is known of problems, kept beside the segments: one entry each, so that a widened grid adds what it newly asks for.

use serde::{Deserialize, Serialize};

use super::format::{Format, Unreadable};
use super::{Store, StoreError, list};
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
    /// Reads what is known of problems; entries of other numerics versions are passed over, as is what is damaged: the next
    /// run computes it again.
    ///
    /// # Errors
    /// Where the folder cannot be listed, or a file cannot be read or is of a format that is not known here.
    pub fn read_theory(&self) -> Result<Vec<TheoryEntry>, StoreError> {
        let mut entries = Vec::new();
        for path in list(&self.theory(), "json")? {
            let decoded = Self::contents(&path, decode)?.into_iter().flatten();
            entries.extend(decoded.filter(is_current));
        }
        Ok(entries)
    }

    /// # Errors
    /// Where it cannot be written or synced.
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
