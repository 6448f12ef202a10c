//! Writing a table as Parquet, row group by row group.

use std::io::Write;
use std::sync::PoisonError;

use polars::io::parquet::write::{BatchedWriter, KeyValueMetadata, ParquetMetadataContext};
use polars::prelude::*;

use super::columns::TableColumn;
use super::error::ParquetError;
use super::series::series;

/// How a table is compressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Packing {
    /// For segments, which are written often and read seldom.
    Fast,
    /// For tables that are committed.
    Small,
}

/// Writes a table in row groups.
pub struct TableWriter<W: Write> {
    packing: Packing,
    labels: Vec<(String, String)>,
    state: WriterState<W>,
}

enum WriterState<W: Write> {
    /// Nothing is written yet: the first rows say which columns there are.
    New(W),
    Open(Box<BatchedWriter<W>>),
    Failed,
}

impl<W: Write> TableWriter<W> {
    pub const fn new(out: W, packing: Packing) -> Self {
        Self { packing, labels: Vec::new(), state: WriterState::New(out) }
    }

    /// Puts labels into the table's metadata.
    #[must_use]
    pub fn labelled(self, labels: Vec<(String, String)>) -> Self {
        Self { labels, ..self }
    }

    /// Writes one row group. All row groups must have columns of the same names and types.
    ///
    /// # Errors
    /// If polars refuses the columns, or the bytes cannot be written.
    pub fn write(&mut self, columns: Vec<(String, TableColumn)>) -> Result<(), ParquetError> {
        let height = columns.first().map_or(0, |(_, column)| column.len());
        // Each column is dropped once it is converted, before the next one takes memory.
        let all = columns.into_iter().map(|(name, column)| series(&name, &column).into_column()).collect();
        let frame = DataFrame::new(height, all)?;
        let mut writer = match std::mem::replace(&mut self.state, WriterState::Failed) {
            WriterState::Open(writer) => writer,
            WriterState::New(out) => {
                let compression = match self.packing {
                    Packing::Fast => ParquetCompression::Lz4Raw,
                    Packing::Small => ParquetCompression::Zstd(None),
                };
                ParquetWriter::new(out)
                    .with_compression(compression)
                    .with_statistics(StatisticsOptions::empty())
                    .set_parallel(false)
                    .batched(frame.schema())
                    .map(Box::new)?
            }
            WriterState::Failed => return Err(ParquetError::malformed()),
        };
        writer.write_batch(&frame)?;
        self.state = WriterState::Open(writer);
        Ok(())
    }

    /// Writes the footer. At least one row group must have been written.
    ///
    /// polars would add a schema of its own, which calls texts views; pyarrow then refuses to open, filter, sort or join them.
    /// Parquet's own schema says all there is to say of our columns.
    ///
    /// # Errors
    /// If the bytes cannot be written, or there is no row group.
    pub fn finish(self) -> Result<(), ParquetError> {
        let WriterState::Open(writer) = self.state else { return Err(ParquetError::malformed()) };
        let context = ParquetMetadataContext { arrow_schema: "" };
        let labels = KeyValueMetadata::from_static(self.labels).collect(context)?;
        writer.get_writer().lock().unwrap_or_else(PoisonError::into_inner).end(Some(labels))?;
        Ok(())
    }
}

/// Encodes named columns, which all have the same length, as one table.
///
/// # Errors
/// If polars refuses them.
pub fn encode(
    columns: Vec<(String, TableColumn)>,
    packing: Packing,
    labels: Vec<(String, String)>,
) -> Result<Vec<u8>, ParquetError> {
    let mut bytes = Vec::new();
    let mut writer = TableWriter::new(&mut bytes, packing).labelled(labels);
    writer.write(columns)?;
    writer.finish()?;
    Ok(bytes)
}
