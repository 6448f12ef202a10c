//! The structure of a delimited text (RFC 4180): where its records and fields lie, before any cell is read.

use std::ops::Range;

/// One record walked over.
pub(super) struct Record {
    /// Counted from 1, in the file.
    pub line: usize,
    /// Byte offsets in the text, without the line's end.
    pub bytes: Range<usize>,
    /// Nothing but spaces.
    pub blank: bool,
    /// The first field whose quotes are out of order, and how.
    pub fault: Option<(usize, &'static str)>,
}

/// Goes from record to record through a part of a file that begins with a record.
pub(super) struct Walk<'a> {
    pub text: &'a [u8],
    pub delimiter: u8,
    /// Where the next record begins: byte offset in the text, and line in the file.
    pub at: usize,
    pub line: usize,
    /// The text reaches to the end of the file.
    pub last: bool,
}

const UNCLOSED: &str = "a quoted field is never closed";
const STRAY: &str = "a quote (\") inside a field: write the whole field in quotes, its own quotes doubled";

impl Walk<'_> {
    /// The next record, and the bytes of its fields, quotes included. `None` at the end, or before a record that does
    /// not end in this part of the file.
    pub(super) fn record(&mut self, fields: &mut Vec<Range<usize>>) -> Option<Record> {
        fields.clear();
        if self.at >= self.text.len() {
            return None;
        }
        let (start, line) = (self.at, self.line);
        let mut fault = None;
        let end = loop {
            let from = self.at;
            if self.text.get(from) == Some(&b'"') && !self.quoted() {
                fault = fault.or(Some((fields.len(), UNCLOSED)));
            }
            let plain = self.at;
            let mut stray = false;
            while let Some(&byte) = self.text.get(self.at)
                && byte != self.delimiter
                && byte != b'\n'
            {
                stray |= byte == b'"';
                self.at += 1;
            }
            if !self.last && self.at >= self.text.len() {
                (self.at, self.line) = (start, line);
                return None;
            }
            let ended = self.text.get(self.at) != Some(&self.delimiter);
            let mut to = self.at;
            if ended && to > from && self.text[to - 1] == b'\r' {
                to -= 1;
            }
            if stray || (plain > from && to > plain) {
                fault = fault.or(Some((fields.len(), STRAY)));
            }
            fields.push(from..to);
            self.at += 1;
            if ended {
                break to;
            }
        };
        self.line += 1;
        let blank = fields.len() == 1 && self.text[start..end].trim_ascii().is_empty();
        Some(Record { line, bytes: start..end, blank, fault })
    }

    /// Passes a quoted field; whether its closing quote was found.
    fn quoted(&mut self) -> bool {
        self.at += 1;
        while let Some(&byte) = self.text.get(self.at) {
            self.at += 1;
            match byte {
                b'"' if self.text.get(self.at) == Some(&b'"') => self.at += 1,
                b'"' => return true,
                b'\n' => self.line += 1,
                _ => {}
            }
        }
        false
    }
}
