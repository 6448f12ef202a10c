//! Reads a Parquet file into a data set, some rows of a row group at a time.

use std::io::Cursor;
use std::sync::Arc;

use polars::io::parquet::metadata::{FileMetadata, FileMetadataRef};
use polars::prelude::SerReader as _;
use polars::prelude::{ArrowSchema, ParquetReader, PolarsError, PolarsResult, Series};

use crate::dataset::columnar::{ColumnCells, ColumnKind, ColumnarOptions, check_kinds, pandas_index, text_columns};
use crate::dataset::table::{Assembly, ColumnChoice, FileHeader, FileMistakes, RowPlace, TableOptions};
use crate::dataset::{DataError, Dataset, DatasetSize, file};
use crate::parquet::{
    ChunkPages, ColumnChunk, ColumnExcerpt, FooterFault, PageError, ReadAt, SchemaElement, claim, guarded,
    plain_columns, read_footer,
};

/// How much is decoded at a time.
#[derive(Clone, Copy)]
pub(super) struct DecodePortion {
    pub numbers: usize,
    /// At least this many rows, so that a page is not decoded many times over.
    pub rows: usize,
}

impl DecodePortion {
    pub(super) const USUAL: Self = Self { numbers: 1 << 22, rows: 1 << 17 };
}

/// Reads a file of `size` bytes.
pub(super) fn parse(
    source: &(impl ReadAt + ?Sized),
    size: u64,
    ColumnarOptions { table: options, round }: &ColumnarOptions,
    portion: DecodePortion,
) -> Result<Dataset, DataError> {
    let mut mistakes = FileMistakes::new(&options.path);
    let footer = read_footer(source, size).map_err(|error| file::cannot_read(&options.path, &error))?;
    let footer = footer.map_err(|fault| mistakes.fatal(message(fault)))?;
    let Opened { metadata, schema, pandas } =
        open(&footer).map_err(|message| mistakes.fatal(format!("its footer cannot be read: {message}")))?;

    let names: Vec<String> = schema.iter_names().map(ToString::to_string).collect();
    let index = pandas_index(pandas.as_deref(), &names);
    let text = text_columns(&schema);
    let header = FileHeader { names: &names, word: "schema", line: 0, index: &index, text: Some(&text) };
    let choice = ColumnChoice::of(&header, options, &mut mistakes);
    let mut assembly = Assembly::new(&header, choice, options, mistakes);
    let elements = plain_columns(&footer).unwrap_or_default();
    let kinds: Vec<ColumnKind> = assembly
        .slots()
        .iter()
        .map(|slot| kind(slot.column, &schema, elements.get(assembly.name(slot.column))))
        .collect();
    check_kinds(&kinds, &mut assembly);
    if metadata.num_rows == 0 {
        assembly.mistakes.add(0, usize::MAX, || "no rows");
    }
    assembly.check()?;

    let elements: Vec<Vec<u8>> = std::iter::zip(assembly.slots(), &kinds)
        .map(|(slot, kind)| stored(elements.get(assembly.name(slot.column)).copied(), kind))
        .collect();
    let groups = groups(source, size, &elements, &metadata, &assembly)?;
    assembly.reserve(metadata.num_rows)?;
    read_rows(source, &groups, portion, &kinds, *round, &mut assembly)?;
    assembly.finish()
}

/// The size of the data set by the footer of a file of `size` bytes.
pub(super) fn size(
    source: &(impl ReadAt + ?Sized),
    size: u64,
    options: &TableOptions,
) -> Result<DatasetSize, DataError> {
    let mut mistakes = FileMistakes::new(&options.path);
    let footer = read_footer(source, size).map_err(|error| file::cannot_read(&options.path, &error))?;
    let footer = footer.map_err(|fault| mistakes.fatal(message(fault)))?;
    let Opened { metadata, schema, pandas } = open(&footer).map_err(|message| mistakes.fatal(message))?;
    let names: Vec<String> = schema.iter_names().map(ToString::to_string).collect();
    let index = pandas_index(pandas.as_deref(), &names);
    let header = FileHeader { names: &names, word: "schema", line: 0, index: &index, text: None };
    let choice = ColumnChoice::of(&header, options, &mut mistakes);
    mistakes.check()?;
    Ok(DatasetSize { rows: metadata.num_rows, columns: choice.features.len() })
}

/// The message about a file without a usable footer.
const fn message(fault: FooterFault) -> &'static str {
    match fault {
        FooterFault::Empty => "the file is empty: a Parquet file is expected",
        FooterFault::CutOff => "the file is cut off: a Parquet file ends with PAR1",
        FooterFault::NotParquet => {
            "this is no Parquet file, which begins with PAR1; source = \"csv\" reads delimited text"
        }
        FooterFault::Contradictory => "damaged: its footer contradicts itself",
    }
}

/// A decoded footer.
struct Opened {
    metadata: FileMetadataRef,
    /// By the file's own types.
    schema: Arc<ArrowSchema>,
    /// What pandas says of its table.
    pandas: Option<String>,
}

fn open(footer: &[u8]) -> Result<Opened, String> {
    guarded(|| {
        let mut metadata = FileMetadata::clone(ParquetReader::new(Cursor::new(footer)).get_metadata()?);
        // Without the metadata that writers add for themselves: a dictionary is then read as the text it stands for.
        let labels = metadata.key_value_metadata.take().into_iter().flatten();
        let pandas = labels.into_iter().find(|label| label.key == "pandas").and_then(|label| label.value);
        let metadata = Arc::new(metadata);
        let mut reader = ParquetReader::new(Cursor::new(footer));
        reader.set_metadata(Arc::clone(&metadata));
        PolarsResult::Ok(Opened { metadata, schema: reader.schema()?, pandas })
    })
}

/// What a column holds, by the schema and by the bytes of its schema element.
fn kind(column: usize, schema: &ArrowSchema, element: Option<&&[u8]>) -> ColumnKind {
    let kind = schema.get_at_index(column).map(|(_, field)| ColumnKind::of(field.dtype()));
    match element.and_then(|bytes| SchemaElement::read(bytes)) {
        Some(element) if element.is_float16() => ColumnKind::Half,
        Some(element) if element.is_int96() => ColumnKind::DayAndNanoseconds,
        _ => kind.unwrap_or_else(|| ColumnKind::Other("unknown".to_owned())),
    }
}

/// The bytes of the schema element that polars decodes a column by.
fn stored(element: Option<&[u8]>, kind: &ColumnKind) -> Vec<u8> {
    let element = element.unwrap_or_default();
    match SchemaElement::read(element) {
        Some(known) if *kind != ColumnKind::Text => known.physical_only(),
        _ => element.to_vec(),
    }
}

/// The rows of a row group, and its chunk for each slot.
struct RowGroup<'a> {
    rows: usize,
    chunks: Vec<ColumnChunk<'a>>,
}

/// The row groups, with everything that they claim checked against the file.
fn groups<'a>(
    source: &(impl ReadAt + ?Sized),
    size: u64,
    elements: &'a [Vec<u8>],
    metadata: &FileMetadata,
    assembly: &Assembly,
) -> Result<Vec<RowGroup<'a>>, DataError> {
    let damaged = |message: String| assembly.mistakes.fatal(format!("damaged: {message}"));
    let mut groups = Vec::with_capacity(metadata.row_groups.len());
    let mut all_rows = 0_usize;
    for index in 0..metadata.row_groups.len() {
        let rows = metadata.row_groups[index].num_rows();
        all_rows = all_rows.saturating_add(rows);
        let chunks = assembly.slots().iter().zip(elements).map(|(slot, element)| {
            let name = assembly.name(slot.column);
            let at = || format!("row group {}, column \"{name}\"", index + 1);
            if element.is_empty() {
                return Err(damaged(format!("{} is not there", at())));
            }
            let (claim, codec) =
                claim(metadata, index, name, size).map_err(|message| damaged(format!("{} {message}", at())))?;
            let pages = ChunkPages::find(source, &claim).map_err(|fault| match fault {
                PageError::Unreadable(error) => file::cannot_read(assembly.path(), &error),
                PageError::Damaged(message) => damaged(format!("{}: {message}", at())),
            })?;
            Ok(ColumnChunk { element, codec, claim, pages })
        });
        groups.push(RowGroup { rows, chunks: chunks.collect::<Result<_, DataError>>()? });
    }
    if all_rows == metadata.num_rows {
        Ok(groups)
    } else {
        Err(damaged(format!("the file says {} rows, its row groups {all_rows}", metadata.num_rows)))
    }
}

fn read_rows(
    source: &(impl ReadAt + ?Sized),
    groups: &[RowGroup],
    portion: DecodePortion,
    kinds: &[ColumnKind],
    round: bool,
    assembly: &mut Assembly,
) -> Result<(), DataError> {
    let slots = assembly.slots().to_vec();
    let at_a_time = (portion.numbers / slots.len()).max(portion.rows);
    let mut excerpt = ColumnExcerpt::default();
    let mut row = 0;
    for (group, number) in groups.iter().zip(1..) {
        for first in (0..group.rows).step_by(at_a_time) {
            let rows = at_a_time.min(group.rows - first);
            let mut columns = Vec::with_capacity(slots.len());
            for ((slot, kind), chunk) in slots.iter().zip(kinds).zip(&group.chunks) {
                let convert = |series: &Series| {
                    let series = series.rechunk();
                    let cells = ColumnCells::new(series.chunks()[0].as_ref(), kind, slot.one_hot, round);
                    cells.map_err(|message| PolarsError::ComputeError(message.into()))
                };
                let column = excerpt.decode(source, chunk, (first, rows), convert);
                columns.push(column.map_err(|fault| match fault {
                    PageError::Unreadable(error) => file::cannot_read(assembly.path(), &error),
                    PageError::Damaged(message) => {
                        let name = assembly.name(slot.column);
                        let at = format!("row group {number}, column \"{name}\"");
                        assembly.mistakes.fatal(format!("damaged: {at} cannot be decoded: {message}"))
                    }
                })?);
            }
            for index in 0..rows {
                row += 1;
                let place = |_| format!("row {row}");
                assembly.row(&RowPlace { place: &place }, |slot, _| columns[slot].cell(index))?;
            }
        }
    }
    Ok(())
}
