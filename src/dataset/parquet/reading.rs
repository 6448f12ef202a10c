//! One reading of the file, some rows of a row group at a time.

use std::collections::BTreeSet;
use std::sync::Arc;

use polars::io::mmap::MmapBytesReader;
use polars::io::parquet::metadata::{FileMetadata, FileMetadataRef};
use polars::prelude::{ArrowSchema, DataFrame, ParallelStrategy, ParquetReader, PolarsResult, SerReader as _};

use super::columns::{Column, Use, type_name, use_of};
use super::damage;
use crate::dataset::table::{Assembly, At, Choice, Header, Options, Problems};
use crate::dataset::{DataError, Dataset, file};
use crate::guard::guarded;

/// Rows decoded at a time: so many numbers, but enough rows that no page is decoded often.
const NUMBERS_AT_A_TIME: usize = 1 << 22;
const FEWEST_ROWS: usize = 1 << 17;

const ACCEPTED: &str = "int32, int64, uint32, uint64, float32, float64 and boolean are read, and text in one_hot";

/// Reads a file of `size` bytes.
pub(super) fn parse(mut file: impl MmapBytesReader, size: u64, options: &Options) -> Result<Dataset, DataError> {
    let mut problems = Problems::new(&options.path);
    let frame = damage::frame(&mut file, size).map_err(|error| file::cannot_read(&options.path, &error))?;
    frame.map_err(|message| problems.fatal(message))?;
    let (metadata, schema) =
        open(&mut file).map_err(|message| problems.fatal(format!("its footer cannot be read: {message}")))?;

    let names: Vec<String> = schema.iter_names().map(ToString::to_string).collect();
    let header = Header { names: &names, word: "schema", line: 0 };
    let choice = Choice::of(&header, options, &mut problems);
    let mut assembly = Assembly::new(&header, &choice, options, problems);
    check_types(&schema, options, &mut assembly);
    if metadata.num_rows == 0 {
        assembly.problems.add(0, usize::MAX, || "no rows");
    }
    assembly.problems.check()?;

    let used: BTreeSet<usize> = assembly.slots().iter().map(|slot| slot.column).collect();
    let used: Vec<usize> = used.into_iter().collect();
    let used_names: Vec<&str> = used.iter().map(|&column| names[column].as_str()).collect();
    damage::claims(&mut file, size, &metadata, &used_names).map_err(|message| assembly.problems.fatal(message))?;
    assembly.reserve(metadata.num_rows)?;
    read_rows(&mut file, &metadata, &used, &mut assembly)?;
    assembly.finish()
}

/// The footer, and the schema that the file's own types say.
fn open(file: &mut impl MmapBytesReader) -> Result<(FileMetadataRef, Arc<ArrowSchema>), String> {
    guarded(|| {
        let metadata = FileMetadata {
            // Without what writers add for themselves: a dictionary is then the text that it stands for.
            key_value_metadata: None,
            ..FileMetadata::clone(ParquetReader::new(&mut *file).get_metadata()?)
        };
        let metadata = Arc::new(metadata);
        let mut reader = ParquetReader::new(&mut *file);
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
        assembly.problems.add(0, slot.column, || message);
    }
}

fn read_rows(
    file: &mut impl MmapBytesReader,
    metadata: &FileMetadata,
    used: &[usize],
    assembly: &mut Assembly,
) -> Result<(), DataError> {
    let at_a_time = (NUMBERS_AT_A_TIME / used.len()).max(FEWEST_ROWS);
    let mut row = 0;
    for (group, number) in metadata.row_groups.iter().zip(1..) {
        let rows = group.num_rows();
        let group = Arc::new(FileMetadata { num_rows: rows, row_groups: vec![group.clone()], ..bare(metadata) });
        for first in (0..rows).step_by(at_a_time) {
            let slice = (first, at_a_time.min(rows - first));
            let columns = decode(file, &group, used, slice, assembly).map_err(|message| {
                assembly.problems.fatal(format!("damaged: row group {number} cannot be decoded: {message}"))
            })?;
            for index in 0..slice.1 {
                row += 1;
                let place = |_| format!("row {row}");
                assembly.row(&At { row, order: row, place: &place }, |slot, _| columns[slot].cell(index))?;
            }
        }
    }
    Ok(())
}

/// A footer without row groups.
fn bare(metadata: &FileMetadata) -> FileMetadata {
    FileMetadata {
        version: metadata.version,
        num_rows: 0,
        max_row_group_height: metadata.max_row_group_height,
        created_by: None,
        row_groups: Vec::new(),
        key_value_metadata: None,
        schema_descr: metadata.schema_descr.clone(),
        column_orders: None,
        footer_buf: metadata.footer_buf.clone(),
    }
}

/// Some rows of a row group: a column for each slot.
fn decode(
    file: &mut impl MmapBytesReader,
    group: &FileMetadataRef,
    used: &[usize],
    slice: (usize, usize),
    assembly: &Assembly,
) -> Result<Vec<Column>, String> {
    let columns: Vec<Column> = guarded(|| -> PolarsResult<_> {
        let mut reader = ParquetReader::new(&mut *file);
        reader.set_metadata(Arc::clone(group));
        let frame: DataFrame = reader
            .with_projection(Some(used.to_vec()))
            .with_slice(Some(slice))
            // On this thread, where panics are caught and memory is what one slice takes.
            .read_parallel(ParallelStrategy::None)
            .finish()?;
        let by_column = |column: usize| used.binary_search(&column).unwrap_or(0);
        assembly
            .slots()
            .iter()
            .map(|slot| {
                let series = frame.columns()[by_column(slot.column)].as_materialized_series();
                Column::new(series, slot.one_hot)
            })
            .collect()
    })?;
    match columns.iter().find(|column| column.len() != slice.1) {
        None => Ok(columns),
        Some(short) => Err(format!("{} rows where {} are claimed", short.len(), slice.1)),
    }
}
