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

/// Decodes the columns of a table, in its order: all of them, or those named in `columns`. Other columns are then not looked at,
/// and a named one that the table lacks is left out.
///
/// # Errors
/// If the bytes are not Parquet, or a column has a type that this program never writes.
pub fn decode(bytes: Vec<u8>, columns: Option<&[&str]>) -> Result<Vec<(String, TableColumn)>, ParquetError> {
    check_footer(&bytes)?;
    let decoded = guarded(move || -> Result<_, ParquetError> {
        let mut reader = ParquetReader::new(Cursor::new(bytes));
        let schema = reader.schema()?;
        let known = schema.iter_names().map(|name| name.to_string());
        let wanted: Vec<String> =
            known.filter(|name| columns.is_none_or(|columns| columns.contains(&name.as_str()))).collect();
        if wanted.is_empty() {
            return Ok(Vec::new());
        }
        series::columns(reader.with_columns(Some(wanted)).read_parallel(ParallelStrategy::None).finish()?)
    });
    decoded.map_err(ParquetError::new)
}
