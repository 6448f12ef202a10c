//! A file with typed columns, open: its bytes by their position.

use std::io::{self, Read};
use std::path::Path;

use crate::dataset::DataError;
use crate::dataset::file::DataFile;
use crate::dataset::magic::{self, RECOGNISED_BY};
use crate::parquet::ReadAt;

/// The bytes of a file.
pub(in crate::dataset) struct ColumnarInput<'a> {
    /// As the experiment writes it, or the name of a part.
    pub path: &'a str,
    /// The number of bytes.
    pub size: u64,
    bytes: InputBytes<'a>,
}

enum InputBytes<'a> {
    File(DataFile<'a>),
    Other(&'a dyn ReadAt),
}

impl<'a> ColumnarInput<'a> {
    /// Opens a file.
    ///
    /// # Errors
    /// [`DataError::Unreadable`] if it cannot be opened.
    pub(in crate::dataset) fn open(folder: &Path, path: &'a str) -> Result<Self, DataError> {
        let file = DataFile::open(folder, path)?;
        Ok(Self { path, size: file.size(), bytes: InputBytes::File(file) })
    }

    /// For bytes that need not come from a file. Messages call them by `path`.
    pub(in crate::dataset) fn of(bytes: &'a dyn ReadAt, size: u64, path: &'a str) -> Self {
        Self { path, size, bytes: InputBytes::Other(bytes) }
    }

    /// Returns the result of reading, unless the file changed meanwhile.
    ///
    /// # Errors
    /// That of the result; [`DataError::Unreadable`] if the file changed.
    pub(in crate::dataset) fn unchanged<T>(&self, read: Result<T, DataError>) -> Result<T, DataError> {
        match &self.bytes {
            InputBytes::File(file) => file.unchanged(read),
            InputBytes::Other(_) => read,
        }
    }

    /// Reads the bytes from the first to the last.
    pub(in crate::dataset) const fn reader(&'a self) -> InputReader<'a> {
        InputReader { input: self, at: 0 }
    }

    /// `a Parquet file is expected, this is HDF5: …`: what the file is, by its first bytes, if it is not what was expected; without a
    /// known format it is taken for text.
    pub(in crate::dataset) fn foreign(&self, expected: &str) -> String {
        let mut start = vec![0; usize::try_from(self.size).unwrap_or(usize::MAX).min(RECOGNISED_BY)];
        let start = if self.read_exact_at(&mut start, 0).is_ok() { start } else { Vec::new() };
        match magic::recognised(&start, self.path) {
            Some(format) => format!("{expected} is expected, this is {format}"),
            None => format!("{expected} is expected, this is none; source = \"csv\" reads delimited text"),
        }
    }
}

impl ReadAt for ColumnarInput<'_> {
    fn read_exact_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<()> {
        match &self.bytes {
            InputBytes::File(file) => file.file().read_exact_at(buffer, offset),
            InputBytes::Other(bytes) => bytes.read_exact_at(buffer, offset),
        }
    }
}

/// The bytes of a file, one after the other.
pub(in crate::dataset) struct InputReader<'a> {
    input: &'a ColumnarInput<'a>,
    at: u64,
}

impl Read for InputReader<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = usize::try_from(self.input.size.saturating_sub(self.at)).unwrap_or(usize::MAX);
        let taken = buffer.len().min(left);
        self.input.read_exact_at(&mut buffer[..taken], self.at)?;
        self.at += taken as u64;
        Ok(taken)
    }
}
