//! The format of a store's files and the program that wrote them. A file of an unknown format is refused, never guessed at.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::parquet::{self, ParquetError};

/// The format of segments without a format in their metadata: the first one kept it in a column.
const OLDEST: u32 = 1;

const VERSION_KEY: &str = "sweep.format";
const WRITER_KEY: &str = "sweep.written_by";
const WRITER: &str = concat!("sweep ", env!("CARGO_PKG_VERSION"));

/// The format of a file, and the program that wrote the file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Format {
    pub format: u32,
    pub written_by: String,
}

/// Why a file's content was not read although its bytes match its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unreadable {
    /// It is not content that a store writes.
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
    /// Raise this when the columns of a segment change, or the fields of another file of a store.
    pub const CURRENT: u32 = 2;

    pub fn current() -> Self {
        Self { format: Self::CURRENT, written_by: WRITER.to_owned() }
    }

    /// The labels for a table's metadata.
    pub fn labels(self) -> Vec<(String, String)> {
        vec![(VERSION_KEY.to_owned(), self.format.to_string()), (WRITER_KEY.to_owned(), self.written_by)]
    }

    /// The format of a table by its metadata.
    ///
    /// # Errors
    /// If the bytes are not Parquet.
    pub fn of_table(bytes: &[u8]) -> Result<Self, Unreadable> {
        let labels: BTreeMap<String, String> = parquet::labels(bytes)?;
        let written_by = labels.get(WRITER_KEY).map_or("an earlier version", String::as_str).to_owned();
        let format = labels.get(VERSION_KEY).map_or(Ok(OLDEST), |version| version.parse());
        Ok(Self { format: format.map_err(|_| Unreadable::Damaged)?, written_by })
    }

    /// Accepts the current format.
    ///
    /// # Errors
    /// If it is another one.
    pub fn check(self) -> Result<(), Unreadable> {
        if self.format == Self::CURRENT { Ok(()) } else { Err(Unreadable::Foreign(self)) }
    }
}
