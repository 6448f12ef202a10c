//! Reads NumPy arrays into a data set, some rows at a time.

use std::borrow::Cow;

use super::array::{NpyArray, NpyFault, arrays};
use super::columns::NpyColumns;
use crate::dataset::columnar::{ColumnKind, ColumnarOptions, FixedNumbers, check_kinds, finite};
use crate::dataset::table::{Assembly, CellValue, ColumnChoice, FileHeader, FileMistakes, RowPlace, TableOptions};
use crate::dataset::{DataError, Dataset, DatasetSize, file};
use crate::parquet::ReadAt;
use crate::text::visible;

/// Numbers that are read at a time.
pub(super) const PORTION: usize = 1 << 20;

/// Reads a file of `size` bytes, about `portion` numbers at a time.
pub(super) fn parse(
    source: &(impl ReadAt + ?Sized),
    size: u64,
    ColumnarOptions { table: given, round }: &ColumnarOptions,
    portion: usize,
) -> Result<Dataset, DataError> {
    let mut mistakes = FileMistakes::new(&given.path);
    let error = |fault, mistakes: &FileMistakes| error(fault, mistakes, &given.path);
    let mut arrays = arrays(source, size).map_err(|fault| error(fault, &mistakes))?;
    let NpyColumns { rows, names, places, options, notes } = NpyColumns::of(&arrays, given, &mut mistakes);
    mistakes.check()?;
    if rows == 0 {
        return Err(mistakes.fatal("no rows"));
    }
    let header = FileHeader { names: &names, word: "file", line: 0, index: &[], text: None };
    let choice = ColumnChoice::of(&header, &options, &mut mistakes);
    let mut assembly = Assembly::new(&header, choice, &options, mistakes);
    let places: Vec<(usize, usize)> = assembly.slots().iter().map(|slot| places[slot.column]).collect();
    let kinds: Vec<ColumnKind> = places.iter().map(|(array, _)| arrays[*array].header.element.kind()).collect();
    check_kinds(&kinds, &mut assembly);
    assembly.check()?;
    assembly.reserve(rows)?;

    let mut used: Vec<usize> = places.iter().map(|(array, _)| *array).collect();
    used.sort_unstable();
    used.dedup();
    let width: usize = used.iter().filter_map(|&at| arrays[at].size()).map(|(_, columns)| columns).sum();
    for &at in &used {
        arrays[at].open(source, size).map_err(|fault| error(fault, &assembly.mistakes))?;
    }
    let at_a_time = (portion / width.max(1)).max(1);
    let slots = assembly.slots().to_vec();
    for first in (0..rows).step_by(at_a_time) {
        let taken = at_a_time.min(rows - first);
        let mut portions = Vec::with_capacity(used.len());
        for &at in &used {
            let portion = RowsOfArray::read(&arrays[at], source, first, taken);
            portions.push(portion.map_err(|fault| error(fault, &assembly.mistakes))?);
        }
        // For each slot its array's rows, and its column there.
        let cells: Vec<(&RowsOfArray, usize)> = places
            .iter()
            .filter_map(|(array, column)| Some((&portions[used.binary_search(array).ok()?], *column)))
            .collect();
        for index in 0..taken {
            let row = first + index + 1;
            let place = |_| format!("row {row}");
            assembly.row(&RowPlace { place: &place }, |slot, _| {
                let (portion, column) = cells[slot];
                portion.cell(index, column, (&kinds[slot], slots[slot].one_hot), *round)
            })?;
        }
    }
    let mut data = assembly.finish()?;
    data.notes.extend(notes.iter().map(|note| visible(note).into_owned()));
    Ok(data)
}

/// The size of the data set by the headers of a file of `size` bytes.
pub(super) fn size(source: &(impl ReadAt + ?Sized), size: u64, given: &TableOptions) -> Result<DatasetSize, DataError> {
    let mut mistakes = FileMistakes::new(&given.path);
    let arrays = arrays(source, size).map_err(|fault| error(fault, &mistakes, &given.path))?;
    let NpyColumns { rows, names, options, .. } = NpyColumns::of(&arrays, given, &mut mistakes);
    let header = FileHeader { names: &names, word: "file", line: 0, index: &[], text: None };
    let choice = ColumnChoice::of(&header, &options, &mut mistakes);
    mistakes.check()?;
    Ok(DatasetSize { rows, columns: choice.features.len() })
}

fn error(fault: NpyFault, mistakes: &FileMistakes, path: &str) -> DataError {
    match fault {
        NpyFault::Unreadable(error) => file::cannot_read(path, &error),
        NpyFault::TooLarge(message) => DataError::TooLarge(visible(&format!("{path}: {message}")).into_owned()),
        NpyFault::Content(message) => mistakes.fatal(message),
    }
}

/// Some rows of an array.
struct RowsOfArray {
    numbers: FixedNumbers,
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
        Ok(Self { numbers: element.numbers(&bytes), steps })
    }

    fn cell(&self, row: usize, column: usize, (kind, one_hot): (&ColumnKind, bool), round: bool) -> CellValue<'_> {
        let at = row * self.steps.0 + column * self.steps.1;
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
