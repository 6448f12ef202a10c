//! Compares one file that both folders have: by its bytes, as a CSV table, or line by line.

use std::fs;
use std::path::Path;
use std::time::Duration;

use similar::{ChangeTag, TextDiff};

use super::csv_table::CsvSource;
use super::error::CompareError;
use super::file_difference::FileChange;
use super::keyed_rows::{self, RowDifference};
use super::regular_files::{are_equal, read};
use super::short_text::shortened;
use super::writing::TextPair;
use crate::store::{TableColumn, decode_table};

/// The most changed lines that are kept per file.
const MOST_LINES: usize = 12;

/// Larger files are not compared line by line.
const MOST_DIFFED: usize = 4 << 20;

/// A larger file is not read into memory. It is compared as a CSV table, or only by its bytes.
const MOST_IN_MEMORY: u64 = 16 << 20;

/// The time limit of a comparison by lines.
const DIFF_TIME: Duration = Duration::from_secs(2);

/// Compares a file that both sides have. `None` if the bytes are the same.
///
/// # Errors
/// If one of them cannot be read.
pub fn compare(
    old: &Path,
    new: &Path,
    file: &str,
    sides: [&'static str; 2],
) -> Result<Option<FileChange>, CompareError> {
    let (old, new) = (old.join(file), new.join(file));
    if are_equal(&old, &new)? {
        return Ok(None);
    }
    let ending = Path::new(file).extension().and_then(std::ffi::OsStr::to_str).unwrap_or_default();
    let is_small = |path: &Path| fs::metadata(path).is_ok_and(|found| found.len() <= MOST_IN_MEMORY);
    if ending == "parquet" && is_small(&old) && is_small(&new) {
        return Ok(Some(by_columns(read(&old)?, read(&new)?)));
    }
    if matches!(ending, "png" | "parquet") {
        return Ok(Some(FileChange::Bytes));
    }
    if !is_small(&old) || !is_small(&new) {
        let rows = keyed_rows::compare(file, CsvSource::File(&old), CsvSource::File(&new))?;
        return Ok(Some(match rows {
            Some(rows) if rows == RowDifference::default() => {
                let differences = vec!["how it is written (line ends, quotes)".to_owned()];
                FileChange::Writing { differences, is_of_git: false }
            }
            Some(rows) => FileChange::Rows { rows, besides: Vec::new() },
            None => FileChange::Bytes,
        }));
    }
    let Some(mut texts) = TextPair::read(&read(&old)?, &read(&new)?, sides) else { return Ok(Some(FileChange::Bytes)) };
    if texts.is_all(file, sides) {
        return Ok(Some(FileChange::Writing { differences: texts.differences, is_of_git: texts.is_of_git }));
    }
    let TextPair { old, new, differences: besides, .. } = texts;
    if let Some(rows) = keyed_rows::compare(file, CsvSource::Text(&old), CsvSource::Text(&new))? {
        return Ok(Some(FileChange::Rows { rows, besides }));
    }
    // Pictures, and pages with pictures in them, are not compared line by line.
    if matches!(ending, "svg" | "html") || old.len().max(new.len()) > MOST_DIFFED {
        return Ok(Some(FileChange::Bytes));
    }
    Ok(Some(by_lines(&old, &new, besides)))
}

/// Compares two Parquet tables decoded: another writer may have packed the same cells in another way.
fn by_columns(old: Vec<u8>, new: Vec<u8>) -> FileChange {
    let (Ok(old), Ok(new)) = (decode_table(old, None), decode_table(new, None)) else { return FileChange::Bytes };
    if old == new {
        return FileChange::Writing { differences: vec!["how its cells are packed".to_owned()], is_of_git: false };
    }
    let lacks = |columns: &[(String, TableColumn)], name: &str| columns.iter().all(|(known, _)| known != name);
    let names = |of: &[(String, TableColumn)], other: &[(String, TableColumn)]| -> Vec<String> {
        of.iter().filter(|(name, _)| lacks(other, name)).map(|(name, _)| name.clone()).collect()
    };
    let (gone, added) = (names(&old, &new), names(&new, &old));
    if gone.is_empty() && added.is_empty() { FileChange::Bytes } else { FileChange::Columns { gone, added } }
}

fn by_lines(old: &str, new: &str, besides: Vec<String>) -> FileChange {
    let diff = TextDiff::configure().timeout(DIFF_TIME).diff_lines(old, new);
    let (mut gone, mut added, mut shown) = (0, 0, Vec::new());
    for change in diff.iter_all_changes() {
        let sign = match change.tag() {
            ChangeTag::Equal => continue,
            ChangeTag::Delete => {
                gone += 1;
                '-'
            }
            ChangeTag::Insert => {
                added += 1;
                '+'
            }
        };
        if shown.len() < MOST_LINES {
            shown.push((sign, shortened(change.value().trim_end_matches(['\n', '\r']))));
        }
    }
    FileChange::Lines { gone, added, shown, besides }
}
