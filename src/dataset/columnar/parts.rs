//! A data set of one file with typed columns, or of several that have the same columns.

use std::path::Path;

use super::checks::check_kinds;
use super::input::ColumnarInput;
use super::keys::ColumnarOptions;
use super::kind::ColumnKind;
use super::rows::FileRows;
use crate::dataset::number_format::NumberFormat;
use crate::dataset::table::{
    Assembly, ColumnChoice, FileHeader, FileMistakes, MissingCells, TableOptions, quoted, read_keys,
};
use crate::dataset::{DataError, Dataset, DatasetSize, parts};
use crate::memory::KeptMemory;
use crate::parameter::Values;
use crate::parquet::ReadAt;
use crate::text::visible;

/// How the files of a format are read.
pub(in crate::dataset) trait ColumnarFormat {
    /// Of the source.
    const NAME: &'static str;
    /// What messages call the place of the columns' names.
    const HEADER: &'static str;
    /// What is known of a file once its columns are.
    type Content;

    /// Finds the columns of a file.
    ///
    /// # Errors
    /// [`DataError`] if it cannot be read, or is damaged.
    fn open(&self, input: &ColumnarInput, options: &TableOptions) -> Result<(FileColumns, Self::Content), DataError>;

    /// Passes the rows of a file on.
    ///
    /// # Errors
    /// [`DataError`] if it cannot be read, is damaged or does not fit in memory.
    fn read(&self, input: &ColumnarInput, content: Self::Content, rows: &mut FileRows) -> Result<(), DataError>;
}

/// The columns of a file.
pub(in crate::dataset) struct FileColumns {
    pub names: Vec<String>,
    /// Of each column.
    pub kinds: Vec<ColumnKind>,
    /// The positions of those that are an index of pandas.
    pub index: Vec<usize>,
    /// The rows that the file claims to have.
    pub rows: usize,
    /// The options, with the names that they give to several columns replaced by those of the columns.
    pub options: TableOptions,
    pub notes: Vec<String>,
}

impl FileColumns {
    /// How another part differs from this one, the file `first`.
    fn difference(&self, other: &Self, first: &str) -> Option<String> {
        let differs = self.names.iter().zip(&other.names).position(|(one, another)| one != another);
        if let Some(column) = differs {
            let (here, there) = (quoted(&other.names[column]), quoted(&self.names[column]));
            return Some(format!("column {} is {here}, in {first} it is {there}", column + 1));
        }
        let (here, there) = (other.names.len(), self.names.len());
        if here != there {
            return Some(format!("{here} columns, {first} has {there}"));
        }
        // A column without any value suits every other.
        let unlike = |(one, another): (&ColumnKind, &ColumnKind)| {
            one.words() != another.words() && *one != ColumnKind::Empty && *another != ColumnKind::Empty
        };
        let differs = self.kinds.iter().zip(&other.kinds).position(unlike)?;
        let (here, there) = (other.kinds[differs].words(), self.kinds[differs].words());
        Some(format!("column \"{}\" holds {here}, in {first} it holds {there}", self.names[differs]))
    }

    /// Whether each column holds text.
    fn text(&self) -> Vec<bool> {
        self.kinds.iter().map(|kind| *kind == ColumnKind::Text).collect()
    }

    fn header<'a, F: ColumnarFormat>(&'a self, text: &'a [bool]) -> FileHeader<'a> {
        FileHeader {
            names: &self.names,
            word: F::HEADER,
            line: 0,
            index: &self.index,
            text: Some(text),
            numbers: NumberFormat::USUAL,
        }
    }

    /// The kinds of the used columns.
    fn used(&self, assembly: &Assembly) -> Vec<ColumnKind> {
        assembly.slots().iter().map(|slot| self.kinds[slot.column].clone()).collect()
    }
}

/// A file, its columns, and what else is known of it.
type OpenPart<'p, F> = (ColumnarInput<'p>, FileColumns, <F as ColumnarFormat>::Content);

/// Reads the files of the experiment.
pub(in crate::dataset) fn load<F: ColumnarFormat>(
    format: &F,
    values: &Values,
    folder: &Path,
) -> Result<Dataset, DataError> {
    let options = options::<F>(values)?;
    let path = &options.table.path;
    let paths = parts::parts(folder, path)?;
    let read = parse(format, &paths, &options, |path| ColumnarInput::open(folder, path));
    parts::unchanged(folder, path, &paths, read)
}

/// The size that the files claim.
pub(in crate::dataset) fn size<F: ColumnarFormat>(format: &F, values: &Values, folder: &Path) -> Option<DatasetSize> {
    let options = options::<F>(values).ok()?;
    // Nobody knows yet how many rows will be dropped, and dropped rows take no memory.
    if options.table.missing == MissingCells::Drop {
        return None;
    }
    let paths = parts::parts(folder, &options.table.path).ok()?;
    let mut size = DatasetSize { rows: 0, columns: 0 };
    for (path, number) in paths.iter().zip(0..) {
        let input = ColumnarInput::open(folder, path).ok()?;
        let (columns, _) = format.open(&input, &options.table).ok()?;
        size.rows = size.rows.saturating_add(columns.rows);
        if number == 0 {
            let mut mistakes = FileMistakes::new(path);
            let text: Vec<bool> = columns.text();
            let choice = ColumnChoice::of(&columns.header::<F>(&text), &columns.options, &mut mistakes);
            mistakes.check().ok()?;
            size.columns = choice.features.len();
        }
    }
    Some(size)
}

/// # Errors
/// If a value has the wrong type.
fn options<F: ColumnarFormat>(values: &Values) -> Result<ColumnarOptions, DataError> {
    read_keys(values).map_err(|error| {
        DataError::Content(format!("options of a source \"{}\" cannot be read: {}", F::NAME, error.message()))
    })
}

/// Reads one file of `size` bytes from `source`. Messages call it by the `path` of `values`.
///
/// # Errors
/// If the bytes cannot be read, or have mistakes.
pub(in crate::dataset) fn read_from<F: ColumnarFormat>(
    format: &F,
    source: &dyn ReadAt,
    size: u64,
    values: &Values,
) -> Result<Dataset, DataError> {
    let options = options::<F>(values)?;
    let paths = [options.table.path.clone()];
    parse(format, &paths, &options, |path| Ok(ColumnarInput::of(source, size, path)))
}

/// Reads files one after another. `open` opens each when it is needed, all but the first of them twice: the columns of all parts
/// are compared before any row is read.
fn parse<'p, F: ColumnarFormat>(
    format: &F,
    paths: &'p [String],
    options: &ColumnarOptions,
    open: impl Fn(&'p str) -> Result<ColumnarInput<'p>, DataError>,
) -> Result<Dataset, DataError> {
    let given = &options.table;
    let mut mistakes = FileMistakes::new(&given.path);
    let [first, others @ ..] = paths else { return Err(mistakes.fatal("no file")) };
    let opened = |path: &'p str| -> Result<OpenPart<'p, F>, DataError> {
        let input = open(path)?;
        let (columns, content) = input.unchanged(format.open(&input, given))?;
        Ok((input, columns, content))
    };
    let (input, mut columns, content) = opened(first)?;
    let _kept = KeptMemory::for_bytes(input.size.saturating_mul(paths.len() as u64));
    let kinds_of_first = columns.kinds.clone();
    let another = |path: &'p str, columns: &FileColumns| -> Result<OpenPart<'p, F>, DataError> {
        let (input, found, content) = opened(path)?;
        match columns.difference(&found, first) {
            Some(difference) => Err(FileMistakes::new(path).fatal(difference)),
            None => Ok((input, found, content)),
        }
    };
    let mut all_rows = columns.rows;
    for path in others {
        let (_, found, _) = another(path, &columns)?;
        all_rows = all_rows.saturating_add(found.rows);
        for (known, kind) in columns.kinds.iter_mut().zip(found.kinds) {
            if *known == ColumnKind::Empty {
                *known = kind;
            }
        }
    }

    let text = columns.text();
    let header = columns.header::<F>(&text);
    let choice = ColumnChoice::of(&header, &columns.options, &mut mistakes);
    let mut assembly = Assembly::new(&header, choice, &columns.options, mistakes);
    let kinds = columns.used(&assembly);
    check_kinds(&kinds, &mut assembly);
    if all_rows == 0 {
        assembly.mistakes.add(0, usize::MAX, || "no rows");
    }
    assembly.check()?;
    let kinds = assembly.slots().iter().map(|slot| kinds_of_first[slot.column].clone()).collect();
    let mut rows = FileRows::new(&mut assembly, kinds, options.round, all_rows);
    if !others.is_empty() {
        rows.in_part(first);
    }
    input.unchanged(format.read(&input, content, &mut rows))?;
    for path in others {
        let (input, found, content) = another(path, &columns)?;
        let kinds = found.used(rows.assembly);
        rows.begin_part(path, kinds);
        input.unchanged(format.read(&input, content, &mut rows))?;
    }
    let mut data = assembly.finish()?;
    data.notes.extend(columns.notes.iter().map(|note| visible(note).into_owned()));
    Ok(data)
}
