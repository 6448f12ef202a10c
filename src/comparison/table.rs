//! A part of a table in memory: columns by name, rows by number.

use crate::store::TableColumn;

/// Some columns of a Parquet table in their order, and some of its rows.
#[derive(Debug, Default, Clone)]
pub struct Table {
    pub columns: Vec<(String, TableColumn)>,
    pub rows: usize,
}

impl Table {
    pub fn get(&self, name: &str) -> Option<&TableColumn> {
        self.columns.iter().find(|(known, _)| known == name).map(|(_, column)| column)
    }

    /// The text of a cell; `None` where it is null, or the column is missing or of numbers.
    pub fn text(&self, name: &str, row: usize) -> Option<&str> {
        match self.get(name)? {
            TableColumn::Text(texts) => texts.get(row),
            _ => None,
        }
    }

    /// The integer of a cell; `None` as there.
    pub fn integer(&self, name: &str, row: usize) -> Option<i64> {
        match self.get(name)? {
            TableColumn::Integer(values) => values.get(row).copied().flatten(),
            _ => None,
        }
    }
}
