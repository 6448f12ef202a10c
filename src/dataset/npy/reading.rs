//! Reads NumPy arrays into a data set, some rows at a time.

use std::borrow::Cow;

use super::array::{NpyArray, NpyFault, arrays};
use super::columns::NpyColumns;
use crate::dataset::columnar::{
    ColumnKind, ColumnarFormat, ColumnarInput, FileColumns, FileRows, FixedNumbers, NumberColumn, finite,
};
use crate::dataset::table::{CellValue, ColumnSlot, FileMistakes, TableOptions};
use crate::dataset::{DataError, file};
use crate::parquet::ReadAt;
use crate::text::visible;

/// Numbers that are read at a time.
pub(super) const PORTION: usize = 1 << 20;

/// Reads NumPy files, about `portion` numbers at a time.
pub(super) struct NpyFormat {
    pub portion: usize,
}

/// The arrays of a file, and for each column its array and its place there.
pub(super) struct NpyFile {
    arrays: Vec<NpyArray>,
    places: Vec<(usize, usize)>,
    rows: usize,
}

impl ColumnarFormat for NpyFormat {
    const NAME: &'static str = "npy";
    const HEADER: &'static str = "file";
    type Content = NpyFile;

    fn open(&self, input: &ColumnarInput, given: &TableOptions) -> Result<(FileColumns, NpyFile), DataError> {
        let mut mistakes = FileMistakes::new(input.path);
        let arrays = arrays(input).map_err(|fault| error(fault, input.path))?;
        let NpyColumns { rows, names, places, options, notes } =
            NpyColumns::of(&arrays, given, input.path, &mut mistakes);
        mistakes.check()?;
        if rows == 0 {
            return Err(mistakes.fatal("no rows"));
        }
        let kinds = places.iter().map(|(array, _)| arrays[*array].header.element.kind()).collect();
        let columns = FileColumns { names, kinds, index: Vec::new(), rows, options, notes };
        Ok((columns, NpyFile { arrays, places, rows }))
    }

    fn read(&self, input: &ColumnarInput, content: NpyFile, into: &mut FileRows) -> Result<(), DataError> {
        let NpyFile { mut arrays, places, rows } = content;
        into.reserve()?;
        let slots = into.slots();
        let places: Vec<(usize, usize)> = slots
            .iter()
            .map(|slot| {
                let (array, column) = places[slot.column];
                (array, arrays[array].stored_column(column))
            })
            .collect();
        let mut used: Vec<usize> = places.iter().map(|(array, _)| *array).collect();
        used.sort_unstable();
        used.dedup();
        let width = |array: &NpyArray| {
            let (_, columns) = array.size().unwrap_or_default();
            columns.saturating_mul(array.header.element.width().unwrap_or(0))
        };
        // In units of eight bytes, as numbers take.
        let width = used.iter().map(|&at| width(&arrays[at])).sum::<usize>().div_ceil(8);
        for &at in &used {
            arrays[at].open(input, input.size).map_err(|fault| error(fault, input.path))?;
        }
        let at_a_time = (self.portion / width.max(1)).max(1);
        for first in (0..rows).step_by(at_a_time) {
            let taken = at_a_time.min(rows - first);
            let mut portions = Vec::with_capacity(used.len());
            for &at in &used {
                let portion = RowsOfArray::read(&arrays[at], input, first, taken);
                portions.push(portion.map_err(|fault| error(fault, input.path))?);
            }
            // For each slot its array's rows, its column there, and how its cells are read.
            let cells: Vec<(&RowsOfArray, usize, ColumnKind)> = (places.iter().zip(&into.kinds))
                .filter_map(|((array, column), kind)| {
                    Some((&portions[used.binary_search(array).ok()?], *column, kind.clone()))
                })
                .collect();
            let is_number = |slot: &ColumnSlot| !slot.one_hot && !slot.open;
            if slots.iter().all(is_number) && cells.iter().all(|(portion, ..)| portion.texts.is_empty()) {
                let columns: Vec<NumberColumn> =
                    cells.iter().map(|(portion, column, _)| portion.column(*column)).collect();
                if into.plain_numbers(&columns, taken)? {
                    continue;
                }
            }
            let round = into.round;
            for index in 0..taken {
                into.row(|number, slot| {
                    let (portion, column, kind) = &cells[number];
                    portion.cell(index, *column, (kind, slot.one_hot), round)
                })?;
            }
        }
        Ok(())
    }
}

fn error(fault: NpyFault, path: &str) -> DataError {
    match fault {
        NpyFault::Unreadable(error) => file::cannot_read(path, &error),
        NpyFault::TooLarge(message) => DataError::TooLarge(visible(&format!("{path}: {message}")).into_owned()),
        NpyFault::Content(message) => FileMistakes::new(path).fatal(message),
    }
}

/// Some rows of an array.
struct RowsOfArray {
    numbers: FixedNumbers,
    /// Instead, if it holds text.
    texts: Vec<String>,
    /// From a row to the next, and from a column to the next.
    steps: (usize, usize),
}

impl RowsOfArray {
    fn read(array: &NpyArray, source: &(impl ReadAt + ?Sized), first: usize, taken: usize) -> Result<Self, NpyFault> {
        let (rows, columns) = array.size().unwrap_or_default();
        let element = &array.header.element;
        let width = element.width().unwrap_or(0);
        let mut bytes = vec![0; taken * columns * width];
        let steps = if array.header.fortran {
            for (column, part) in bytes.chunks_exact_mut((taken * width).max(1)).enumerate() {
                array.read(source, column * rows + first, part)?;
            }
            (1, taken)
        } else {
            array.read(source, first * columns, &mut bytes)?;
            (columns, 1)
        };
        let texts = element.texts(&bytes);
        let texts = texts.map_err(|wrong| NpyFault::damaged(format!("{}: {wrong}", array.title())))?;
        Ok(Self { numbers: element.numbers(&bytes), texts, steps })
    }

    const fn column(&self, column: usize) -> NumberColumn<'_> {
        NumberColumn { numbers: &self.numbers, first: column * self.steps.1, step: self.steps.0 }
    }

    fn cell(&self, row: usize, column: usize, (kind, one_hot): (&ColumnKind, bool), round: bool) -> CellValue<'_> {
        let at = row * self.steps.0 + column * self.steps.1;
        if let Some(text) = self.texts.get(at) {
            return CellValue::Level(Cow::Borrowed(text));
        }
        if !one_hot {
            return match self.numbers.loss(at) {
                Some(loss) if !round => CellValue::NotFinite(loss),
                _ => finite(self.numbers.values[at]),
            };
        }
        match finite(self.numbers.values[at]) {
            CellValue::Number(value) => CellValue::Level(Cow::Owned(match (kind, self.numbers.lossy(at)) {
                (ColumnKind::Boolean, _) => (value != 0.0).to_string(),
                (_, Some(number)) => number.to_string(),
                (_, None) => value.to_string(),
            })),
            other => other,
        }
    }
}
