//! The records of a text whose fields are separated by runs of blanks and tabs.

use super::walk::{CsvField, CsvRecord, RecordWalk, STRAY, UNCLOSED};

impl RecordWalk<'_> {
    /// The next record, and its fields. `None` if the record goes on behind the text. Blanks around it count for nothing.
    pub(super) fn blank_separated_record(&mut self, fields: &mut Vec<CsvField>) -> Option<CsvRecord> {
        let (start, line) = (self.at, self.line);
        let mut fault = None;
        loop {
            while self.text.get(self.at).is_some_and(|&byte| byte != b'\n' && self.is_between(byte)) {
                self.at += 1;
            }
            match self.text.get(self.at) {
                None | Some(b'\n') => break,
                Some(_) => {}
            }
            let from = self.at;
            if self.text[from] == b'"' && !self.quoted() {
                fault = fault.or(Some((fields.len(), UNCLOSED)));
            }
            let closed = self.at;
            let plain = self.plain();
            let digits = self.at;
            let mut stray = false;
            while let Some(&byte) = self.text.get(self.at)
                && !self.is_between(byte)
            {
                stray |= byte == b'"';
                self.at += 1;
            }
            if stray || (closed > from && self.at > closed) {
                fault = fault.or(Some((fields.len(), STRAY)));
            }
            let plain = plain.filter(|_| closed == from && self.at == digits);
            fields.push(CsvField { bytes: from..self.at, plain });
        }
        if !self.last && self.at >= self.text.len() {
            (self.at, self.line) = (start, line);
            return None;
        }
        let end = self.at;
        self.at += 1;
        self.line += 1;
        Some(CsvRecord { line, bytes: start..end, blank: fields.is_empty(), fault })
    }

    /// Whether a byte ends a field: a carriage return belongs to the line end.
    const fn is_between(&self, byte: u8) -> bool {
        matches!(byte, b' ' | b'\t' | b'\r' | b'\n')
    }
}
