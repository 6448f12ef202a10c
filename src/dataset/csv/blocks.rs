//! A file in blocks of whole lines.

use std::io::{self, Read};

/// The least bytes of a block: enough for a byte order mark.
const FEWEST: usize = 4;

/// Reads a file block by block. Unused bytes of a block begin the next one.
pub(super) struct LineBlocks<R> {
    input: R,
    /// Bytes read at a time.
    size: usize,
    buffer: Vec<u8>,
    /// Length of the whole lines at the buffer's beginning; of the whole buffer once the file has ended.
    lines: usize,
    ended: bool,
    /// Bytes read from the input so far.
    read: u64,
}

impl<R: Read> LineBlocks<R> {
    pub(super) fn new(input: R, size: usize) -> Self {
        Self { input, size: size.max(FEWEST), buffer: Vec::new(), lines: 0, ended: false, read: 0 }
    }

    /// Drops the first `used` bytes of the current block and reads on. If a record does not fit in the block, the next block has
    /// at least twice as many bytes, so reading a long record takes time proportional to its length.
    ///
    /// # Errors
    /// The operating system's.
    pub(super) fn advance(&mut self, used: usize) -> io::Result<()> {
        let rest = self.buffer.len() - used;
        self.buffer.copy_within(used.., 0);
        self.buffer.truncate(rest);
        let wanted = rest.max(self.size);
        let read = self.input.by_ref().take(wanted as u64).read_to_end(&mut self.buffer)?;
        self.read += read as u64;
        self.ended = read < wanted;
        let newline = self.buffer.iter().rposition(|&byte| byte == b'\n');
        self.lines = if self.ended { self.buffer.len() } else { newline.map_or(0, |at| at + 1) };
        Ok(())
    }

    pub(super) const fn input(&self) -> &R {
        &self.input
    }

    /// Bytes read from the input so far.
    pub(super) const fn bytes_read(&self) -> u64 {
        self.read
    }

    /// The current block: whole lines. Its last record may go on in the next block.
    pub(super) fn lines(&self) -> &[u8] {
        &self.buffer[..self.lines]
    }

    /// All bytes that are read and not used, including an unfinished line.
    pub(super) fn bytes(&self) -> &[u8] {
        &self.buffer
    }

    /// Drops the first `count` bytes, which must not contain a line end.
    pub(super) fn skip(&mut self, count: usize) {
        self.buffer.drain(..count);
        self.lines = self.lines.saturating_sub(count);
    }

    /// Whether the current block is the last of the file.
    pub(super) const fn ended(&self) -> bool {
        self.ended
    }
}
