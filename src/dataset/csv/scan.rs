//! The structure of a delimited text (RFC 4180): where its records and fields lie, before any cell is read.
//!
//! The reading library skips blank lines, renames repeated columns and fills short rows up without a word, so structure
//! is settled here, and it is handed only records that are sound.

use std::ops::Range;

use super::problems::Problems;
use crate::dataset::DataError;

/// A data record of the file.
pub(super) struct Record {
    /// Counted from 1, after the header.
    pub row: usize,
    /// Counted from 1, in the file.
    pub line: usize,
    /// Byte offset in the text.
    pub start: usize,
}

/// A text whose structure is known.
pub(super) struct Scan<'a> {
    text: &'a [u8],
    delimiter: u8,
    /// Names, trimmed and unquoted, in the file's order.
    pub header: Vec<String>,
    pub header_line: usize,
    /// The sound records: as many fields as the header, quotes in order.
    pub records: Vec<Record>,
    /// The same records one after the other, each ended by a line feed.
    pub body: Vec<u8>,
    /// Data records, unsound ones too.
    pub rows: usize,
}

impl<'a> Scan<'a> {
    /// # Errors
    /// A file without a header. What is wrong with single records is added to `problems`.
    pub(super) fn of(text: &'a str, delimiter: u8, problems: &mut Problems) -> Result<Self, DataError> {
        let bytes = text.as_bytes();
        let mut walk = Walk { bytes, delimiter, at: 0, line: 1 };
        let mut names: Vec<Range<usize>> = Vec::new();
        let header = loop {
            names.clear();
            match walk.record(|_, field| names.push(field)) {
                None => return Err(problems.fatal("the file is empty: a header and rows are expected")),
                Some(step) if step.blank => {}
                Some(step) => break step,
            }
        };
        if let Some((_, message)) = header.fault {
            return Err(problems.fatal(format!("line {}: {message}", header.line)));
        }
        let mut scan = Scan {
            text: bytes,
            delimiter,
            header: names.into_iter().map(|field| unquoted(&text[field])).collect(),
            header_line: header.line,
            records: Vec::new(),
            body: Vec::with_capacity(bytes.len() - header.end + 1),
            rows: 0,
        };
        while let Some(step) = walk.record(|_, _| {}) {
            if step.blank {
                continue;
            }
            scan.rows += 1;
            let record = Record { row: scan.rows, line: step.line, start: step.start };
            if let Some((field, message)) = step.fault {
                let line = scan.line_of(&record, field);
                problems.add(line, field, || format!("row {} (line {line}): {message}", record.row));
            } else if step.fields == scan.header.len() {
                scan.body.extend_from_slice(&bytes[step.start..step.end]);
                scan.body.push(b'\n');
                scan.records.push(record);
            } else {
                problems.add(step.line, 0, || {
                    format!(
                        "row {} (line {}) has {} fields, the header has {}",
                        record.row,
                        record.line,
                        step.fields,
                        scan.header.len()
                    )
                });
            }
        }
        Ok(scan)
    }

    /// The file's line on which a field begins: below its record's where an earlier field spans lines.
    pub(super) fn line_of(&self, record: &Record, field: usize) -> usize {
        let mut walk = Walk { bytes: self.text, delimiter: self.delimiter, at: record.start, line: 0 };
        let mut begin = record.start;
        walk.record(|number, range| {
            if number == field {
                begin = range.start;
            }
        });
        record.line + self.text[record.start..begin].iter().filter(|&&byte| byte == b'\n').count()
    }
}

/// One record walked over.
struct Step {
    line: usize,
    start: usize,
    /// Without the line's end.
    end: usize,
    fields: usize,
    /// Nothing but spaces.
    blank: bool,
    /// The first field whose quotes are out of order, and how.
    fault: Option<(usize, &'static str)>,
}

struct Walk<'a> {
    bytes: &'a [u8],
    delimiter: u8,
    at: usize,
    line: usize,
}

const UNCLOSED: &str = "a quoted field is never closed";
const STRAY: &str = "a quote (\") inside a field: write the whole field in quotes, its own quotes doubled";

impl Walk<'_> {
    /// The next record; `field` is told the number and the bytes of each field, quotes included. `None` at the end.
    fn record(&mut self, mut field: impl FnMut(usize, Range<usize>)) -> Option<Step> {
        if self.at >= self.bytes.len() {
            return None;
        }
        let (start, line) = (self.at, self.line);
        let mut fields = 0;
        let mut fault = None;
        let end = loop {
            let from = self.at;
            if self.bytes.get(from) == Some(&b'"') && !self.quoted() {
                fault = fault.or(Some((fields, UNCLOSED)));
            }
            let plain = self.at;
            while let Some(&byte) = self.bytes.get(self.at)
                && byte != self.delimiter
                && byte != b'\n'
            {
                self.at += 1;
            }
            let last = self.bytes.get(self.at) != Some(&self.delimiter);
            let mut to = self.at;
            if last && to > from && self.bytes[to - 1] == b'\r' {
                to -= 1;
            }
            let rest = &self.bytes[plain..to.max(plain)];
            if rest.contains(&b'"') || (plain > from && !rest.is_empty()) {
                fault = fault.or(Some((fields, STRAY)));
            }
            field(fields, from..to);
            fields += 1;
            self.at += 1;
            if last {
                break to;
            }
        };
        self.line += 1;
        let blank = fields == 1 && self.bytes[start..end].trim_ascii().is_empty();
        Some(Step { line, start, end, fields, blank, fault })
    }

    /// Passes a quoted field; whether its closing quote was found.
    fn quoted(&mut self) -> bool {
        self.at += 1;
        while let Some(&byte) = self.bytes.get(self.at) {
            self.at += 1;
            match byte {
                b'"' if self.bytes.get(self.at) == Some(&b'"') => self.at += 1,
                b'"' => return true,
                b'\n' => self.line += 1,
                _ => {}
            }
        }
        false
    }
}

fn unquoted(field: &str) -> String {
    match field.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) {
        Some(inner) => inner.replace("\"\"", "\"").trim().to_owned(),
        None => field.trim().to_owned(),
    }
}
