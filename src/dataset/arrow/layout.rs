//! The parts of an Arrow file: its schema, its dictionaries and its batches, found before any of them is decoded.

use std::sync::Arc;

use polars_arrow::io::ipc::format::ipc::planus::ReadAsRoot as _;
use polars_arrow::io::ipc::format::ipc::{FieldRef, FooterRef, MessageHeaderRef, MessageRef, SchemaRef};
use polars_arrow::io::ipc::read::{FileMetadata, deserialize_footer, deserialize_schema};

use super::message::{ArrowFault, MARKER, Message, MessageContent};
use super::unread::unread_type;
use crate::dataset::columnar::ColumnarInput;
use crate::parquet::{ReadAt, guarded};

/// An Arrow file whose messages lie where it says.
pub(super) struct ArrowLayout {
    pub metadata: FileMetadata,
    /// Dictionaries and batches. A batch has the dictionaries before it.
    pub messages: Vec<Message>,
}

const MAGIC: &[u8] = b"ARROW1";

/// No schema has fields inside fields deeper than this, nor more fields.
const DEEPEST: usize = 64;
const MOST_FIELDS: usize = 1 << 20;

impl ArrowLayout {
    pub(super) fn read(source: &ColumnarInput) -> Result<Self, ArrowFault> {
        let size = source.size;
        let content = |message: &str| Err(ArrowFault::Content(message.to_owned()));
        let mut start = [0; 8];
        let known = usize::try_from(size.min(8)).unwrap_or(8);
        source.read_exact_at(&mut start[..known], 0)?;
        let layout = match &start[..known] {
            [] => return content("the file is empty: an Arrow file is expected"),
            start if start.starts_with(MAGIC) => file(source, size),
            start if start.starts_with(&MARKER) => stream(source, size),
            _ => return content(&source.foreign("an Arrow file (Feather 2) or stream")),
        }?;
        if !layout.metadata.ipc_schema.is_little_endian {
            return content("it was written on a big-endian machine, which is not read: write it again as Parquet");
        }
        if layout.metadata.schema.len() != layout.metadata.ipc_schema.fields.len() {
            return content("a name stands twice in its schema: give each column a name of its own");
        }
        Ok(layout)
    }

    /// The rows of all batches.
    pub(super) fn rows(&self) -> usize {
        let rows = self.messages.iter().map(|message| match message.content {
            MessageContent::Rows(rows) => rows,
            _ => 0,
        });
        rows.fold(0, usize::saturating_add)
    }
}

/// A file says in its footer where its messages lie.
fn file(source: &(impl ReadAt + ?Sized), size: u64) -> Result<ArrowLayout, ArrowFault> {
    // The length of the footer, and the magic again.
    const TAIL: u64 = 10;
    let mut tail = [0; TAIL as usize];
    if size >= 8 + TAIL {
        source.read_exact_at(&mut tail, size - TAIL)?;
    }
    if !tail.ends_with(MAGIC) {
        return Err(ArrowFault::Content("the file is cut off: an Arrow file ends with ARROW1".to_owned()));
    }
    let damaged = || ArrowFault::damaged("its footer contradicts itself");
    let [a, b, c, d, ..] = tail;
    let length = u64::try_from(i32::from_le_bytes([a, b, c, d])).ok().filter(|length| *length <= size - 8 - TAIL);
    let length = length.ok_or_else(damaged)?;
    let mut footer = vec![0; usize::try_from(length).map_err(|_| damaged())?];
    source.read_exact_at(&mut footer, size - TAIL - length)?;
    let schema = FooterRef::read_as_root(&footer).ok().and_then(|footer| footer.schema().ok().flatten());
    check_schema(schema.filter(|schema| is_shallow(*schema)).ok_or_else(damaged)?)?;
    let metadata = guarded(|| deserialize_footer(&footer, size)).map_err(ArrowFault::damaged)?;
    let mut messages = Vec::new();
    for block in metadata.dictionaries.iter().flatten().chain(&metadata.blocks) {
        let at = u64::try_from(block.offset).map_err(|_| damaged())?;
        messages.push(Message::read(source, at, size)?.ok_or_else(damaged)?);
    }
    Ok(ArrowLayout { metadata, messages })
}

/// In a stream one message follows the other.
fn stream(source: &(impl ReadAt + ?Sized), size: u64) -> Result<ArrowLayout, ArrowFault> {
    let first = Message::read(source, 0, size)?;
    let schema = first.filter(|message| message.content == MessageContent::Schema);
    let schema = schema.ok_or_else(|| ArrowFault::damaged("a stream begins with its schema"))?;
    let header =
        MessageRef::read_as_root(schema.description()).ok().and_then(|message| message.header().ok().flatten());
    match header {
        Some(MessageHeaderRef::Schema(schema)) if is_shallow(schema) => check_schema(schema)?,
        _ => return Err(ArrowFault::damaged("its schema contradicts itself")),
    }
    let (fields, ipc_schema, custom) =
        guarded(|| deserialize_schema(schema.description())).map_err(ArrowFault::damaged)?;
    let mut at = schema.body.end;
    let mut messages = Vec::new();
    while let Some(message) = Message::read(source, at, size)? {
        at = message.body.end;
        messages.push(message);
    }
    let metadata = FileMetadata {
        schema: Arc::new(fields),
        custom_schema_metadata: custom.map(Arc::new),
        custom_metadata: None,
        ipc_schema,
        blocks: Vec::new(),
        dictionaries: None,
        size,
    };
    Ok(ArrowLayout { metadata, messages })
}

fn check_schema(schema: SchemaRef) -> Result<(), ArrowFault> {
    unread_type(schema).map_or(Ok(()), |message| Err(ArrowFault::Content(message)))
}

/// Whether the fields of a schema are few enough, and not too deep inside each other, to be decoded: that recurses.
fn is_shallow(schema: SchemaRef) -> bool {
    fn within(field: FieldRef, depth: usize, left: &mut usize) -> bool {
        if depth == DEEPEST || *left == 0 {
            return false;
        }
        *left -= 1;
        match field.children() {
            Ok(Some(children)) => children.iter().all(|child| child.is_ok_and(|child| within(child, depth + 1, left))),
            Ok(None) => true,
            Err(_) => false,
        }
    }
    let mut left = MOST_FIELDS;
    match schema.fields() {
        Ok(Some(fields)) => fields.iter().all(|field| field.is_ok_and(|field| within(field, 0, &mut left))),
        _ => false,
    }
}
