//! The lines of a text file, one after the other.

use std::io::{self, BufRead, BufReader, Read};

/// No real line is longer than this.
const LONGEST: u64 = 64 << 20;

/// Lines without their comments.
pub(super) struct Lines<R> {
    input: BufReader<R>,
    line: Vec<u8>,
    /// The number of the line read last, from 1.
    pub number: usize,
}

impl<R: Read> Lines<R> {
    pub(super) fn new(input: R) -> Self {
        Self { input: BufReader::with_capacity(1 << 18, input), line: Vec::new(), number: 0 }
    }

    pub(super) fn input(&self) -> &R {
        self.input.get_ref()
    }

    /// Reads the next line, up to a `#`; `None` after the last. The inner error says what is wrong with the line.
    pub(super) fn next(&mut self) -> io::Result<Option<Result<&str, &'static str>>> {
        self.line.clear();
        let length = (&mut self.input).take(LONGEST).read_until(b'\n', &mut self.line)?;
        if length == 0 {
            return Ok(None);
        }
        self.number += 1;
        if length as u64 == LONGEST && self.line.last() != Some(&b'\n') {
            return Ok(Some(Err("a line of more than 64 MiB: SVMlight text is expected")));
        }
        let mut line = self.line.as_slice();
        if self.number == 1 {
            line = line.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(line);
        }
        let end = line.iter().position(|byte| *byte == b'#').unwrap_or(line.len());
        Ok(Some(std::str::from_utf8(&line[..end]).map_err(|_| "this is no text: label index:value … is expected")))
    }
}
