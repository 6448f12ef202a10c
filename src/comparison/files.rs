//! The files beside the two tables of trials and curves.

use std::fmt;
use std::fs::{self, File};
use std::io::Read as _;
use std::path::Path;
use std::time::Duration;

use similar::{ChangeTag, TextDiff};

use super::rows::{self, RowDifference};
use super::{CompareError, shortened};
use crate::text::reason;

/// Lines that are kept of each file.
const MOST_LINES: usize = 12;

/// Bytes beyond which lines are not looked for: such a table has others to speak for it.
const MOST_DIFFED: u64 = 4 << 20;

/// Bytes of a file that are held against those of the other at once.
const TOGETHER: usize = 1 << 16;

/// How long lines are looked for.
const DIFF_TIME: Duration = Duration::from_secs(2);

/// A file that differs.
#[derive(Debug, Clone)]
pub struct FileDifference {
    /// Relative to the folder, with `/`.
    pub file: String,
    pub kind: Kind,
}

/// How it differs.
#[derive(Debug, Clone)]
pub enum Kind {
    /// The new side lacks it.
    OnlyOld,
    /// The old side lacks it.
    OnlyNew,
    /// Its bytes, which nobody reads line by line.
    Bytes,
    Lines {
        gone: usize,
        added: usize,
        /// The first of them: `-` or `+`, and the line.
        shown: Vec<(char, String)>,
    },
    Rows(RowDifference),
    /// The columns of a Parquet table, by name and type.
    Columns {
        gone: Vec<String>,
        added: Vec<String>,
    },
    /// A Parquet table has the same cells, in other rows.
    Order,
    /// A side is no table that the program writes.
    Unreadable {
        side: &'static str,
        reason: String,
    },
}

impl fmt::Display for Kind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OnlyOld => write!(formatter, "is missing on the new side"),
            Self::OnlyNew => write!(formatter, "is missing on the old side"),
            Self::Bytes => write!(formatter, "differs"),
            Self::Lines { gone, added, .. } => {
                write!(formatter, "{} gone, {added} new", lines(*gone))
            }
            Self::Rows(rows) => formatter.write_str(&rows_in_words(rows)),
            Self::Columns { gone, added } => {
                let mut parts = Vec::new();
                parts.extend((!gone.is_empty()).then(|| format!("without {}", some(gone))));
                parts.extend((!added.is_empty()).then(|| format!("with {}", some(added))));
                write!(formatter, "other columns: {}", parts.join(", "))
            }
            Self::Order => write!(formatter, "the same cells in another order"),
            Self::Unreadable { side, reason } => write!(formatter, "the {side} one cannot be compared: {reason}"),
        }
    }
}

fn lines(count: usize) -> String {
    format!("{count} line{}", if count == 1 { "" } else { "s" })
}

/// The first names of a list.
#[must_use]
pub fn some(names: &[String]) -> String {
    const MOST: usize = 4;
    let shown: Vec<String> = names.iter().take(MOST).map(|name| shortened(name)).collect();
    match names.len().checked_sub(MOST + 1) {
        Some(beyond) => format!("{} and {} more", shown.join(", "), beyond + 1),
        None => shown.join(", "),
    }
}

fn rows_in_words(rows: &RowDifference) -> String {
    let mut parts = Vec::new();
    let are = |count: usize| if count == 1 { "row is" } else { "rows are" };
    parts.extend((rows.added > 0).then(|| format!("{} {} new", rows.added, are(rows.added))));
    parts.extend((rows.gone > 0).then(|| format!("{} {} gone", rows.gone, are(rows.gone))));
    if rows.different > 0 {
        let differ = if rows.different == 1 { "row differs" } else { "rows differ" };
        parts.push(format!("{} {differ} in {}", rows.different, some(&rows.columns)));
    }
    parts.extend((!rows.lone_columns.is_empty()).then(|| format!("other columns: {}", some(&rows.lone_columns))));
    if parts.is_empty() {
        return "only positions and the order of rows differ".to_owned();
    }
    parts.join(", ")
}

/// Compares a file that both sides have; `None` where its bytes are the same.
///
/// # Errors
/// Where one cannot be read.
pub fn compare(old: &Path, new: &Path, file: &str) -> Result<Option<Kind>, CompareError> {
    let (old, new) = (old.join(file), new.join(file));
    if are_equal(&old, &new)? {
        return Ok(None);
    }
    if let Some(rows) = rows::compare(file, &old, &new)? {
        return Ok(Some(Kind::Rows(rows)));
    }
    // A picture, or a page with pictures in it, is not read line by line.
    let ending = Path::new(file).extension().and_then(std::ffi::OsStr::to_str).unwrap_or_default();
    let pictures = matches!(ending, "svg" | "html" | "png" | "parquet");
    let is_small = |path: &Path| fs::metadata(path).is_ok_and(|found| found.len() <= MOST_DIFFED);
    if !pictures
        && is_small(&old)
        && is_small(&new)
        && let (Ok(before), Ok(after)) = (String::from_utf8(read(&old)?), String::from_utf8(read(&new)?))
    {
        return Ok(Some(by_lines(&before, &after)));
    }
    Ok(Some(Kind::Bytes))
}

fn by_lines(old: &str, new: &str) -> Kind {
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
    Kind::Lines { gone, added, shown }
}

/// The bytes of a regular file.
fn read(path: &Path) -> Result<Vec<u8>, CompareError> {
    let mut bytes = Vec::new();
    open(path)?.read_to_end(&mut bytes).map_err(|error| CompareError::unreadable(path, reason(&error)))?;
    Ok(bytes)
}

/// A regular file: to open a pipe would wait.
pub fn open(path: &Path) -> Result<File, CompareError> {
    let failed = |reason: String| CompareError::unreadable(path, reason);
    let kind = fs::metadata(path).map_err(|error| failed(reason(&error)))?;
    if !kind.is_file() {
        return Err(failed("it is no regular file".to_owned()));
    }
    File::open(path).map_err(|error| failed(reason(&error)))
}

/// Whether two regular files hold the same bytes, which are read side by side.
pub fn are_equal(old: &Path, new: &Path) -> Result<bool, CompareError> {
    let mut files = [open(old)?, open(new)?];
    let mut buffers = [vec![0; TOGETHER], vec![0; TOGETHER]];
    loop {
        let mut read = [0; 2];
        for (side, path) in [old, new].into_iter().enumerate() {
            let filled = fill(&mut files[side], &mut buffers[side]);
            read[side] = filled.map_err(|error| CompareError::unreadable(path, reason(&error)))?;
        }
        if buffers[0][..read[0]] != buffers[1][..read[1]] {
            return Ok(false);
        }
        if read[0] < TOGETHER {
            return Ok(true);
        }
    }
}

/// Reads until a buffer is full, or the file ends.
fn fill(file: &mut File, buffer: &mut [u8]) -> std::io::Result<usize> {
    let mut filled = 0;
    while filled < buffer.len() {
        match file.read(&mut buffer[filled..]) {
            Ok(0) => break,
            Ok(read) => filled += read,
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(filled)
}
