//! Rows of numbers and names, written as columns of a table and read back.

use crate::parquet::{TableColumn, TextColumn};
use crate::record::Id;

/// A column with this name.
pub fn named(name: &str, column: TableColumn) -> (String, TableColumn) {
    (name.to_owned(), column)
}

pub fn ids(ids: impl Iterator<Item = Id>) -> TableColumn {
    let mut column = TextColumn::default();
    ids.for_each(|id| column.push(Some(&id.hex())));
    TableColumn::Text(column)
}

pub fn integers(values: impl Iterator<Item = Option<u64>>) -> TableColumn {
    let signed = |value: u64| i64::try_from(value).unwrap_or(i64::MAX);
    TableColumn::Integer(values.map(|value| value.map(signed)).collect())
}

pub fn floats<'a>(lists: impl Iterator<Item = Option<&'a [f64]>>) -> TableColumn {
    TableColumn::Floats(lists.collect())
}

/// Lists of names, each as JSON: a name may hold any character.
///
/// # Errors
/// If one cannot be encoded.
pub fn names<'a>(lists: impl Iterator<Item = &'a [String]>) -> Result<TableColumn, serde_json::Error> {
    let mut column = TextColumn::default();
    for list in lists {
        column.push(Some(&serde_json::to_string(list)?));
    }
    Ok(TableColumn::Text(column))
}

/// The decoded columns of a table. A column that it lacks is null in every row.
pub struct Rows {
    columns: Vec<(String, TableColumn)>,
}

impl Rows {
    pub const fn new(columns: Vec<(String, TableColumn)>) -> Self {
        Self { columns }
    }

    pub fn len(&self) -> usize {
        self.columns.first().map_or(0, |(_, column)| column.len())
    }

    fn column(&self, name: &str) -> Option<&TableColumn> {
        self.columns.iter().find(|(known, _)| known == name).map(|(_, column)| column)
    }

    pub fn text(&self, name: &str, row: usize) -> Option<&str> {
        match self.column(name)? {
            TableColumn::Text(values) => values.get(row),
            _ => None,
        }
    }

    pub fn id(&self, name: &str, row: usize) -> Option<Id> {
        Id::parse(self.text(name, row)?)
    }

    pub fn names(&self, name: &str, row: usize) -> Option<Vec<String>> {
        serde_json::from_str(self.text(name, row)?).ok()
    }

    pub fn integer(&self, name: &str, row: usize) -> Option<u64> {
        match self.column(name)? {
            TableColumn::Integer(values) => u64::try_from(values.get(row).copied()??).ok(),
            _ => None,
        }
    }

    pub fn floats(&self, name: &str, row: usize) -> Option<Vec<f64>> {
        match self.column(name)? {
            TableColumn::Floats(values) => values.get(row).map(<[f64]>::to_vec),
            _ => None,
        }
    }

    pub fn integers(&self, name: &str, row: usize) -> Option<Vec<u64>> {
        match self.column(name)? {
            TableColumn::Integers(values) => values.get(row).map(<[u64]>::to_vec),
            _ => None,
        }
    }
}
