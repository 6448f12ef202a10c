//! Words of the messages about columns: counts, places and lists.

use super::absent::quoted_list;
use super::cells::quoted;

/// The columns that a line names.
const NAMED: usize = 30;

/// `no value in 2 of 392 rows`
pub(super) fn no_value(missing: usize, rows: usize) -> String {
    if missing == rows { "empty".to_owned() } else { format!("no value in {missing} of {rows} rows") }
}

/// `in 2 of 392 rows, first in row 33 (line 34)`
pub(super) fn in_rows(count: usize, rows: usize, first: &str) -> String {
    match count {
        _ if count == rows && rows > 1 => format!("in all {rows} rows, first in {first}"),
        1 => format!("in 1 of {rows} rows, {first}"),
        _ => format!("in {count} of {rows} rows, first in {first}"),
    }
}

/// The first of these, joined, and how many more there are.
pub(super) fn first_of(named: &[String], separator: &str) -> String {
    let first = named[..named.len().min(NAMED)].join(separator);
    if named.len() > NAMED { format!("{first} and {} more", named.len() - NAMED) } else { first }
}

pub(super) fn columns_named(columns: &[&str]) -> String {
    let word = if columns.len() == 1 { "column" } else { "columns" };
    format!("{word} {}", quoted_list(columns, NAMED))
}

pub(super) fn all_quoted(texts: &[&str]) -> String {
    texts.iter().map(|text| quoted(text)).collect::<Vec<_>>().join(", ")
}
