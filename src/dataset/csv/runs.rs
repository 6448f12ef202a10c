//! The records of a block of text, found by all threads. Most rows of most files are plain numbers: these are read here, and only the
//! others are looked at one by one.

use std::ops::Range;

use rayon::prelude::*;

use super::dialect::CsvDialect;
use super::walk::{CsvField, CsvRecord, RecordWalk};

/// A block is divided into this many parts, whatever the number of threads.
const PARTS: usize = 8;

/// Records that follow one another in a part.
pub(super) enum RecordRun {
    /// Records of plain numbers, and where they are among those.
    Plain(Range<usize>),
    /// Another record, and where its fields are.
    Other { record: CsvRecord, fields: Range<usize> },
}

/// The records of some lines. Places in the text and lines are counted from their beginning.
pub(super) struct RecordRuns<'a> {
    pub text: &'a str,
    pub runs: Vec<RecordRun>,
    /// Of the plain records: the features row by row, and the targets.
    pub features: Vec<f64>,
    pub target: Vec<f64>,
    /// The fields of the other records.
    pub fields: Vec<CsvField>,
    /// The number of lines.
    pub lines: usize,
}

/// What a plain record is.
pub(super) struct PlainRecords {
    /// The number of its fields.
    pub width: usize,
    /// The columns that have a number in each of them.
    pub features: Vec<usize>,
    pub target: usize,
}

/// Finds the records of whole lines, part by part in their order. `None` if a line may not be a record: quoted fields span lines.
/// Without `plain` every record is looked at one by one.
pub(super) fn record_runs<'a>(
    text: &'a str,
    dialect: &CsvDialect<'a>,
    plain: Option<&PlainRecords>,
) -> Option<Vec<RecordRuns<'a>>> {
    if text.contains('"') {
        return None;
    }
    Some(parts(text).into_par_iter().map(|text| RecordRuns::of(text, dialect, plain)).collect())
}

/// Divides a text at line ends, into parts of about the same length.
fn parts(text: &str) -> Vec<&str> {
    let mut parts = Vec::with_capacity(PARTS);
    let mut rest = text;
    for left in (1..=PARTS).rev() {
        let least = rest.len() / left;
        let end =
            rest.as_bytes()[least..].iter().position(|&byte| byte == b'\n').map_or(rest.len(), |at| least + at + 1);
        let (part, others) = rest.split_at(end);
        if !part.is_empty() {
            parts.push(part);
        }
        rest = others;
    }
    parts
}

impl<'a> RecordRuns<'a> {
    fn of(text: &'a str, dialect: &CsvDialect<'a>, plain: Option<&PlainRecords>) -> Self {
        let mut found =
            Self { text, runs: Vec::new(), features: Vec::new(), target: Vec::new(), fields: Vec::new(), lines: 0 };
        let mut walk = RecordWalk::new(text, 0, true, dialect);
        let mut fields = Vec::new();
        while let Some(record) = walk.record(&mut fields) {
            if record.blank {
                continue;
            }
            match plain {
                Some(plain) if found.add_plain(&record, &fields, plain) => {}
                _ => found.add_other(record, &mut fields),
            }
        }
        found.lines = walk.line;
        found
    }

    /// Adds a record if it is plain.
    fn add_plain(&mut self, record: &CsvRecord, fields: &[CsvField], plain: &PlainRecords) -> bool {
        if record.fault.is_some() || fields.len() != plain.width {
            return false;
        }
        let Some(target) = fields[plain.target].plain else { return false };
        let begin = self.features.len();
        for &column in &plain.features {
            let Some(number) = fields[column].plain else {
                self.features.truncate(begin);
                return false;
            };
            self.features.push(number);
        }
        let row = self.target.len();
        self.target.push(target);
        match self.runs.last_mut() {
            Some(RecordRun::Plain(rows)) => rows.end = row + 1,
            _ => self.runs.push(RecordRun::Plain(row..row + 1)),
        }
        true
    }

    fn add_other(&mut self, record: CsvRecord, fields: &mut Vec<CsvField>) {
        let begin = self.fields.len();
        self.fields.append(fields);
        self.runs.push(RecordRun::Other { record, fields: begin..self.fields.len() });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_end_with_their_lines() {
        for text in
            ["", "\n", "1,2\n", "1,2\n3,4", "a\n\n\nb\nlonger line\n\nc\nd\ne\nf\ng\nh\ni\nj", "no end of a line"]
        {
            let parts = parts(text);
            assert_eq!(parts.concat(), text);
            assert!(parts.len() <= PARTS && parts.iter().all(|part| !part.is_empty()), "{parts:?}");
            assert!(parts.iter().rev().skip(1).all(|part| part.ends_with('\n')), "{parts:?}");
        }
        assert_eq!(parts(&"1\n".repeat(80)).len(), PARTS);
    }
}
