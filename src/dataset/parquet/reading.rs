//! Reads Parquet files into a data set, some rows of a row group at a time.

use std::io::Cursor;
use std::sync::Arc;

use polars::io::parquet::metadata::{FileMetadata, FileMetadataRef};
use polars::prelude::SerReader as _;
use polars::prelude::{ArrowSchema, ParquetReader, PolarsError, PolarsResult};
use polars_arrow::datatypes::{ArrowDataType, Field};
use rayon::prelude::*;

use crate::dataset::columnar::{
    ColumnCells, ColumnKind, ColumnarFormat, ColumnarInput, FileColumns, FileRows, pandas_index,
};
use crate::dataset::table::{FileMistakes, TableOptions, in_nfc};
use crate::dataset::{DataError, file};
use crate::parquet::{
    ChunkPages, ColumnChunk, ColumnExcerpt, FooterFault, PageError, SchemaElement, claim, guarded, plain_columns,
    read_footer,
};

/// How much is decoded at a time.
#[derive(Clone, Copy)]
pub(super) struct DecodePortion {
    pub numbers: usize,
    /// At least this many rows, so that a page is not decoded many times over.
    pub rows: usize,
}

impl DecodePortion {
    pub(super) const USUAL: Self = Self { numbers: 1 << 21, rows: 1 << 17 };
}

/// Reads Parquet files.
pub(super) struct ParquetFormat {
    pub portion: DecodePortion,
}

/// A file whose footer was read.
pub(super) struct ParquetFile {
    footer: Vec<u8>,
    metadata: FileMetadataRef,
    /// The names of the columns as the file spells them.
    names: Vec<String>,
}

impl ColumnarFormat for ParquetFormat {
    const NAME: &'static str = "parquet";
    const HEADER: &'static str = "schema";
    type Content = ParquetFile;

    fn open(&self, input: &ColumnarInput, options: &TableOptions) -> Result<(FileColumns, ParquetFile), DataError> {
        let mistakes = FileMistakes::new(input.path);
        let footer = read_footer(input, input.size).map_err(|error| file::cannot_read(input.path, &error))?;
        let footer = footer.map_err(|fault| mistakes.fatal(message(fault, input)))?;
        let Opened { metadata, schema, declared, pandas } = open(&footer).map_err(|message| mistakes.fatal(message))?;
        let names: Vec<String> = schema.iter_names().map(ToString::to_string).collect();
        let elements = plain_columns(&footer).unwrap_or_default();
        let columns = FileColumns {
            index: pandas_index(pandas.as_deref(), &names),
            // A damaged file may declare fewer columns than it has.
            kinds: std::iter::zip(schema.iter_values(), declared.into_iter().chain(std::iter::repeat(None)))
                .map(|(field, declared)| declared.unwrap_or_else(|| kind(field, elements.get(field.name.as_str()))))
                .collect(),
            names: in_nfc(names.clone()),
            rows: metadata.num_rows,
            options: options.clone(),
            notes: Vec::new(),
        };
        Ok((columns, ParquetFile { footer, metadata, names }))
    }

    fn read(&self, input: &ColumnarInput, content: ParquetFile, rows: &mut FileRows) -> Result<(), DataError> {
        let ParquetFile { footer, metadata, names } = content;
        let elements = plain_columns(&footer).unwrap_or_default();
        let elements: Vec<Vec<u8>> = std::iter::zip(rows.slots(), &rows.kinds)
            .map(|(slot, kind)| stored(elements.get(names[slot.column].as_str()).copied(), kind))
            .collect();
        let groups = groups(input, &elements, (&metadata, &names), rows)?;
        rows.reserve()?;
        read_rows(input, &groups, self.portion, rows)
    }
}

/// The message about a file without a usable footer.
fn message(fault: FooterFault, input: &ColumnarInput) -> String {
    let message = match fault {
        FooterFault::Empty => "the file is empty: a Parquet file is expected",
        FooterFault::CutOff => "the file is cut off: a Parquet file ends with PAR1",
        FooterFault::NotParquet => return input.foreign("a Parquet file"),
        FooterFault::Contradictory => "damaged: its footer contradicts itself",
    };
    message.to_owned()
}

/// A decoded footer.
struct Opened {
    metadata: FileMetadataRef,
    /// By the file's own types.
    schema: Arc<ArrowSchema>,
    /// What the writer's own schema says of each column that Parquet itself has no words for: it holds durations, or nothing.
    declared: Vec<Option<ColumnKind>>,
    /// What pandas says of its table.
    pandas: Option<String>,
}

fn open(footer: &[u8]) -> Result<Opened, String> {
    // Parquet itself has no durations and no empty columns: only what the writer adds says that an integer is one.
    let declared = guarded(|| ParquetReader::new(Cursor::new(footer)).schema());
    let opened = guarded(|| {
        let mut reader = ParquetReader::new(Cursor::new(footer));
        let mut metadata = FileMetadata::clone(reader.get_metadata()?);
        // Without the metadata that writers add for themselves: a dictionary is then read as the text it stands for.
        let labels = metadata.key_value_metadata.take().into_iter().flatten();
        let pandas = labels.into_iter().find(|label| label.key == "pandas").and_then(|label| label.value);
        let metadata = Arc::new(metadata);
        let mut reader = ParquetReader::new(Cursor::new(footer));
        reader.set_metadata(Arc::clone(&metadata));
        PolarsResult::Ok(Opened { metadata, schema: reader.schema()?, declared: Vec::new(), pandas })
    });
    let opened = opened.map_err(|message| format!("its footer cannot be read: {message}"))?;
    let declares = |field: &Field| match field.dtype() {
        ArrowDataType::Duration(_) => Some(ColumnKind::Other("duration".to_owned())),
        ArrowDataType::Null => Some(ColumnKind::Empty),
        _ => None,
    };
    match declared {
        Ok(schema) => Ok(Opened { declared: schema.iter_values().map(declares).collect(), ..opened }),
        Err(_) => Err("the Arrow schema in its footer has a type that is not read, such as a list_view: write it with other types \
                       (pyarrow.Table.cast), or without such a schema (store_schema=False)"
            .to_owned()),
    }
}

/// What a column holds, by the schema and by the bytes of its schema element.
fn kind(field: &Field, element: Option<&&[u8]>) -> ColumnKind {
    match element.and_then(|bytes| SchemaElement::read(bytes)) {
        Some(element) if element.is_float16() => ColumnKind::Half,
        Some(element) if element.is_int96() => ColumnKind::DayAndNanoseconds,
        _ => ColumnKind::of(field.dtype()),
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
    input: &ColumnarInput,
    elements: &'a [Vec<u8>],
    (metadata, names): (&FileMetadata, &[String]),
    used: &FileRows,
) -> Result<Vec<RowGroup<'a>>, DataError> {
    let damaged = |message: String| FileMistakes::new(input.path).fatal(format!("damaged: {message}"));
    let mut groups = Vec::with_capacity(metadata.row_groups.len());
    let mut all_rows = 0_usize;
    for index in 0..metadata.row_groups.len() {
        let rows = metadata.row_groups[index].num_rows();
        all_rows = all_rows.saturating_add(rows);
        let chunks = used.slots().into_iter().zip(elements).map(|(slot, element)| {
            let name = names[slot.column].as_str();
            let at = || format!("row group {}, column \"{name}\"", index + 1);
            if element.is_empty() {
                return Err(damaged(format!("{} is not there", at())));
            }
            let (claim, codec) =
                claim(metadata, index, name, input.size).map_err(|message| damaged(format!("{} {message}", at())))?;
            let pages = ChunkPages::find(input, &claim).map_err(|fault| match fault {
                PageError::Unreadable(error) => file::cannot_read(input.path, &error),
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
    input: &ColumnarInput,
    groups: &[RowGroup],
    portion: DecodePortion,
    into: &mut FileRows,
) -> Result<(), DataError> {
    let slots = into.slots();
    let mut excerpts: Vec<ColumnExcerpt> = slots.iter().map(|_| ColumnExcerpt::default()).collect();
    for (group, number) in groups.iter().zip(1..) {
        let at_a_time = whole_pages(group, (portion.numbers / slots.len()).max(portion.rows));
        for first in (0..group.rows).step_by(at_a_time) {
            let rows = at_a_time.min(group.rows - first);
            let (kinds, round) = (&into.kinds, into.round);
            let decoded: Vec<Result<ColumnCells, PageError>> = (excerpts.par_iter_mut().zip(&group.chunks))
                .zip(slots.par_iter().zip(kinds))
                .map(|((excerpt, chunk), (slot, kind))| {
                    excerpt.decode(input, chunk, (first, rows), |series| {
                        let series = series.rechunk();
                        let cells = ColumnCells::new(series.chunks()[0].as_ref(), kind, slot.one_hot, round);
                        cells.map_err(|message| PolarsError::ComputeError(message.into()))
                    })
                })
                .collect();
            let mut columns = Vec::with_capacity(slots.len());
            for (column, slot) in decoded.into_iter().zip(&slots) {
                columns.push(column.map_err(|fault| match fault {
                    PageError::Unreadable(error) => file::cannot_read(input.path, &error),
                    PageError::Damaged(message) => {
                        let at = format!("row group {number}, column \"{}\"", into.name(slot.column));
                        FileMistakes::new(input.path).fatal(format!("damaged: {at} cannot be decoded: {message}"))
                    }
                })?);
            }
            into.cells(&columns, rows)?;
        }
    }
    Ok(())
}

/// About `rows` rows, but no part of a page of the first column, where that is possible: what two portions share is decoded twice.
fn whole_pages(group: &RowGroup, rows: usize) -> usize {
    let page = group.chunks.first().and_then(|chunk| chunk.pages.data.first()).map_or(0, |page| page.values);
    if (1..rows).contains(&page) { rows - rows % page } else { rows }
}
