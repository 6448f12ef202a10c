//! A part of a table in memory: columns by name, rows by number.

use crate::store::Column;

/// Some columns of a Parquet table in their order, and some of its rows.
#[derive(Debug, Default, Clone)]
pub struct TablePart {
    pub columns: Vec<(String, Column)>,
    pub rows: usize,
}

impl TablePart {
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

    /// The integer of a cell; `None` as there.
    pub fn integer(&self, name: &str, row: usize) -> Option<i64> {
        match self.get(name)? {
            Column::Integer(values) => values.get(row).copied().flatten(),
            _ => None,
        }
    }
}
