//! A file in blocks of whole lines.

use std::io::{self, Read};

/// A block has room for what tells one kind of file from another.
const FEWEST: usize = 4;

/// Reads a file a block at a time; what a block's reader leaves over begins the next block.
pub(super) struct Blocks<R> {
    input: R,
    /// Bytes read at a time.
    size: usize,
    buffer: Vec<u8>,
    /// The whole lines at the buffer's beginning, or everything once the file has ended.
    lines: usize,
    ended: bool,
}

impl<R: Read> Blocks<R> {
    pub(super) fn new(input: R, size: usize) -> Self {
        Self { input, size: size.max(FEWEST), buffer: Vec::new(), lines: 0, ended: false }
    }

    /// Drops the first `used` bytes of the block at hand and reads on. A record that a block does not hold is met again
    /// with twice as many bytes, so that long records cost no more than they are long.
    ///
    /// # Errors
    /// What the system says.
    pub(super) fn advance(&mut self, used: usize) -> io::Result<()> {
        let rest = self.buffer.len() - used;
        self.buffer.copy_within(used.., 0);
        self.buffer.truncate(rest);
        let wanted = rest.max(self.size);
        let read = self.input.by_ref().take(wanted as u64).read_to_end(&mut self.buffer)?;
        self.ended = read < wanted;
        let newline = self.buffer.iter().rposition(|&byte| byte == b'\n');
        self.lines = if self.ended { self.buffer.len() } else { newline.map_or(0, |at| at + 1) };
        Ok(())
    }

    /// The block at hand: whole lines, of which the last record may still go on in the next block.
    pub(super) fn lines(&self) -> &[u8] {
        &self.buffer[..self.lines]
    }

    /// All that has been read and not used: more than whole lines.
    pub(super) fn bytes(&self) -> &[u8] {
        &self.buffer
    }

    /// Drops the first `count` bytes, which are no line's end.
    pub(super) fn skip(&mut self, count: usize) {
        self.buffer.drain(..count);
        self.lines = self.lines.saturating_sub(count);
    }

    /// Whether the block at hand is the file's last.
    pub(super) const fn ended(&self) -> bool {
        self.ended
    }
}
