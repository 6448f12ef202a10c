//! A decoded table: columns by name, rows by number.

use crate::store::{Column, decode_table};

/// The columns of a Parquet table in their order.
#[derive(Debug)]
pub struct Table {
    pub columns: Vec<(String, Column)>,
    pub rows: usize,
}

impl Table {
    /// Decodes all columns, or those that are asked for.
    ///
    /// # Errors
    /// Where the bytes are no Parquet table, or one with columns that the program never writes.
    pub fn decode(bytes: Vec<u8>, columns: Option<&[&str]>) -> Result<Self, String> {
        let columns = decode_table(bytes, columns).map_err(|error| error.to_string())?;
        let rows = columns.first().map_or(0, |(_, column)| column.len());
        Ok(Self { columns, rows })
    }

    pub fn get(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|(known, _)| known == name).map(|(_, column)| column)
    }

    /// The text of a cell; `None` where it is null, or the column is missing or of numbers.
    pub fn text(&self, name: &str, row: usize) -> Option<&str> {
        match self.get(name)? {
            Column::Text(texts) => texts.get(row),
            _ => None,
        }
    }

    /// Each column's name and type.
    pub fn layout(&self) -> Vec<String> {
        self.columns.iter().map(|(name, column)| format!("{name}: {}", column.kind())).collect()
    }
}
