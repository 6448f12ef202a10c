//! Reads tables in windows of rows, so that no comparison holds a whole table in memory.

use std::path::Path;

use super::error::CompareError;
use super::table_part::TablePart;
use crate::store::{TableColumn, TableFile, TableFileError};
use crate::text::reason;

/// The rows of trials in memory at a time. Each takes some hundreds of bytes.
pub const WINDOW: usize = 1 << 15;

/// The rows of curves in memory at a time.
pub const CURVE_WINDOW: usize = 1 << 18;

/// Why reading stopped.
pub enum Stop {
    Failed(CompareError),
    /// The table of one side is not one that the program writes.
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

/// The source of the rows.
enum RowSource<'a> {
    File(&'a TableFile, &'a Path),
    #[cfg(test)]
    Memory(&'a TablePart),
}

/// The table of one side.
pub struct TableReader<'a> {
    source: RowSource<'a>,
    /// The table's file name, and the side: 0 is old, 1 is new.
    pub file: &'static str,
    pub side: usize,
    window: usize,
    layout: &'a [(String, TableColumn)],
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

    /// The names of the columns in their order.
    pub fn names(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        self.layout.iter().map(|(name, _)| name.as_str())
    }

    pub fn has(&self, name: &str) -> bool {
        self.names().any(|known| known == name)
    }

    /// Those of the names that the table has.
    pub fn among<'n>(&self, names: &[&'n str]) -> Vec<&'n str> {
        names.iter().copied().filter(|name| self.has(name)).collect()
    }

    /// The name and type of each column.
    pub fn layout(&self) -> Vec<String> {
        self.layout.iter().map(|(name, column)| format!("{name}: {}", column.kind())).collect()
    }

    /// The type of a column in words. `None` if there is no such column.
    pub fn kind(&self, name: &str) -> Option<&'static str> {
        self.layout.iter().find(|(known, _)| known == name).map(|(_, column)| column.kind())
    }

    pub fn is_of_integers(&self, name: &str) -> bool {
        self.layout.iter().any(|(known, column)| known == name && matches!(column, TableColumn::Integer(_)))
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

    /// Reads some columns from the first row to the last, part by part. Missing columns are skipped. `take` receives
    /// each part and the number of its first row.
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

    /// Reads the given rows, in the given order, of some columns. Missing columns are skipped.
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

    /// Whether some columns have the same values, row by row, as those of another table with the same columns.
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
