//! Reads an Arrow file into a data set, one batch of rows at a time.

use std::io::{self, Read, Seek, SeekFrom};

use polars::polars_utils::bool::UnsafeBool;
use polars_arrow::array::Array;
use polars_arrow::io::ipc::format::ipc::Block;
use polars_arrow::io::ipc::read::{Dictionaries, FileMetadata, read_batch, read_dictionary_block};

use super::layout::ArrowLayout;
use super::message::{ArrowFault, Message, MessageContent};
use crate::dataset::columnar::{ColumnCells, ColumnKind, ColumnarOptions, check_kinds, pandas_index, text_columns};
use crate::dataset::table::{Assembly, ColumnChoice, FileHeader, FileMistakes, RowPlace};
use crate::dataset::{DataError, Dataset, DatasetSize, file};
use crate::parquet::{ReadAt, guarded};

/// Rows whose cells are converted at a time.
const PORTION: usize = 1 << 17;

/// Reads a file of `size` bytes.
pub(super) fn parse(
    source: &(impl ReadAt + ?Sized),
    size: u64,
    ColumnarOptions { table: options, round }: &ColumnarOptions,
) -> Result<Dataset, DataError> {
    let mut mistakes = FileMistakes::new(&options.path);
    let layout = ArrowLayout::read(source, size).map_err(|fault| error(fault, &mistakes, &options.path))?;
    let (names, index) = columns(&layout);
    let text = text_columns(&layout.metadata.schema);
    let header = FileHeader { names: &names, word: "schema", line: 0, index: &index, text: Some(&text) };
    let choice = ColumnChoice::of(&header, options, &mut mistakes);
    let mut assembly = Assembly::new(&header, choice, options, mistakes);
    let unknown = || ColumnKind::Other("unknown".to_owned());
    let kinds = assembly.slots().iter().map(|slot| {
        let field = layout.metadata.schema.get_at_index(slot.column);
        field.map_or_else(unknown, |(_, field)| ColumnKind::of(field.dtype()))
    });
    let kinds: Vec<ColumnKind> = kinds.collect();
    check_kinds(&kinds, &mut assembly);
    let rows = layout.rows();
    if rows == 0 {
        assembly.mistakes.add(0, usize::MAX, || "no rows");
    }
    assembly.check()?;
    assembly.reserve(rows)?;
    read_rows(source, layout, &kinds, *round, &mut assembly)?;
    assembly.finish()
}

/// The size of the data set by the messages of a file of `size` bytes.
pub(super) fn size(
    source: &(impl ReadAt + ?Sized),
    size: u64,
    ColumnarOptions { table: options, .. }: &ColumnarOptions,
) -> Result<DatasetSize, DataError> {
    let mut mistakes = FileMistakes::new(&options.path);
    let layout = ArrowLayout::read(source, size).map_err(|fault| error(fault, &mistakes, &options.path))?;
    let (names, index) = columns(&layout);
    let header = FileHeader { names: &names, word: "schema", line: 0, index: &index, text: None };
    let choice = ColumnChoice::of(&header, options, &mut mistakes);
    mistakes.check()?;
    Ok(DatasetSize { rows: layout.rows(), columns: choice.features.len() })
}

fn error(fault: ArrowFault, mistakes: &FileMistakes, path: &str) -> DataError {
    match fault {
        ArrowFault::Unreadable(error) => file::cannot_read(path, &error),
        ArrowFault::Content(message) => mistakes.fatal(message),
    }
}

/// The names of the columns, and those that are an index of pandas.
fn columns(layout: &ArrowLayout) -> (Vec<String>, Vec<usize>) {
    let names: Vec<String> = layout.metadata.schema.iter_names().map(ToString::to_string).collect();
    let labels = layout.metadata.custom_schema_metadata.as_ref();
    let index = pandas_index(labels.and_then(|labels| labels.get("pandas")).map(|text| text.as_str()), &names);
    (names, index)
}

fn read_rows(
    source: &(impl ReadAt + ?Sized),
    layout: ArrowLayout,
    kinds: &[ColumnKind],
    round: bool,
    assembly: &mut Assembly,
) -> Result<(), DataError> {
    let slots = assembly.slots().to_vec();
    let mut used: Vec<usize> = slots.iter().map(|slot| slot.column).collect();
    used.sort_unstable();
    let ArrowLayout { mut metadata, messages } = layout;
    let mut dictionaries = Dictionaries::default();
    let (mut row, mut number) = (0, 0);
    for message in &messages {
        let rows = match message.content {
            MessageContent::Rows(rows) => rows,
            MessageContent::Dictionary => {
                let read = decode_dictionary(source, message, &mut metadata, &mut dictionaries);
                read.map_err(|fault| error(fault, &assembly.mistakes, assembly.path()))?;
                continue;
            }
            MessageContent::Schema | MessageContent::Other => continue,
        };
        number += 1;
        let batch = decode_rows(source, message, &mut metadata, &dictionaries, &used);
        let batch = batch.map_err(|fault| error(fault, &assembly.mistakes, assembly.path()))?;
        for first in (0..rows).step_by(PORTION) {
            let taken = PORTION.min(rows - first);
            let mut cells = Vec::with_capacity(slots.len());
            for (slot, kind) in slots.iter().zip(kinds) {
                let array = used.binary_search(&slot.column).ok().and_then(|at| batch.get(at));
                let converted = guarded(|| {
                    let array =
                        array.filter(|array| array.len() == rows).ok_or("it has not as many rows as its batch")?;
                    ColumnCells::new(array.sliced(first, taken).as_ref(), kind, slot.one_hot, round)
                });
                cells.push(converted.map_err(|message| {
                    let name = assembly.name(slot.column);
                    assembly.mistakes.fatal(format!("damaged: batch {number}, column \"{name}\": {message}"))
                })?);
            }
            for index in 0..taken {
                row += 1;
                let place = |_| format!("row {row}");
                assembly.row(&RowPlace { place: &place }, |slot, _| cells[slot].cell(index))?;
            }
        }
    }
    Ok(())
}

/// The columns in `used`, which are in order, of the rows of a message.
fn decode_rows(
    source: &(impl ReadAt + ?Sized),
    message: &Message,
    metadata: &mut FileMetadata,
    dictionaries: &Dictionaries,
    used: &[usize],
) -> Result<Vec<Box<dyn Array>>, ArrowFault> {
    message.check(source)?;
    metadata.blocks = vec![block(message)?];
    let mut reader = MessageReader { source, message, at: 0 };
    let (mut description, mut bytes) = (Vec::new(), Vec::new());
    let checked = UnsafeBool::default();
    let decoded = guarded(|| {
        read_batch(
            &mut reader,
            dictionaries,
            metadata,
            Some(used),
            None,
            0,
            true,
            &mut description,
            &mut bytes,
            checked,
        )
    });
    decoded.map(|batch| batch.into_arrays()).map_err(ArrowFault::damaged)
}

fn decode_dictionary(
    source: &(impl ReadAt + ?Sized),
    message: &Message,
    metadata: &mut FileMetadata,
    dictionaries: &mut Dictionaries,
) -> Result<(), ArrowFault> {
    message.check(source)?;
    let block = block(message)?;
    let mut reader = MessageReader { source, message, at: 0 };
    let (mut description, mut bytes) = (Vec::new(), Vec::new());
    let checked = UnsafeBool::default();
    guarded(|| {
        read_dictionary_block(&mut reader, metadata, &block, true, dictionaries, &mut description, &mut bytes, checked)
    })
    .map_err(ArrowFault::damaged)
}

/// Where polars finds the body in what [`MessageReader`] reads.
fn block(message: &Message) -> Result<Block, ArrowFault> {
    let length = message.body.end - message.body.start;
    let too_long = |_| ArrowFault::damaged("a message of too many bytes");
    Ok(Block {
        offset: 0,
        meta_data_length: i32::try_from(message.bytes.len()).map_err(too_long)?,
        body_length: i64::try_from(length).map_err(too_long)?,
    })
}

/// A message that was checked, followed by its body in the file.
struct MessageReader<'a, S: ReadAt + ?Sized> {
    source: &'a S,
    message: &'a Message,
    at: u64,
}

impl<S: ReadAt + ?Sized> Read for MessageReader<'_, S> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let Message { bytes, body, .. } = self.message;
        let head = bytes.len() as u64;
        let read = if self.at < head {
            (&bytes[usize::try_from(self.at).unwrap_or(bytes.len())..]).read(buffer)?
        } else {
            let start = body.start.saturating_add(self.at - head);
            let length = body.end.saturating_sub(start).min(buffer.len() as u64);
            let length = usize::try_from(length).unwrap_or(buffer.len());
            self.source.read_exact_at(&mut buffer[..length], start)?;
            length
        };
        self.at += read as u64;
        Ok(read)
    }
}

impl<S: ReadAt + ?Sized> Seek for MessageReader<'_, S> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let to = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::Current(by) => self.at.checked_add_signed(by),
            SeekFrom::End(_) => None,
        };
        self.at = to.ok_or_else(|| io::Error::from(io::ErrorKind::InvalidInput))?;
        Ok(self.at)
    }
}
