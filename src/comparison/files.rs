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
    if matches!(ending, "png" | "parquet") {
        return Ok(Some(FileChange::Bytes));
    }
    let is_small = |path: &Path| fs::metadata(path).is_ok_and(|found| found.len() <= MOST_IN_MEMORY);
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
