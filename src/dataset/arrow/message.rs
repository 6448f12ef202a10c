//! A message of an Arrow file, and the check of what it claims: polars allocates whatever sizes a message says, and a failed
//! allocation ends the program.

use std::io;
use std::ops::Range;

use polars_arrow::io::ipc::format::ipc::planus::ReadAsRoot as _;
use polars_arrow::io::ipc::format::ipc::{CompressionType, MessageHeaderRef, MessageRef, RecordBatchRef};

use crate::memory::has_room;
use crate::parquet::ReadAt;

/// Why an Arrow file could not be read.
#[derive(Debug)]
pub(super) enum ArrowFault {
    /// The operating system's error.
    Unreadable(io::Error),
    /// What is wrong with the file.
    Content(String),
}

impl From<io::Error> for ArrowFault {
    fn from(error: io::Error) -> Self {
        Self::Unreadable(error)
    }
}

impl ArrowFault {
    pub(super) fn damaged(message: impl std::fmt::Display) -> Self {
        Self::Content(format!("damaged: {message}"))
    }
}

/// What a message brings.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum MessageContent {
    Schema,
    /// The dictionary of this id.
    Dictionary(i64),
    /// So many rows.
    Rows(usize),
    Other,
}

/// A message, without its body.
pub(super) struct Message {
    /// Its frame (a marker and a length) and the bytes that describe it.
    pub bytes: Vec<u8>,
    /// The length of the frame.
    frame: usize,
    pub content: MessageContent,
    /// Where its body lies in the file.
    pub body: Range<u64>,
}

pub(super) const MARKER: [u8; 4] = [0xFF; 4];

impl Message {
    /// Reads the message at `at` of a file of `size` bytes; `None` at the end of a stream. Its body lies inside the file.
    pub(super) fn read(source: &(impl ReadAt + ?Sized), at: u64, size: u64) -> Result<Option<Self>, ArrowFault> {
        let cut_off = || ArrowFault::damaged("a message reaches beyond the end of the file: it is cut off");
        if at == size {
            return Ok(None);
        }
        let left = size.checked_sub(at).ok_or_else(cut_off)?;
        let mut bytes = vec![0; usize::try_from(left.min(8)).unwrap_or(8)];
        source.read_exact_at(&mut bytes, at)?;
        // Streams of old writers have no marker.
        let frame = if bytes.starts_with(&MARKER) { 8 } else { 4 };
        let length =
            bytes.get(frame - 4..frame).and_then(|bytes| <[u8; 4]>::try_from(bytes).ok()).ok_or_else(cut_off)?;
        let length = usize::try_from(i32::from_le_bytes(length))
            .map_err(|_| ArrowFault::damaged("a message of less than no bytes"))?;
        if length == 0 {
            return Ok(None);
        }
        let whole = frame + length;
        if whole as u64 > left {
            return Err(cut_off());
        }
        if !has_room(whole as u64) {
            return Err(ArrowFault::damaged(format!("a message of {length} bytes does not fit in memory")));
        }
        bytes.resize(whole, 0);
        source.read_exact_at(&mut bytes, at)?;
        let (content, body_length) = describe(&bytes[frame..]).ok_or_else(contradiction)?;
        let start = at + whole as u64;
        let end = start.checked_add(body_length).filter(|end| *end <= size).ok_or_else(cut_off)?;
        Ok(Some(Self { bytes, frame, content, body: start..end }))
    }

    /// The bytes that describe it.
    pub(super) fn description(&self) -> &[u8] {
        &self.bytes[self.frame..]
    }

    /// The batch of a message of rows or of a dictionary.
    pub(super) fn batch(&self) -> Option<RecordBatchRef<'_>> {
        match MessageRef::read_as_root(self.description()).ok()?.header().ok()?? {
            MessageHeaderRef::RecordBatch(batch) => Some(batch),
            MessageHeaderRef::DictionaryBatch(batch) => batch.data().ok()?,
            _ => None,
        }
    }

    /// Checks that each buffer lies inside the body and is no larger, once decompressed, than memory has room for.
    pub(super) fn check(&self, source: &(impl ReadAt + ?Sized)) -> Result<(), ArrowFault> {
        let message = MessageRef::read_as_root(self.description()).map_err(|_| contradiction())?;
        let Ok(Some(header)) = message.header() else { return Err(contradiction()) };
        let batch = match header {
            MessageHeaderRef::RecordBatch(batch) => Ok(Some(batch)),
            MessageHeaderRef::DictionaryBatch(batch) => {
                if batch.is_delta().unwrap_or(false) {
                    let message =
                        "a dictionary comes in pieces (deltas), which are not read: write the table into one file";
                    return Err(ArrowFault::Content(message.to_owned()));
                }
                batch.data()
            }
            _ => return Ok(()),
        };
        self.check_buffers(source, batch.ok().flatten().ok_or_else(contradiction)?)
    }

    fn check_buffers(&self, source: &(impl ReadAt + ?Sized), batch: RecordBatchRef) -> Result<(), ArrowFault> {
        let compression = batch.compression().map_err(|_| contradiction())?;
        let codec = compression.map(|compression| compression.codec()).transpose().map_err(|_| contradiction())?;
        let buffers = batch.buffers().ok().flatten().ok_or_else(contradiction)?;
        for buffer in buffers.iter() {
            let start = u64::try_from(buffer.offset()).ok().and_then(|offset| self.body.start.checked_add(offset));
            let length = u64::try_from(buffer.length()).ok();
            let end = start.zip(length).and_then(|(start, length)| start.checked_add(length));
            let (Some(start), Some(length), Some(_)) = (start, length, end.filter(|end| *end <= self.body.end)) else {
                return Err(ArrowFault::damaged("a column reaches beyond its batch"));
            };
            let mut bytes = length;
            // An empty buffer may be left out, and a compressed one begins with its true length.
            if let Some(codec) = codec.filter(|_| length >= 8) {
                let mut claimed = [0; 8];
                source.read_exact_at(&mut claimed, start)?;
                bytes = i64::from_le_bytes(claimed).max(0).cast_unsigned();
                if bytes > length.saturating_mul(most_expansion(codec)) {
                    return Err(ArrowFault::damaged(format!(
                        "{length} compressed bytes of a column cannot hold the {bytes} that they claim"
                    )));
                }
            }
            if !has_room(bytes) {
                return Err(ArrowFault::damaged(format!(
                    "a column of {bytes} bytes in a batch does not fit in memory"
                )));
            }
        }
        Ok(())
    }
}

/// The most bytes that one compressed byte can stand for, by the formats: in LZ4 a byte lengthens a match by 255, in Zstandard a block
/// of 128 KiB of one byte takes four.
const fn most_expansion(codec: CompressionType) -> u64 {
    match codec {
        CompressionType::Lz4Frame => 255,
        CompressionType::Zstd => (128 << 10) / 4,
    }
}

fn contradiction() -> ArrowFault {
    ArrowFault::damaged("a message contradicts itself")
}

/// What a message brings, and the length of its body.
fn describe(bytes: &[u8]) -> Option<(MessageContent, u64)> {
    let message = MessageRef::read_as_root(bytes).ok()?;
    let content = match message.header().ok()?? {
        MessageHeaderRef::Schema(_) => MessageContent::Schema,
        MessageHeaderRef::DictionaryBatch(batch) => MessageContent::Dictionary(batch.id().ok()?),
        MessageHeaderRef::RecordBatch(batch) => MessageContent::Rows(usize::try_from(batch.length().ok()?).ok()?),
        _ => MessageContent::Other,
    };
    Some((content, u64::try_from(message.body_length().ok()?).ok()?))
}
