//! A part of a table in memory: columns by name, rows by number.

use crate::store::TableColumn;

/// Some columns and some rows of a Parquet table. The columns are in the order of the table.
#[derive(Debug, Default, Clone)]
pub struct TablePart {
    pub columns: Vec<(String, TableColumn)>,
    pub rows: usize,
}

impl TablePart {
    pub fn get(&self, name: &str) -> Option<&TableColumn> {
        self.columns.iter().find(|(known, _)| known == name).map(|(_, column)| column)
    }

    /// The text of a cell. `None` if it is null, or if there is no such column of text.
    pub fn text(&self, name: &str, row: usize) -> Option<&str> {
        match self.get(name)? {
            TableColumn::Text(texts) => texts.get(row),
            _ => None,
        }
    }

    /// The integer of a cell. `None` if it is null, or if there is no such column of integers.
    pub fn integer(&self, name: &str, row: usize) -> Option<i64> {
        match self.get(name)? {
            TableColumn::Integer(values) => values.get(row).copied().flatten(),
            _ => None,
        }
    }
}
