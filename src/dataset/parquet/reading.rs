//! Reads a Parquet file into a data set, some rows of a row group at a time.

use std::io::Cursor;
use std::sync::Arc;

use polars::io::parquet::metadata::{FileMetadata, FileMetadataRef};
use polars::prelude::SerReader as _;
use polars::prelude::{ArrowSchema, ParquetReader, PolarsResult, Series};

use super::columns::{ColumnCells, ColumnUse, type_name, use_of};
use crate::dataset::table::{Assembly, ColumnChoice, FileHeader, FileMistakes, RowPlace, TableOptions};
use crate::dataset::{DataError, Dataset, DatasetSize, file};
use crate::parquet::{
    ChunkPages, ColumnChunk, ColumnExcerpt, FooterFault, PageError, ReadAt, claim, guarded, plain_columns, read_footer,
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

const ACCEPTED: &str = "int32, int64, uint32, uint64, float32, float64 and boolean are read, and text in one_hot";

/// Reads a file of `size` bytes.
pub(super) fn parse(
    source: &(impl ReadAt + ?Sized),
    size: u64,
    options: &TableOptions,
    portion: DecodePortion,
) -> Result<Dataset, DataError> {
    let mut mistakes = FileMistakes::new(&options.path);
    let footer = read_footer(source, size).map_err(|error| file::cannot_read(&options.path, &error))?;
    let footer = footer.map_err(|fault| mistakes.fatal(message(fault)))?;
    let (metadata, schema) =
        open(&footer).map_err(|message| mistakes.fatal(format!("its footer cannot be read: {message}")))?;

    let names: Vec<String> = schema.iter_names().map(ToString::to_string).collect();
    let text: Vec<bool> = schema.iter_values().map(|field| use_of(field.dtype()) == ColumnUse::Text).collect();
    let header = FileHeader { names: &names, word: "schema", line: 0, index: &[], text: Some(&text) };
    let choice = ColumnChoice::of(&header, options, &mut mistakes);
    let mut assembly = Assembly::new(&header, choice, options, mistakes);
    check_types(&schema, &mut assembly);
    if metadata.num_rows == 0 {
        assembly.mistakes.add(0, usize::MAX, || "no rows");
    }
    assembly.check()?;

    let groups = groups(source, size, &footer, &metadata, &assembly)?;
    assembly.reserve(metadata.num_rows)?;
    read_rows(source, &groups, portion, &mut assembly)?;
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
    let (metadata, schema) = open(&footer).map_err(|message| mistakes.fatal(message))?;
    let names: Vec<String> = schema.iter_names().map(ToString::to_string).collect();
    let header = FileHeader { names: &names, word: "schema", line: 0, index: &[], text: None };
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

/// The decoded footer, and the schema by the file's own types.
fn open(footer: &[u8]) -> Result<(FileMetadataRef, Arc<ArrowSchema>), String> {
    guarded(|| {
        let metadata = FileMetadata {
            // Without the metadata that writers add for themselves: a dictionary is then read as the text it stands for.
            key_value_metadata: None,
            ..FileMetadata::clone(ParquetReader::new(Cursor::new(footer)).get_metadata()?)
        };
        let metadata = Arc::new(metadata);
        let mut reader = ParquetReader::new(Cursor::new(footer));
        reader.set_metadata(Arc::clone(&metadata));
        PolarsResult::Ok((metadata, reader.schema()?))
    })
}

/// Adds a mistake for each column whose type does not suit its use.
fn check_types(schema: &Arc<ArrowSchema>, assembly: &mut Assembly) {
    let slots = assembly.slots().to_vec();
    for (number, slot) in slots.into_iter().enumerate() {
        let Some((name, field)) = schema.get_at_index(slot.column) else { continue };
        match use_of(field.dtype()) {
            ColumnUse::Number => {}
            ColumnUse::Text if slot.one_hot => {}
            ColumnUse::Text => assembly.holds_text(slot),
            ColumnUse::None => {
                let word = if assembly.is_target(number) { "target" } else { "column" };
                let message = format!("{word} \"{name}\" is of type {}: {ACCEPTED}", type_name(field.dtype()));
                assembly.mistakes.add(0, slot.column, || message);
            }
        }
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
    footer: &'a [u8],
    metadata: &FileMetadata,
    assembly: &Assembly,
) -> Result<Vec<RowGroup<'a>>, DataError> {
    let damaged = |message: String| assembly.mistakes.fatal(format!("damaged: {message}"));
    let elements = plain_columns(footer).unwrap_or_default();
    let mut groups = Vec::with_capacity(metadata.row_groups.len());
    let mut all_rows = 0_usize;
    for index in 0..metadata.row_groups.len() {
        let rows = metadata.row_groups[index].num_rows();
        all_rows = all_rows.saturating_add(rows);
        let chunks = assembly.slots().iter().map(|slot| {
            let name = assembly.name(slot.column);
            let at = || format!("row group {}, column \"{name}\"", index + 1);
            let element = elements.get(name).ok_or_else(|| damaged(format!("{} is not there", at())))?;
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
            for (slot, chunk) in slots.iter().zip(&group.chunks) {
                let convert = |series: &Series| ColumnCells::new(series, slot.one_hot);
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
