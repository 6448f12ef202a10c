//! One reading of the file, some rows of a row group at a time.

use std::io::Cursor;
use std::sync::Arc;

use polars::io::parquet::metadata::{FileMetadata, FileMetadataRef};
use polars::prelude::SerReader as _;
use polars::prelude::{ArrowSchema, ParquetReader, PolarsResult};

use super::columns::{Use, type_name, use_of};
use super::damage;
use super::excerpt::{Chunk, Excerpt};
use super::pages::{Fault, Pages};
use crate::dataset::file::ReadAt;
use crate::dataset::table::{Assembly, At, Choice, Header, Mistakes, Options};
use crate::dataset::{DataError, Dataset, Extent, file};
use crate::guard::guarded;
use crate::thrift;

/// What is decoded at a time.
#[derive(Clone, Copy)]
pub(super) struct Portion {
    pub numbers: usize,
    /// So many rows at least: no page is then decoded often.
    pub rows: usize,
}

impl Portion {
    pub(super) const USUAL: Self = Self { numbers: 1 << 22, rows: 1 << 17 };
}

const ACCEPTED: &str = "int32, int64, uint32, uint64, float32, float64 and boolean are read, and text in one_hot";

/// Reads a file of `size` bytes.
pub(super) fn parse(
    source: &(impl ReadAt + ?Sized),
    size: u64,
    options: &Options,
    portion: Portion,
) -> Result<Dataset, DataError> {
    let mut mistakes = Mistakes::new(&options.path);
    let footer = damage::footer(source, size).map_err(|error| file::cannot_read(&options.path, &error))?;
    let footer = footer.map_err(|message| mistakes.fatal(message))?;
    let (metadata, schema) =
        open(&footer).map_err(|message| mistakes.fatal(format!("its footer cannot be read: {message}")))?;

    let names: Vec<String> = schema.iter_names().map(ToString::to_string).collect();
    let header = Header { names: &names, word: "schema", line: 0 };
    let choice = Choice::of(&header, options, &mut mistakes);
    let mut assembly = Assembly::new(&header, &choice, options, mistakes);
    check_types(&schema, options, &mut assembly);
    if metadata.num_rows == 0 {
        assembly.mistakes.add(0, usize::MAX, || "no rows");
    }
    assembly.mistakes.check()?;

    let groups = groups(source, size, &footer, &metadata, &assembly)?;
    assembly.reserve(metadata.num_rows)?;
    read_rows(source, &groups, portion, &mut assembly)?;
    assembly.finish()
}

/// What a file of `size` bytes says that it holds of the columns that are used.
pub(super) fn extent(source: &(impl ReadAt + ?Sized), size: u64, options: &Options) -> Result<Extent, DataError> {
    let mut mistakes = Mistakes::new(&options.path);
    let footer = damage::footer(source, size).map_err(|error| file::cannot_read(&options.path, &error))?;
    let footer = footer.map_err(|message| mistakes.fatal(message))?;
    let (metadata, schema) = open(&footer).map_err(|message| mistakes.fatal(message))?;
    let names: Vec<String> = schema.iter_names().map(ToString::to_string).collect();
    let choice = Choice::of(&Header { names: &names, word: "schema", line: 0 }, options, &mut mistakes);
    mistakes.check()?;
    Ok(Extent { rows: metadata.num_rows, columns: choice.features.len() })
}

/// The footer, and the schema that the file's own types say.
fn open(footer: &[u8]) -> Result<(FileMetadataRef, Arc<ArrowSchema>), String> {
    guarded(|| {
        let metadata = FileMetadata {
            // Without what writers add for themselves: a dictionary is then the text that it stands for.
            key_value_metadata: None,
            ..FileMetadata::clone(ParquetReader::new(Cursor::new(footer)).get_metadata()?)
        };
        let metadata = Arc::new(metadata);
        let mut reader = ParquetReader::new(Cursor::new(footer));
        reader.set_metadata(Arc::clone(&metadata));
        PolarsResult::Ok((metadata, reader.schema()?))
    })
}

/// Adds the columns whose type cannot be used as they are meant to be.
fn check_types(schema: &Arc<ArrowSchema>, options: &Options, assembly: &mut Assembly) {
    for slot in assembly.slots().to_vec() {
        let Some((name, field)) = schema.get_at_index(slot.column) else { continue };
        let is_target = *name == *options.target;
        let message = match use_of(field.dtype()) {
            Use::Number => continue,
            Use::Text if slot.one_hot => continue,
            Use::Text if is_target => format!("target \"{name}\" holds text: a number is expected"),
            Use::Text => format!("column \"{name}\" holds text: list it in one_hot, or leave it out of features"),
            Use::None => format!(
                "{} \"{name}\" is of type {}: {ACCEPTED}",
                if is_target { "target" } else { "column" },
                type_name(field.dtype())
            ),
        };
        assembly.mistakes.add(0, slot.column, || message);
    }
}

/// A row group: how many rows, and a chunk for each slot.
struct Group<'a> {
    rows: usize,
    chunks: Vec<Chunk<'a>>,
}

/// The row groups, once all that they claim has been held against the file.
fn groups<'a>(
    source: &(impl ReadAt + ?Sized),
    size: u64,
    footer: &'a [u8],
    metadata: &FileMetadata,
    assembly: &Assembly,
) -> Result<Vec<Group<'a>>, DataError> {
    let damaged = |message: String| assembly.mistakes.fatal(format!("damaged: {message}"));
    let elements = thrift::plain_columns(footer).unwrap_or_default();
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
                damage::claim(metadata, index, name, size).map_err(|message| damaged(format!("{} {message}", at())))?;
            let pages = Pages::find(source, &claim).map_err(|fault| match fault {
                Fault::Unreadable(error) => file::cannot_read(assembly.path(), &error),
                Fault::Damaged(message) => damaged(format!("{}: {message}", at())),
            })?;
            Ok(Chunk { element, codec, claim, pages })
        });
        groups.push(Group { rows, chunks: chunks.collect::<Result<_, DataError>>()? });
    }
    if all_rows == metadata.num_rows {
        Ok(groups)
    } else {
        Err(damaged(format!("the file says {} rows, its row groups {all_rows}", metadata.num_rows)))
    }
}

fn read_rows(
    source: &(impl ReadAt + ?Sized),
    groups: &[Group],
    portion: Portion,
    assembly: &mut Assembly,
) -> Result<(), DataError> {
    let slots = assembly.slots().to_vec();
    let at_a_time = (portion.numbers / slots.len()).max(portion.rows);
    let mut excerpt = Excerpt::default();
    let mut row = 0;
    for (group, number) in groups.iter().zip(1..) {
        for first in (0..group.rows).step_by(at_a_time) {
            let rows = at_a_time.min(group.rows - first);
            let mut columns = Vec::with_capacity(slots.len());
            for (slot, chunk) in slots.iter().zip(&group.chunks) {
                let column = excerpt.column(source, chunk, (first, rows), slot.one_hot);
                columns.push(column.map_err(|fault| match fault {
                    Fault::Unreadable(error) => file::cannot_read(assembly.path(), &error),
                    Fault::Damaged(message) => {
                        let name = assembly.name(slot.column);
                        let at = format!("row group {number}, column \"{name}\"");
                        assembly.mistakes.fatal(format!("damaged: {at} cannot be decoded: {message}"))
                    }
                })?);
            }
            for index in 0..rows {
                row += 1;
                let place = |_| format!("row {row}");
                assembly.row(&At { row, order: row, place: &place }, |slot, _| columns[slot].cell(index))?;
            }
        }
    }
    Ok(())
}
