//! Reading a table that is in memory as a whole.

use std::collections::BTreeMap;
use std::io::Cursor;

use polars::io::parquet::read::ParallelStrategy;
use polars::prelude::*;

use super::columns::TableColumn;
use super::error::ParquetError;
use super::footer::check_footer;
use super::panics::guarded;
use super::series;

/// The labels in a table's metadata.
///
/// # Errors
/// If the bytes are not Parquet.
pub fn labels(bytes: &[u8]) -> Result<BTreeMap<String, String>, ParquetError> {
    check_footer(bytes)?;
    let read = guarded(|| -> PolarsResult<BTreeMap<String, String>> {
        let mut reader = ParquetReader::new(Cursor::new(bytes));
        let labels = reader.get_metadata()?.key_value_metadata().iter().flatten();
        Ok(labels.map(|label| (label.key.clone(), label.value.clone().unwrap_or_default())).collect())
    });
    read.map_err(ParquetError::new)
}

/// Decodes the columns of a table: all of them, or those named in `columns`.
///
/// # Errors
/// If the bytes are not Parquet, or a column is missing or has a type that this program never writes.
pub fn decode(bytes: Vec<u8>, columns: Option<&[&str]>) -> Result<Vec<(String, TableColumn)>, ParquetError> {
    let columns = columns.map(|names| names.iter().map(|name| (*name).to_owned()).collect());
    check_footer(&bytes)?;
    let decoded = guarded(move || -> Result<_, ParquetError> {
        let reader = ParquetReader::new(Cursor::new(bytes));
        series::columns(reader.with_columns(columns).read_parallel(ParallelStrategy::None).finish()?)
    });
    decoded.map_err(ParquetError::new)
}
