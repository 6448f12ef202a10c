//! Tables that are read some rows at a time, so that no comparison holds one whole.

use std::path::Path;

use super::error::CompareError;
use super::table_part::TablePart;
use crate::store::{Column, TableFile, TableFileError};
use crate::text::reason;

/// Rows that are in memory together. Those of a trial take some hundreds of bytes.
pub const WINDOW: usize = 1 << 15;

/// Rows of curves that are in memory together.
pub const CURVE_WINDOW: usize = 1 << 18;

/// Why reading ended.
pub enum Stop {
    Failed(CompareError),
    /// A side of a table is none that the program writes.
    Unreadable {
        file: &'static str,
        side: usize,
        reason: String,
    },
}

impl From<CompareError> for Stop {
    fn from(error: CompareError) -> Self {
        Self::Failed(error)
    }
}

/// Where rows come from.
enum RowSource<'a> {
    File(&'a TableFile, &'a Path),
    #[cfg(test)]
    Memory(&'a TablePart),
}

/// One side of a table.
pub struct TableReader<'a> {
    source: RowSource<'a>,
    /// What it is called, and which side it is.
    pub file: &'static str,
    pub side: usize,
    window: usize,
    layout: &'a [(String, Column)],
    rows: usize,
}

impl<'a> TableReader<'a> {
    pub fn of(table: &'a TableFile, path: &'a Path, file: &'static str, side: usize, window: usize) -> Self {
        let (layout, rows) = (table.layout(), table.rows());
        Self { source: RowSource::File(table, path), file, side, window, layout, rows }
    }

    #[cfg(test)]
    pub fn of_memory(table: &'a TablePart, file: &'static str, side: usize, window: usize) -> Self {
        Self { source: RowSource::Memory(table), file, side, window, layout: &table.columns, rows: table.rows }
    }

    pub const fn rows(&self) -> usize {
        self.rows
    }

    pub const fn window(&self) -> usize {
        self.window
    }

    /// The names of its columns in their order.
    pub fn names(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        self.layout.iter().map(|(name, _)| name.as_str())
    }

    pub fn has(&self, name: &str) -> bool {
        self.names().any(|known| known == name)
    }

    /// Those of some names that it has.
    pub fn among<'n>(&self, names: &[&'n str]) -> Vec<&'n str> {
        names.iter().copied().filter(|name| self.has(name)).collect()
    }

    /// Each column's name and type.
    pub fn layout(&self) -> Vec<String> {
        self.layout.iter().map(|(name, column)| format!("{name}: {}", column.kind())).collect()
    }

    pub fn is_of_integers(&self, name: &str) -> bool {
        self.layout.iter().any(|(known, column)| known == name && matches!(column, Column::Integer(_)))
    }

    pub fn unreadable(&self, reason: impl Into<String>) -> Stop {
        Stop::Unreadable { file: self.file, side: self.side, reason: reason.into() }
    }

    fn read(&self, rows: std::ops::Range<usize>, names: &[&str]) -> Result<TablePart, Stop> {
        let count = rows.len();
        let names = self.among(names);
        let columns = match &self.source {
            RowSource::File(table, path) => table.read(rows, &names).map_err(|error| match error {
                TableFileError::System(error) => CompareError::unreadable(path, reason(&error)).into(),
                TableFileError::Table(error) => self.unreadable(error.to_string()),
            })?,
            #[cfg(test)]
            RowSource::Memory(table) => {
                let rows: Vec<usize> = rows.collect();
                let cut = |name: &&str| Some(((*name).to_owned(), table.get(name)?.take(&rows)));
                names.iter().filter_map(cut).collect()
            }
        };
        Ok(TablePart { columns, rows: count })
    }

    /// Reads some columns, those of them that it has, from the first row to the last; `take` is also told at which row each
    /// part begins.
    pub fn each(
        &self,
        names: &[&str],
        take: &mut dyn FnMut(&TablePart, usize) -> Result<(), Stop>,
    ) -> Result<(), Stop> {
        for start in (0..self.rows).step_by(self.window) {
            take(&self.read(start..self.rows.min(start + self.window), names)?, start)?;
        }
        Ok(())
    }

    /// Some rows in the order in which they are named, of some columns, those of them that it has.
    pub fn gather(&self, rows: &[usize], names: &[&str]) -> Result<TablePart, Stop> {
        let mut ascending: Vec<usize> = rows.to_vec();
        ascending.sort_unstable();
        ascending.dedup();
        let none = self.read(0..0, names)?;
        let mut columns = none.columns;
        for part in ascending.chunk_by(|one, other| one / self.window == other / self.window) {
            let (Some(&first), Some(&last)) = (part.first(), part.last()) else { continue };
            let read = self.read(first..last + 1, names)?;
            let local: Vec<usize> = part.iter().map(|row| row - first).collect();
            let whole = local.len() == read.rows;
            for ((_, all), (_, read)) in columns.iter_mut().zip(read.columns) {
                let read = if whole { read } else { read.take(&local) };
                all.append(read).map_err(|error| self.unreadable(error.to_string()))?;
            }
        }
        if ascending != rows {
            let place = |row: &usize| ascending.binary_search(row).unwrap_or(usize::MAX);
            let places: Vec<usize> = rows.iter().map(place).collect();
            columns.iter_mut().for_each(|(_, column)| *column = column.take(&places));
        }
        Ok(TablePart { columns, rows: rows.len() })
    }

    /// Whether some columns hold the same, row by row, on another side, which has the same ones.
    pub fn has_the_same(&self, other: &Self, names: &[&str]) -> Result<bool, Stop> {
        if self.rows != other.rows {
            return Ok(false);
        }
        for start in (0..self.rows).step_by(self.window) {
            let rows = start..self.rows.min(start + self.window);
            if self.read(rows.clone(), names)?.columns != other.read(rows, names)?.columns {
                return Ok(false);
            }
        }
        Ok(true)
    }
}
