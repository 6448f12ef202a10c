//! From the records after the header to rows of the data set.

use super::cells::{level, number, unquoted};
use super::dialect::CsvDialect;
use super::header::CsvHeader;
use super::reading::{CsvReader, NUL};
use super::runs::{PlainRecords, RecordRun, record_runs};
use super::walk::{CsvField, CsvRecord, RecordWalk};
use crate::dataset::DataError;
use crate::dataset::number_format::NumberFormat;
use crate::dataset::table::{Assembly, CellValue, RowPlace, quoted};

/// How far a data set has been read, through all of its parts.
#[derive(Default)]
pub(super) struct RowsSoFar {
    /// Including those with mistakes.
    pub rows: usize,
    /// Lines of the parts before the current one: mistakes are sorted by the line counted through all parts.
    pub lines: usize,
    reserved: bool,
    /// The number of fields of each row.
    width: Option<usize>,
    /// Whether text in a column without a name is reported already.
    nameless: bool,
}

/// What the rows of a part are held against.
pub(super) struct RowRules<'a> {
    pub header: &'a CsvHeader,
    /// Whether columns without a name at the end must be empty: they are neither used nor left out by the experiment.
    pub nameless_are_empty: bool,
    /// The name of the part, if there is more than one.
    pub part: Option<&'a str>,
}

impl CsvReader<'_> {
    /// Passes the records after the header to the assembly. `size` is that of all parts on disk.
    pub(super) fn rows(
        &mut self,
        size: u64,
        rules: &RowRules,
        so_far: &mut RowsSoFar,
        assembly: &mut Assembly,
    ) -> Result<(), DataError> {
        let before = so_far.rows;
        loop {
            let text = self.text(&assembly.mistakes)?;
            let mut walk = self.walk(text);
            let passing = Passing { text, any_nul: text.contains('\0'), dialect: &self.dialect, rules, before };
            if so_far.rows == before {
                passing.one_by_one(&mut walk, true, so_far, assembly)?;
            }
            if so_far.rows > before {
                passing.others(&mut walk, so_far, assembly)?;
            }
            let used = walk.at.min(text.len());
            (self.used, self.line) = (self.used + used, walk.line);
            let rows = so_far.rows - before;
            if !so_far.reserved && rows > 0 {
                // The other rows are probably as long as these. A guess that is too high reserves memory that is never used.
                let size = self.blocks.input().expanded(size, self.blocks.bytes_read());
                let likely = size / (used / rows).max(1) as u64;
                assembly.reserve_about(usize::try_from(likely + likely / 64).unwrap_or(usize::MAX).max(rows))?;
                so_far.reserved = true;
            }
            if self.blocks.ended() {
                so_far.lines += self.line;
                return Ok(());
            }
            self.advance(&assembly.mistakes)?;
        }
    }
}

/// The way of a block's records to the assembly.
struct Passing<'p> {
    text: &'p str,
    any_nul: bool,
    dialect: &'p CsvDialect<'p>,
    rules: &'p RowRules<'p>,
    /// The rows before this part.
    before: usize,
}

impl Passing<'_> {
    /// Passes records on one by one, or no more than the first row.
    fn one_by_one(
        &self,
        walk: &mut RecordWalk,
        only_first: bool,
        so_far: &mut RowsSoFar,
        assembly: &mut Assembly,
    ) -> Result<(), DataError> {
        let Self { text, rules, .. } = *self;
        let mut fields = Vec::with_capacity(rules.header.fields);
        while let Some(mut record) = walk.record(&mut fields) {
            if record.blank {
                continue;
            }
            so_far.rows += 1;
            let is_first = so_far.rows - self.before == 1;
            if is_first && rules.header.numbers.is_some() {
                let cells: Vec<&str> = fields.iter().map(|field| &text[field.bytes.clone()]).collect();
                let target = assembly.target_name();
                rules.header.check(&cells, self.dialect, (target, &assembly.mistakes))?;
            }
            if self.any_nul
                && let Some(field) = fields.iter().position(|field| text[field.bytes.clone()].contains('\0'))
            {
                record.fault = record.fault.or(Some((field, NUL)));
            }
            row(text, &record, &fields, self.dialect.numbers, rules, so_far, assembly)?;
            if only_first {
                break;
            }
        }
        Ok(())
    }

    /// Passes the records after the first row on: found by all threads, where each line is a record.
    fn others(&self, walk: &mut RecordWalk, so_far: &mut RowsSoFar, assembly: &mut Assembly) -> Result<(), DataError> {
        let Self { text, dialect, rules, .. } = *self;
        let begin = walk.at.min(text.len());
        let width = so_far.width.unwrap_or_default();
        let nameless = rules.nameless_are_empty && rules.header.names.len() < width;
        let columns: Vec<usize> = assembly.slots().iter().map(|slot| slot.column).collect();
        let are_plain = assembly.takes_plain_numbers() && !nameless && columns.iter().all(|column| *column < width);
        let plain = columns.split_last().filter(|_| are_plain);
        let plain = plain.map(|(&target, features)| PlainRecords { width, features: features.to_vec(), target });
        let found = if self.any_nul { None } else { record_runs(&text[begin..], dialect, plain.as_ref()) };
        let Some(found) = found else { return self.one_by_one(walk, false, so_far, assembly) };
        let per_row = plain.map_or(0, |plain| plain.features.len());
        for part in found {
            for run in part.runs {
                match run {
                    RecordRun::Plain(rows) => {
                        so_far.rows += rows.len();
                        let features = rows.start * per_row..rows.end * per_row;
                        assembly.plain_rows(&part.features[features], &part.target[rows])?;
                    }
                    RecordRun::Other { mut record, fields } => {
                        so_far.rows += 1;
                        record.line += walk.line;
                        row(part.text, &record, &part.fields[fields], dialect.numbers, rules, so_far, assembly)?;
                    }
                }
            }
            walk.line += part.lines;
        }
        walk.at = text.len();
        Ok(())
    }
}

/// Passes one record to the assembly, or adds the mistake in it.
fn row(
    text: &str,
    record: &CsvRecord,
    fields: &[CsvField],
    format: NumberFormat,
    rules: &RowRules,
    so_far: &mut RowsSoFar,
    assembly: &mut Assembly,
) -> Result<(), DataError> {
    let (row, line, before) = (so_far.rows, record.line, so_far.lines);
    // The line on which a field begins. It is below the record's first line if an earlier field spans lines.
    let line_of = |field: usize| {
        let begin = fields.get(field).map_or(record.bytes.start, |field| field.bytes.start);
        let before = &text.as_bytes()[record.bytes.start..begin];
        line + before.iter().filter(|&&byte| byte == b'\n').count()
    };
    let on = |line: usize| match rules.part {
        Some(part) => format!("row {row} (line {line} of {part})"),
        None => format!("row {row} (line {line})"),
    };
    let place = |field: usize| on(line_of(field));
    if let Some((field, message)) = record.fault {
        assembly.mistakes.add(before + line_of(field), field, || format!("{}: {message}", place(field)));
        return Ok(());
    }
    // Some programs end the header alone with a delimiter, others the rows alone. The first row tells, and all are held to it.
    let header = rules.header;
    let ends_empty = |fields: &[CsvField]| fields.last().is_some_and(|last| text[last.bytes.clone()].trim().is_empty());
    let width = *so_far.width.get_or_insert_with(|| match fields.len() {
        found if found == header.named => header.named,
        found if found == header.fields + 1 && !header.made && ends_empty(fields) => found,
        _ => header.fields,
    });
    if fields.len() != width {
        assembly.mistakes.add(before + line, 0, || {
            let word = if header.made || width != header.fields { "first row" } else { "header" };
            let found = fields.len();
            // R's write.table gives the names of its rows no name in the header.
            let first = fields.first().map_or("", |field| &text[field.bytes.clone()]);
            let a_name = first.starts_with('"') || matches!(number(first, format), CellValue::Text(_));
            let remedy = match row == 1 && found == width + 1 && !header.made && a_name {
                true => format!("; if rows begin with their names: header = false and skip_rows = {}", header.line),
                false => String::new(),
            };
            format!("{} has {found} fields, the {word} has {width}{remedy}", on(line))
        });
        return Ok(());
    }
    let named = rules.header.names.len();
    if rules.nameless_are_empty && named < width && !so_far.nameless {
        let filled = (named..width).find_map(|field| {
            let cell = unquoted(&text[fields[field].bytes.clone()]);
            (!cell.is_empty()).then_some((field, cell))
        });
        if let Some((field, cell)) = filled {
            so_far.nameless = true;
            assembly.mistakes.found.leave_out.push((String::new(), "it has no name".to_owned()));
            assembly.mistakes.add(before + line_of(field), field, || {
                let (number, place) = (field + 1, place(field));
                format!(
                    "{place}: column {number} of the header has no name and holds {}: name it, leave it out with ignore = [\"\"], or list the features",
                    quoted(&cell)
                )
            });
        }
    }
    assembly.row(&RowPlace { place: &place }, |_, slot| {
        let Some(field) = fields.get(slot.column) else {
            return CellValue::Missing("the row ends before it".to_owned());
        };
        match field.plain {
            Some(plain) if !slot.one_hot => CellValue::Number(plain),
            _ if slot.one_hot => level(&text[field.bytes.clone()]),
            _ => number(&text[field.bytes.clone()], format),
        }
    })
}
