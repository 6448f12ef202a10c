//! Reads Arrow files into a data set, one batch of rows at a time.

use std::io::{self, Read, Seek, SeekFrom};

use polars::polars_utils::bool::UnsafeBool;
use polars_arrow::array::Array;
use polars_arrow::datatypes::ArrowDataType;
use polars_arrow::io::ipc::IpcField;
use polars_arrow::io::ipc::format::ipc::Block;
use polars_arrow::io::ipc::read::{Dictionaries, FileMetadata, read_batch, read_dictionary_block};

use super::layout::ArrowLayout;
use super::message::{ArrowFault, Message, MessageContent};
use super::unread::{dictionaries_of, short_views, short_views_message};
use crate::dataset::columnar::{
    ColumnCells, ColumnKind, ColumnarFormat, ColumnarInput, FileColumns, FileRows, pandas_index,
};
use crate::dataset::table::{FileMistakes, TableOptions, in_nfc};
use crate::dataset::{DataError, file};
use crate::parquet::{ReadAt, guarded};

/// Rows whose cells are converted at a time.
const PORTION: usize = 1 << 17;

/// Reads Arrow files and streams.
pub(super) struct ArrowFormat;

impl ColumnarFormat for ArrowFormat {
    const NAME: &'static str = "arrow";
    const HEADER: &'static str = "schema";
    type Content = ArrowLayout;

    fn open(&self, input: &ColumnarInput, options: &TableOptions) -> Result<(FileColumns, ArrowLayout), DataError> {
        let layout = ArrowLayout::read(input).map_err(|fault| error(fault, input.path))?;
        let names: Vec<String> = layout.metadata.schema.iter_names().map(ToString::to_string).collect();
        let labels = layout.metadata.custom_schema_metadata.as_ref();
        let pandas = labels.and_then(|labels| labels.get("pandas")).map(|text| text.as_str());
        let columns = FileColumns {
            index: pandas_index(pandas, &names),
            kinds: layout.metadata.schema.iter_values().map(|field| ColumnKind::of(field.dtype())).collect(),
            names: in_nfc(names),
            rows: layout.rows(),
            options: options.clone(),
            notes: Vec::new(),
        };
        Ok((columns, layout))
    }

    fn read(&self, input: &ColumnarInput, content: ArrowLayout, rows: &mut FileRows) -> Result<(), DataError> {
        rows.reserve()?;
        read_rows(input, content, rows)
    }
}

fn error(fault: ArrowFault, path: &str) -> DataError {
    match fault {
        ArrowFault::Unreadable(error) => file::cannot_read(path, &error),
        ArrowFault::Content(message) => FileMistakes::new(path).fatal(message),
    }
}

fn read_rows(input: &ColumnarInput, layout: ArrowLayout, into: &mut FileRows) -> Result<(), DataError> {
    let slots = into.slots();
    let mut used: Vec<usize> = slots.iter().map(|slot| slot.column).collect();
    used.sort_unstable();
    let ArrowLayout { mut metadata, messages } = layout;
    let needed = dictionaries_of(&metadata, &used);
    let mut dictionaries = Dictionaries::default();
    let mut number = 0;
    for message in &messages {
        let rows = match message.content {
            MessageContent::Rows(rows) => rows,
            MessageContent::Dictionary(id) if !needed.contains(&id) => continue,
            MessageContent::Dictionary(_) => {
                let read = decode_dictionary(input, message, &mut metadata, &mut dictionaries);
                read.map_err(|fault| error(fault, input.path))?;
                continue;
            }
            MessageContent::Schema | MessageContent::Other => continue,
        };
        number += 1;
        let batch = decode_rows(input, message, &mut metadata, &dictionaries, &used);
        let batch = batch.map_err(|fault| error(fault, input.path))?;
        for first in (0..rows).step_by(PORTION) {
            let taken = PORTION.min(rows - first);
            let mut cells = Vec::with_capacity(slots.len());
            for (slot, kind) in slots.iter().zip(&into.kinds) {
                let array = used.binary_search(&slot.column).ok().and_then(|at| batch.get(at));
                let converted = guarded(|| {
                    let array =
                        array.filter(|array| array.len() == rows).ok_or("it has not as many rows as its batch")?;
                    ColumnCells::new(array.sliced(first, taken).as_ref(), kind, slot.one_hot, into.round)
                });
                cells.push(converted.map_err(|message| {
                    let name = into.name(slot.column);
                    FileMistakes::new(input.path)
                        .fatal(format!("damaged: batch {number}, column \"{name}\": {message}"))
                })?);
            }
            into.cells(&cells, taken)?;
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
    let fields = metadata.schema.iter_values().map(|field| field.dtype());
    let is_used = |column: usize| used.binary_search(&column).is_ok();
    if let Some(column) = message.batch().and_then(|batch| short_views(batch, fields, is_used)) {
        let name = metadata.schema.get_at_index(column).map_or("", |(name, _)| name.as_str());
        return Err(ArrowFault::Content(short_views_message(name)));
    }
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
    let of_dictionary = |field: &IpcField| match message.content {
        MessageContent::Dictionary(id) => field.dictionary_id == Some(id),
        _ => false,
    };
    let column = metadata.ipc_schema.fields.iter().position(of_dictionary);
    if let Some((name, field)) = column.and_then(|column| metadata.schema.get_at_index(column))
        && let ArrowDataType::Dictionary(_, values, _) = field.dtype()
        && message.batch().and_then(|batch| short_views(batch, std::iter::once(&**values), |_| true)).is_some()
    {
        return Err(ArrowFault::Content(short_views_message(name)));
    }
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
