//! Where the records and fields of a delimited text lie (RFC 4180).

use std::ops::Range;

use super::dialect::{CsvDialect, Delimiter};

/// A field of a record.
pub(super) struct CsvField {
    /// Byte offsets in the text, including quotes.
    pub bytes: Range<usize>,
    /// The field's number, if it is written plainly, as most are. Reading it here saves a second pass over the bytes.
    pub plain: Option<f64>,
}

/// A record: one row of the file.
pub(super) struct CsvRecord {
    /// The line in the file on which it begins, counted from 1.
    pub line: usize,
    /// Byte offsets in the text, without the line end.
    pub bytes: Range<usize>,
    /// Whether there is nothing but spaces.
    pub blank: bool,
    /// The first field with a mistake (misplaced quotes, a NUL byte), and the message for it.
    pub fault: Option<(usize, &'static str)>,
}

/// Walks from record to record. The text must begin at the start of a record.
pub(super) struct RecordWalk<'a> {
    pub text: &'a [u8],
    delimiter: Delimiter,
    /// The byte before the decimals of a plain number.
    point: u8,
    comment: &'a [u8],
    /// Where the next record begins: its byte offset in the text, and below its line in the file.
    pub at: usize,
    pub line: usize,
    /// Whether the text reaches to the end of the file.
    pub last: bool,
}

/// The powers of ten that an f64 holds exactly.
const TENS: [f64; 23] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20,
    1e21, 1e22,
];

pub(super) const UNCLOSED: &str = "a quoted field is never closed";
pub(super) const BLANK: &str = "a blank between the delimiter and a quoted field: write the quote right beside the delimiter (1,\"a, b\" and not 1, \"a, b\")";
pub(super) const STRAY: &str = "a quote (\") inside a field: write the whole field in quotes, its own quotes doubled";

/// What is wrong with a field that holds a quote: a blank before its first one, or behind the last of `quoted` bytes, hides that it is
/// quoted.
fn stray_quote(field: &[u8], quoted: usize) -> &'static str {
    let blank_before = field.trim_ascii_start().first() == Some(&b'"') && field.first() != Some(&b'"');
    let blank_behind = quoted > 0 && field[quoted..].trim_ascii().is_empty();
    if blank_before || blank_behind { BLANK } else { STRAY }
}

impl<'a> RecordWalk<'a> {
    /// A walk through a text that begins on this line of the file.
    pub(super) fn new(text: &'a str, line: usize, last: bool, dialect: &CsvDialect<'a>) -> Self {
        let (delimiter, point, comment) = (dialect.delimiter, dialect.point(), dialect.comment.as_bytes());
        Self { text: text.as_bytes(), delimiter, point, comment, at: 0, line, last }
    }

    /// The next record, and its fields. `None` at the end of the text, or if the record goes on behind it.
    pub(super) fn record(&mut self, fields: &mut Vec<CsvField>) -> Option<CsvRecord> {
        fields.clear();
        while !self.comment.is_empty() && self.text[self.at.min(self.text.len())..].starts_with(self.comment) {
            let rest = &self.text[self.at..];
            self.at += rest.iter().position(|&byte| byte == b'\n').map_or(rest.len(), |at| at + 1);
            self.line += 1;
        }
        if self.at >= self.text.len() {
            return None;
        }
        match self.delimiter {
            Delimiter::Character(delimiter) => self.separated_record(delimiter, fields),
            Delimiter::Blanks => self.blank_separated_record(fields),
        }
    }

    fn separated_record(&mut self, delimiter: u8, fields: &mut Vec<CsvField>) -> Option<CsvRecord> {
        let (start, line) = (self.at, self.line);
        let mut fault = None;
        let end = loop {
            let from = self.at;
            if self.text.get(from) == Some(&b'"') && !self.quoted() {
                fault = fault.or(Some((fields.len(), UNCLOSED)));
            }
            let closed = self.at;
            let mut plain = self.plain();
            let mut stray = false;
            let digits = self.at;
            while let Some(&byte) = self.text.get(self.at)
                && byte != delimiter
                && byte != b'\n'
            {
                stray |= byte == b'"';
                self.at += 1;
            }
            if !self.last && self.at >= self.text.len() {
                (self.at, self.line) = (start, line);
                return None;
            }
            let ended = self.text.get(self.at) != Some(&delimiter);
            let mut to = self.at;
            if ended && to > from && self.text[to - 1] == b'\r' {
                to -= 1;
            }
            if self.at > digits && to > digits {
                plain = None;
            }
            if stray || (closed > from && to > closed) {
                fault = fault.or(Some((fields.len(), stray_quote(&self.text[from..to], closed - from))));
            }
            fields.push(CsvField { bytes: from..to, plain: if closed > from { None } else { plain } });
            self.at += 1;
            if ended {
                break to;
            }
        };
        self.line += 1;
        let blank = fields.len() == 1 && self.text[start..end].trim_ascii().is_empty();
        Some(CsvRecord { line, bytes: start..end, blank, fault })
    }

    /// Passes digits with an optional sign and point. Returns their number if a single rounding gives it: an integer of at most
    /// 2⁵³ over an exact power of ten. It is then the f64 nearest to the written number.
    pub(super) fn plain(&mut self) -> Option<f64> {
        let rest = &self.text[self.at..];
        let negative = rest.first() == Some(&b'-');
        let mut at = usize::from(negative);
        let (mut whole, mut digits, mut point) = (0_u64, 0, None);
        while let Some(&byte) = rest.get(at) {
            let digit = byte.wrapping_sub(b'0');
            if digit < 10 {
                // Beyond 19 digits this wraps; the value is then not used.
                whole = whole.wrapping_mul(10).wrapping_add(u64::from(digit));
                digits += 1;
            } else if byte == self.point && point.is_none() {
                point = Some(digits);
            } else {
                break;
            }
            at += 1;
        }
        self.at += at;
        let decimals = digits - point.unwrap_or(digits);
        if digits == 0 || digits > 19 || whole > 1 << 53 || decimals >= TENS.len() {
            return None;
        }
        let value = whole as f64 / TENS[decimals];
        Some(if negative { 0.0 - value } else { value })
    }

    /// Passes a quoted field. Returns whether it has a closing quote.
    pub(super) fn quoted(&mut self) -> bool {
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
