//! Assembles a data set from the cells of its rows.

use std::borrow::Cow;

use super::cells::{CellValue, ColumnSlot, RowPlace, quoted};
use super::choice::{ColumnChoice, FileHeader};
use super::keys::{MissingCells, TableOptions};
use super::levels::{Levels, MOST_LEVELS, SlotPlace, expand, fill_single_levels};
use super::mistakes::FileMistakes;
use super::text_cells::TextCells;
use crate::dataset::{DataError, Dataset, DatasetSize, fingerprint, memory_check};
use crate::memory::{self, AvailableMemory, fallible};
use crate::numeric::Matrix;

/// Memory is checked again after this many numbers.
pub(super) const CHECK_AFTER: usize = 1 << 22;

/// Builds a data set row by row.
///
/// It takes 8 bytes for each number of the result, and nothing else grows with the rows. While rows come in, a category takes
/// one number, the code of its level. At the end the rows are expanded in place.
pub(in crate::dataset) struct Assembly<'a> {
    pub(super) options: &'a TableOptions,
    header: &'a FileHeader<'a>,
    pub mistakes: FileMistakes<'a>,
    /// The features in order, then the target.
    slots: Vec<ColumnSlot>,
    /// The number of features in the file.
    pub(super) width: usize,
    texts: Vec<TextCells>,
    levels: Vec<Levels>,
    /// `[rows kept, features of the file]`
    pub(super) values: Vec<f64>,
    pub(super) target: Vec<f64>,
    rows: usize,
    /// Memory is checked again at this many numbers.
    pub(super) next_check: usize,
}

impl<'a> Assembly<'a> {
    /// For the chosen columns. Mistakes of the choice itself are reported together with those of the rows.
    pub(in crate::dataset) fn new(
        header: &'a FileHeader<'a>,
        choice: &ColumnChoice,
        options: &'a TableOptions,
        mistakes: FileMistakes<'a>,
    ) -> Self {
        let features = choice.features.iter().map(|&(column, one_hot)| ColumnSlot { column, one_hot });
        let slots: Vec<ColumnSlot> =
            features.chain(choice.target.map(|column| ColumnSlot { column, one_hot: false })).collect();
        Self {
            options,
            header,
            mistakes,
            texts: slots.iter().map(|_| TextCells::default()).collect(),
            levels: slots.iter().map(|_| Levels::default()).collect(),
            slots,
            width: choice.features.len(),
            values: Vec::new(),
            target: Vec::new(),
            rows: 0,
            next_check: CHECK_AFTER,
        }
    }

    /// The used columns: the features in order, then the target.
    pub(in crate::dataset) fn slots(&self) -> &[ColumnSlot] {
        &self.slots
    }

    /// The name of a column of the file.
    pub(in crate::dataset) fn name(&self, column: usize) -> &'a str {
        &self.header.names[column]
    }

    /// The path of the file, as the experiment writes it.
    pub(in crate::dataset) fn path(&self) -> &'a str {
        &self.options.path
    }

    /// Adds a row. `cell` gives the cell of each slot, by the slot's number. A bad cell becomes a mistake.
    ///
    /// # Errors
    /// [`DataError::TooLarge`] if memory is full.
    pub(in crate::dataset) fn row<'c>(
        &mut self,
        at: &RowPlace,
        mut cell: impl FnMut(usize, ColumnSlot) -> CellValue<'c>,
    ) -> Result<(), DataError> {
        self.rows += 1;
        let width = self.width;
        self.check_memory()?;
        if self.values.capacity() - self.values.len() < width && fallible(|| self.values.try_reserve(width)).is_err()
            || self.target.capacity() == self.target.len() && fallible(|| self.target.try_reserve(1)).is_err()
        {
            return Err(self.full(self.rows, width));
        }
        let begin = self.values.len();
        let mut kept = true;
        let mut goal = 0.0;
        let mut categories: Vec<(usize, Cow<'c, str>)> = Vec::new();
        for (number, slot) in self.slots.iter().copied().enumerate() {
            let mut value = 0.0;
            match cell(number, slot) {
                CellValue::Number(found) => {
                    self.texts[number].any_number = true;
                    value = found;
                }
                CellValue::Level(level) => categories.push((number, level)),
                CellValue::Missing(what) => match self.options.missing {
                    MissingCells::Drop => kept = false,
                    MissingCells::Error => {
                        self.mistakes.hint("missing = \"drop\" leaves out the rows that have missing cells");
                        bad_cell(&mut self.mistakes, self.header, at, slot.column, &what);
                    }
                },
                CellValue::NotFinite(what) => {
                    self.texts[number].any_number = true;
                    bad_cell(&mut self.mistakes, self.header, at, slot.column, &what);
                }
                CellValue::Text(text) => {
                    self.texts[number].add(|| (at.order, at.row, (at.place)(slot.column), quoted(&text)));
                }
            }
            if number < width {
                self.values.push(value);
            } else {
                goal = value;
            }
        }
        if !kept {
            self.values.truncate(begin);
            return Ok(());
        }
        self.target.push(goal);
        // Only now, because a row that is dropped for a later cell must not add a level.
        for (number, level) in categories {
            self.values[begin + number] = f64::from(self.levels[number].code(level));
        }
        Ok(())
    }

    /// Ends the table.
    ///
    /// # Errors
    /// [`DataError::TooLarge`] if the columns of the categories do not fit in memory; [`DataError::Content`] with all mistakes
    /// found so far.
    pub(in crate::dataset) fn finish(mut self) -> Result<Dataset, DataError> {
        for (slot, texts) in self.slots.iter().zip(&self.texts) {
            texts.add_mistakes(slot, self.header, &self.options.target, &mut self.mistakes);
        }
        for (slot, levels) in self.slots.iter().zip(&self.levels) {
            if levels.too_many {
                let name = &self.header.names[slot.column];
                self.mistakes.add(self.header.line, slot.column, || {
                    format!("one_hot column \"{name}\" has more than {MOST_LEVELS} levels")
                });
            }
        }
        let n_kept = self.target.len();
        if n_kept == 0 && self.rows > 0 {
            self.mistakes.add(self.header.line, usize::MAX, || "no row is left: each has a missing cell");
        }
        self.mistakes.check()?;

        let mut notes = Vec::new();
        if n_kept < self.rows {
            let (dropped, all) = (self.rows - n_kept, self.rows);
            notes.push(format!("{}: {dropped} of {all} rows dropped for missing cells", self.options.path));
        }
        let (features, feature_names) = self.lay_out()?;
        self.target.shrink_to_fit();
        Ok(Dataset {
            fingerprint: fingerprint(&features, &self.target),
            features,
            target: self.target,
            feature_names,
            target_name: self.options.target.clone(),
            notes,
        })
    }

    /// Gives each level of a category its own column, in place. Returns the matrix, and the names of its columns.
    fn lay_out(&mut self) -> Result<(Matrix, Vec<String>), DataError> {
        let (rows, width) = (self.target.len(), self.width);
        let mut names = Vec::new();
        let mut places: Vec<SlotPlace> = Vec::with_capacity(width);
        for (slot, levels) in self.slots[..width].iter().zip(&self.levels) {
            let name = &self.header.names[slot.column];
            if slot.one_hot {
                let (sorted, ranks) = levels.sorted();
                places.push((names.len(), Some(ranks)));
                names.extend(sorted.iter().map(|level| format!("{name}={level}")));
            } else {
                places.push((names.len(), None));
                names.push(name.clone());
            }
        }
        let columns = names.len();
        let mut values = std::mem::take(&mut self.values);
        if columns > width {
            let wider = rows.checked_mul(columns).ok_or_else(|| self.full(rows, columns))?;
            let more = wider - values.len();
            if let Err(available) = memory::check(8 * more as u64, memory::available()) {
                // The numbers that are already in memory count as fitting.
                let free = available.free + 8 * (values.len() + rows) as u64;
                let available = AvailableMemory { free, ..available };
                return Err(self.too_large(memory_check::sentence(DatasetSize { rows, columns }, Some(&available))));
            }
            fallible(|| values.try_reserve_exact(more)).map_err(|_| self.full(rows, columns))?;
            values.resize(wider, 0.0);
            expand(&mut values, rows, width, columns, &places);
        } else {
            fill_single_levels(&mut values, width, &places);
        }
        values.shrink_to_fit();
        Ok((Matrix { rows, columns, values }, names))
    }
}

/// Adds `row 36 (line 38), column "bmi": …`.
fn bad_cell(mistakes: &mut FileMistakes, header: &FileHeader, at: &RowPlace, column: usize, what: &str) {
    mistakes.add(at.order, column, || format!("{}, column \"{}\": {what}", (at.place)(column), header.names[column]));
}
