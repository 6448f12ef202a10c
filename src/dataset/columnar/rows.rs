//! The rows of files with typed columns on their way into a table, and the places that messages give them.

use super::cells::ColumnCells;
use super::kind::ColumnKind;
use crate::dataset::DataError;
use crate::dataset::table::{Assembly, CellValue, ColumnSlot, RowPlace};

/// Takes the rows of one file after another.
pub(in crate::dataset) struct FileRows<'r, 'a> {
    pub(super) assembly: &'r mut Assembly<'a>,
    /// Of each slot, in the file that is read.
    pub kinds: Vec<ColumnKind>,
    /// Whether a number with more digits than f64 holds is rounded.
    pub round: bool,
    /// The rows of all files.
    all: usize,
    reserved: bool,
    /// The rows so far.
    row: usize,
    /// The file and its rows so far, if there are several files.
    part: Option<(&'r str, usize)>,
}

impl<'r, 'a> FileRows<'r, 'a> {
    pub(super) fn new(assembly: &'r mut Assembly<'a>, kinds: Vec<ColumnKind>, round: bool, all: usize) -> Self {
        assembly.stored_as(kinds.iter().map(ColumnKind::width).collect());
        Self { assembly, kinds, round, all, reserved: false, row: 0, part: None }
    }

    pub(super) const fn in_part(&mut self, path: &'r str) {
        self.part = Some((path, 0));
    }

    /// Goes on with the file `path`, whose used columns are of these kinds.
    pub(super) fn begin_part(&mut self, path: &'r str, kinds: Vec<ColumnKind>) {
        self.assembly.stored_as(kinds.iter().map(ColumnKind::width).collect());
        self.kinds = kinds;
        self.in_part(path);
    }

    /// The used columns: the features in order, then the target.
    pub(in crate::dataset) fn slots(&self) -> Vec<ColumnSlot> {
        self.assembly.slots().to_vec()
    }

    /// The name of a column.
    pub(in crate::dataset) fn name(&self, column: usize) -> &'a str {
        self.assembly.name(column)
    }

    /// Reserves memory for the rows of all files, once. A format calls it when it has checked what the file claims.
    ///
    /// # Errors
    /// [`DataError::TooLarge`] if they do not fit in memory.
    pub(in crate::dataset) fn reserve(&mut self) -> Result<(), DataError> {
        if std::mem::replace(&mut self.reserved, true) { Ok(()) } else { self.assembly.reserve(self.all) }
    }

    /// Adds rows, as many as each of `columns` holds, which are the slots in their order.
    ///
    /// # Errors
    /// [`DataError::TooLarge`] if memory is full.
    pub(in crate::dataset) fn cells(&mut self, columns: &[ColumnCells], rows: usize) -> Result<(), DataError> {
        let plain: Option<Vec<&[f64]>> = columns.iter().map(ColumnCells::plain).collect();
        if let Some(plain) = plain
            && self.assembly.takes_plain_numbers()
            && plain.iter().all(|column| column.len() == rows)
        {
            self.plain(rows);
            return self.assembly.plain_columns(&plain);
        }
        for index in 0..rows {
            self.row(|slot, _| columns[slot].cell(index))?;
        }
        Ok(())
    }

    /// Counts rows that are added many at a time.
    pub(super) const fn plain(&mut self, rows: usize) {
        self.row += rows;
        if let Some((_, in_part)) = &mut self.part {
            *in_part += rows;
        }
    }

    /// Adds a row. `cell` gives the cell of each slot, by the slot's number.
    ///
    /// # Errors
    /// [`DataError::TooLarge`] if memory is full.
    pub(in crate::dataset) fn row<'c>(
        &mut self,
        cell: impl Fn(usize, ColumnSlot) -> CellValue<'c>,
    ) -> Result<(), DataError> {
        self.row += 1;
        if let Some((_, row)) = &mut self.part {
            *row += 1;
        }
        let (row, part) = (self.row, self.part);
        let place = |_| match part {
            Some((path, in_part)) => format!("row {row} (row {in_part} of {path})"),
            None => format!("row {row}"),
        };
        self.assembly.row(&RowPlace { place: &place }, cell)
    }
}
