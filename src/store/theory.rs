//! Theory about problems, stored beside the segments. Each fact is an entry of its own, so a widened grid only adds new ones.

use serde::{Deserialize, Serialize};

use super::error::StoreError;
use super::format::{Format, Unreadable};
use super::hashed_files::list;
use super::store_folder::Store;
use crate::numeric;
use crate::record::{CheckRecord, Id, ProblemRecord};

/// One fact about a problem.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TheoryEntry {
    Problem { problem: Id, record: ProblemRecord },
    SgdLimit { problem: Id, numerics_version: u32, batch_size: u64, limit: Option<f64> },
    Check { problem: Id, check: CheckRecord },
}

impl TheoryEntry {
    /// The problem that it is about.
    #[must_use]
    pub const fn problem(&self) -> Id {
        match self {
            Self::Problem { problem, .. } | Self::SgdLimit { problem, .. } | Self::Check { problem, .. } => *problem,
        }
    }

    /// Whether it is of the current numerics version.
    #[must_use]
    pub const fn is_current(&self) -> bool {
        let version = match self {
            Self::Problem { record, .. } => record.numerics_version,
            Self::SgdLimit { numerics_version, .. } => *numerics_version,
            Self::Check { check, .. } => check.numerics_version,
        };
        version == numeric::VERSION
    }

    /// Whether both state the same fact. They must then be equal to the last bit.
    #[must_use]
    pub fn is_about_the_same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Problem { problem, .. }, Self::Problem { problem: other, .. }) => problem == other,
            (
                Self::SgdLimit { problem, batch_size, .. },
                Self::SgdLimit { problem: other, batch_size: other_size, .. },
            ) => problem == other && batch_size == other_size,
            (Self::Check { problem, check }, Self::Check { problem: other, check: other_check }) => {
                problem == other && check.is_about_the_same(other_check)
            }
            _ => false,
        }
    }
}

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
            entries.extend(decoded.filter(TheoryEntry::is_current));
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

pub(super) fn decode(bytes: Vec<u8>) -> Result<Vec<TheoryEntry>, Unreadable> {
    let format = serde_json::from_slice::<Format>(&bytes).map_err(|_| Unreadable::Damaged)?;
    format.check()?;
    serde_json::from_slice::<TheoryFile<Vec<TheoryEntry>>>(&bytes)
        .map(|file| file.entries)
        .map_err(|_| Unreadable::Damaged)
}
