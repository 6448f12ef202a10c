//! How delimited text is laid out: what is between its fields, and where its rows begin.

use std::collections::HashMap;

/// Lines that are looked at.
const LINES: usize = 2000;

/// The most lines before the first row that are no rows.
const MOST_SKIPPED: usize = 50;

/// What may be between fields, the likelier first where nothing else decides.
const DELIMITERS: [&str; 5] = ["\t", ";", "|", ",", BLANKS];

const BLANKS: &str = "whitespace";

/// The layout of a text, and the cells of its first rows.
#[derive(Debug, PartialEq)]
pub(super) struct Layout {
    pub delimiter: String,
    pub comment: Option<String>,
    pub skip_rows: usize,
    /// The lines of the file before the first row, comments and blank lines among them.
    pub lines_before: usize,
    /// Whether no rows of the text are left.
    pub is_all: bool,
    /// In the order of the file; the first may be a header. Surrounding space and quotes are removed.
    pub rows: Vec<Vec<String>>,
}

impl Layout {
    /// Of a text; what is given is kept.
    pub(super) fn of_given(
        text: &str,
        delimiter: Option<&str>,
        comment: Option<&str>,
        skip_rows: Option<&toml::Value>,
    ) -> Self {
        let comment = comment.or_else(|| comment_of(text));
        let skip = skip_rows.and_then(toml::Value::as_integer).and_then(|rows| usize::try_from(rows).ok());
        let given = text.split_inclusive('\n').take(skip.unwrap_or(0)).map(str::len).sum();
        let text = &text[given..];
        let tried: &[&str] = delimiter.as_ref().map_or(&DELIMITERS, std::slice::from_ref);
        let candidates = tried.iter().map(|delimiter| Candidate::of(text, delimiter, comment));
        let (delimiter, records, width) = match chosen(candidates) {
            Some(Candidate { score, delimiter, records, width, .. }) if score > 0.0 => (delimiter, records, width),
            _ => (delimiter.unwrap_or(","), records(text, delimiter.unwrap_or(","), comment), 0),
        };
        let skipped = if skip.is_none() { skipped(&records, width) } else { None };
        let skip_rows = skipped.and_then(|at| records.get(at)).map_or(0, |record| record.line);
        let first = skipped.unwrap_or(0);
        let is_all = records.len() < LINES;
        let lines_before = records.get(first).map_or(0, |record| record.line);
        let rows = records.into_iter().skip(first).map(|record| record.fields).collect();
        Self {
            delimiter: delimiter.to_owned(),
            comment: comment.map(str::to_owned),
            skip_rows,
            lines_before,
            is_all,
            rows,
        }
    }
}

/// A text read with one delimiter.
struct Candidate<'d> {
    delimiter: &'d str,
    records: Vec<Record>,
    /// The number of fields that most records have.
    width: usize,
    /// How well the delimiter fits; 0 if it does not.
    score: f64,
    /// Whether each record has as many fields.
    is_even: bool,
    /// Whether each cell below the first record is a number; such as `1,5` too.
    is_numbers: bool,
}

/// The candidate that fits best; of equals the first.
///
/// Blanks stand in texts as well (`2020-01-01 10:00,Los Angeles`). So they count where no other delimiter fits; where the others divide the
/// rows and not the header; and where commas are those of decimals, with nothing but numbers between blanks.
fn chosen<'d>(candidates: impl Iterator<Item = Candidate<'d>>) -> Option<Candidate<'d>> {
    let (mut best, mut blanks): (Option<Candidate>, Option<Candidate>) = (None, None);
    for candidate in candidates {
        if candidate.delimiter == BLANKS {
            blanks = Some(candidate);
        } else if best.as_ref().is_none_or(|best| candidate.score > best.score + 1e-9) {
            best = Some(candidate);
        }
    }
    match (best, blanks) {
        (Some(best), Some(blanks)) => Some(if blanks.are_between(&best) { blanks } else { best }),
        (best, blanks) => best.or(blanks),
    }
}

impl<'d> Candidate<'d> {
    fn of(text: &str, delimiter: &'d str, comment: Option<&str>) -> Self {
        let records = records(text, delimiter, comment);
        let mut counts: HashMap<usize, usize> = HashMap::new();
        records.iter().for_each(|record| *counts.entry(record.fields.len()).or_default() += 1);
        let (width, count) = counts.into_iter().max_by_key(|&(width, count)| (count, width)).unwrap_or((0, 0));
        let share = count as f64 / records.len().max(1) as f64;
        if width < 2 || 2 * count <= records.len() {
            return Self { delimiter, records, width, score: 0.0, is_even: false, is_numbers: false };
        }
        let fitting = records.iter().filter(|record| record.fields.len() == width).skip(1);
        let cells = || fitting.clone().flat_map(|record| &record.fields).filter(|cell| !cell.is_empty());
        let numbers = cells().filter(|cell| looks_like_number(cell)).count() as f64 / cells().count().max(1) as f64;
        let is_number = |cell: &String| cell.replacen(',', ".", 1).parse::<f64>().is_ok();
        Self {
            is_even: count == records.len(),
            is_numbers: records.iter().skip(1).flat_map(|record| &record.fields).all(is_number),
            delimiter,
            records,
            width,
            score: share + 0.5 * numbers,
        }
    }

    /// Whether these are blanks between fields, and `other` is a character in them.
    fn are_between(&self, other: &Self) -> bool {
        let divides_header = other.records.first().is_some_and(|first| first.fields.len() == other.width);
        self.score > 0.0
            && (other.score == 0.0
                || self.is_even && !divides_header && self.score > other.score
                || self.is_even && self.is_numbers && other.delimiter == ",")
    }
}

struct Record {
    fields: Vec<String>,
    /// Lines of the file before it.
    line: usize,
}

/// The first records of a text. A line end in quotes ends none.
fn records(text: &str, delimiter: &str, comment: Option<&str>) -> Vec<Record> {
    let mut records = Vec::new();
    let mut at = 0;
    let mut line = 0;
    while at < text.len() && records.len() < LINES {
        let rest = &text[at..];
        let one = rest.find('\n').map_or(rest.len(), |end| end + 1);
        if comment.is_some_and(|comment| rest.starts_with(comment)) || rest[..one].trim().is_empty() {
            at += one;
            line += 1;
            continue;
        }
        let (fields, length) = record(rest, delimiter);
        records.push(Record { fields, line });
        line += rest[..length].matches('\n').count().max(1);
        at += length;
    }
    records
}

/// The fields of the first record of a text, and its length with its line end.
fn record(text: &str, delimiter: &str) -> (Vec<String>, usize) {
    let is_between = |character: char| match delimiter {
        "whitespace" => character == ' ' || character == '\t',
        _ => delimiter.starts_with(character),
    };
    let mut fields = Vec::new();
    let (mut start, mut quoted) = (0, false);
    let mut length = text.len();
    for (at, character) in text.char_indices() {
        match character {
            '"' if quoted => quoted = false,
            '"' => quoted = text[start..at].trim().is_empty(),
            '\n' if !quoted => {
                length = at + 1;
                break;
            }
            _ if !quoted && is_between(character) => {
                fields.push(&text[start..at]);
                start = at + character.len_utf8();
            }
            _ => {}
        }
    }
    fields.push(&text[start..length]);
    let cell = |field: &&str| {
        let field = field.trim();
        let inner = field.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
        inner.map_or_else(|| field.to_owned(), |inner| inner.replace("\"\"", "\"").trim().to_owned())
    };
    let is_blank = |field: &&str| delimiter == "whitespace" && field.trim().is_empty();
    (fields.iter().filter(|field| !is_blank(field)).map(cell).collect(), length)
}

/// What begins the comments at the top of a text. A single such line may be the header.
fn comment_of(text: &str) -> Option<&'static str> {
    let mut lines = text.lines().filter(|line| !line.trim().is_empty());
    let first = lines.next()?;
    let mark = ["#", "%", "//"].into_iter().find(|mark| first.starts_with(mark))?;
    let second = lines.next().unwrap_or_default();
    let is_header = |delimiter: &&str| {
        let width = record(first, delimiter).0.len();
        width > 1 && width == record(second, delimiter).0.len()
    };
    let joined = first[mark.len()..].starts_with(|next: char| !next.is_whitespace());
    let header = joined && !second.starts_with(mark) && [",", ";", "\t", "|"].iter().any(is_header);
    (!header).then_some(mark)
}

/// How many of the first records are no rows: they have another number of fields, or are a title that a spreadsheet filled up with
/// empty cells. A header that lacks the empty cell at the end of each row is the first row.
fn skipped(records: &[Record], width: usize) -> Option<usize> {
    let is_row = |record: &Record| record.fields.len() == width && !is_title(&record.fields);
    let first = records.iter().position(is_row)?;
    let header = first.checked_sub(1).filter(|_| rows_end_empty(records, width));
    let first = header.filter(|before| records[*before].fields.len() + 1 == width).unwrap_or(first);
    (1..=MOST_SKIPPED).contains(&first).then_some(first)
}

/// Whether nothing but a text stands in the first of three or more cells, or nothing at all.
fn is_title(fields: &[String]) -> bool {
    let Some((first, others)) = fields.split_first() else { return false };
    others.len() > 1 && others.iter().all(String::is_empty) && !looks_like_number(first)
}

/// Whether the last cell of each record of this width is empty.
fn rows_end_empty(records: &[Record], width: usize) -> bool {
    let of_width = records.iter().filter(|record| record.fields.len() == width);
    of_width.map(|record| record.fields.last()).all(|last| last.is_some_and(String::is_empty))
}

/// Whether a text begins as a number and holds no letters but an exponent's.
fn looks_like_number(cell: &str) -> bool {
    cell.starts_with(|first: char| first.is_ascii_digit() || "+-.,−".contains(first))
        && cell.bytes().any(|byte| byte.is_ascii_digit())
        && !cell.contains(' ')
        && cell.chars().all(|one| one.is_ascii_digit() || "+-.,eE'_−".contains(one))
}
