//! The format of what a store holds, and who wrote it: a file of a format that is not known is refused, not guessed at.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::parquet::{self, ParquetError};

/// Segments without a format in their metadata had it in a column.
const OLDEST: u32 = 1;

const VERSION_KEY: &str = "sweep.format";
const WRITER_KEY: &str = "sweep.written_by";
const WRITER: &str = concat!("sweep ", env!("CARGO_PKG_VERSION"));

/// A format, and the program that wrote it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Format {
    pub format: u32,
    pub written_by: String,
}

/// Why the content of a file was not read, although its bytes are those that were written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unreadable {
    /// It is not what a store holds.
    Damaged,
    /// Another version of the program wrote it.
    Foreign(Format),
}

impl From<ParquetError> for Unreadable {
    fn from(_: ParquetError) -> Self {
        Self::Damaged
    }
}

impl Format {
    /// Raised where the columns of a segment, or the fields of another file of a store, change.
    pub const CURRENT: u32 = 2;

    pub fn current() -> Self {
        Self { format: Self::CURRENT, written_by: WRITER.to_owned() }
    }

    /// As metadata of a table.
    pub fn labels(self) -> Vec<(String, String)> {
        vec![(VERSION_KEY.to_owned(), self.format.to_string()), (WRITER_KEY.to_owned(), self.written_by)]
    }

    /// The format of a table by its metadata.
    ///
    /// # Errors
    /// Where the bytes are not Parquet.
    pub fn of_table(bytes: &[u8]) -> Result<Self, Unreadable> {
        let labels: BTreeMap<String, String> = parquet::labels(bytes)?;
        let written_by = labels.get(WRITER_KEY).map_or("an earlier version", String::as_str).to_owned();
        let format = labels.get(VERSION_KEY).map_or(Ok(OLDEST), |version| version.parse());
        Ok(Self { format: format.map_err(|_| Unreadable::Damaged)?, written_by })
    }

    /// # Errors
    /// Where it is not the one that is read here.
    pub fn check(self) -> Result<(), Unreadable> {
        if self.format == Self::CURRENT { Ok(()) } else { Err(Unreadable::Foreign(self)) }
    }
}
