//! The files beside the two tables of trials and curves.

use std::fmt;
use std::fs::{self, File};
use std::io::Read as _;
use std::path::Path;
use std::time::Duration;

use similar::{ChangeTag, TextDiff};

use super::rows::{self, RowDifference, Source};
use super::writing::Texts;
use super::{CompareError, shortened};
use crate::text::reason;

/// Lines that are kept of each file.
const MOST_LINES: usize = 12;

/// Bytes beyond which lines are not looked for: such a table has others to speak for it.
const MOST_DIFFED: usize = 4 << 20;

/// Bytes of a file that are held against those of the other at once.
const TOGETHER: usize = 1 << 16;

/// A larger file is read row by row, or not at all.
const MOST_IN_MEMORY: u64 = 16 << 20;

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
    /// A symbolic link, which is not followed: what it leads to is no file of a results folder.
    Link {
        /// The sides that have it.
        sides: Vec<&'static str>,
    },
    /// Its bytes, which nobody reads line by line.
    Bytes,
    /// Both say the same; how they are written differs.
    Writing {
        differences: Vec<String>,
        /// Whether Git may have done that.
        is_of_git: bool,
    },
    Lines {
        gone: usize,
        added: usize,
        /// The first of them: `-` or `+`, and the line.
        shown: Vec<(char, String)>,
        /// How their writing differs besides.
        besides: Vec<String>,
    },
    Rows {
        rows: RowDifference,
        besides: Vec<String>,
    },
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
            Self::Link { sides } => {
                write!(formatter, "is a symbolic link on the {} side, which is not followed", sides.join(" and the "))
            }
            Self::Bytes => write!(formatter, "differs"),
            Self::Writing { .. } => {
                let (differences, git) = self.writing().unwrap_or_default();
                write!(formatter, "differs only in {differences}{git}")
            }
            Self::Lines { gone, added, besides, .. } => {
                write!(formatter, "{} gone, {added} new{}", lines(*gone), beside(besides))
            }
            Self::Rows { rows, besides } => write!(formatter, "{}{}", rows_in_words(rows), beside(besides)),
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

/// Who changes line ends where nobody asked for it.
const AUTOCRLF: &str = ": Git's core.autocrlf? `* -text` in a .gitattributes beside them keeps them as they are";

impl Kind {
    /// How the writing of two texts that say the same differs, and whose doing that may be.
    pub fn writing(&self) -> Option<(String, &'static str)> {
        let Self::Writing { differences, is_of_git } = self else { return None };
        Some((listed(differences), if *is_of_git { AUTOCRLF } else { "" }))
    }
}

/// `a, b and c`
pub fn listed(names: &[String]) -> String {
    match names {
        [] => String::new(),
        [one] => one.clone(),
        [all @ .., last] => format!("{} and {last}", all.join(", ")),
    }
}

fn beside(besides: &[String]) -> String {
    if besides.is_empty() { String::new() } else { format!("; it differs in {} too", listed(besides)) }
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
    if !parts.is_empty() {
        return parts.join(", ");
    }
    if !rows.positions.is_empty() {
        parts.push(format!("positions ({})", some(&rows.positions)));
    }
    parts.extend(rows.order.then(|| "the order of rows".to_owned()));
    parts.extend(rows.column_order.then(|| "the order of columns".to_owned()));
    format!("differs only in {}", listed(&parts))
}

/// Compares a file that both sides have; `None` where its bytes are the same.
///
/// # Errors
/// Where one cannot be read.
pub fn compare(old: &Path, new: &Path, file: &str, sides: [&'static str; 2]) -> Result<Option<Kind>, CompareError> {
    let (old, new) = (old.join(file), new.join(file));
    if are_equal(&old, &new)? {
        return Ok(None);
    }
    let ending = Path::new(file).extension().and_then(std::ffi::OsStr::to_str).unwrap_or_default();
    if matches!(ending, "png" | "parquet") {
        return Ok(Some(Kind::Bytes));
    }
    let is_small = |path: &Path| fs::metadata(path).is_ok_and(|found| found.len() <= MOST_IN_MEMORY);
    if !is_small(&old) || !is_small(&new) {
        let rows = rows::compare(file, Source::File(&old), Source::File(&new))?;
        return Ok(Some(match rows {
            Some(rows) if rows == RowDifference::default() => {
                let differences = vec!["how it is written (line ends, quotes)".to_owned()];
                Kind::Writing { differences, is_of_git: false }
            }
            Some(rows) => Kind::Rows { rows, besides: Vec::new() },
            None => Kind::Bytes,
        }));
    }
    let Some(mut texts) = Texts::read(&read(&old)?, &read(&new)?, sides) else { return Ok(Some(Kind::Bytes)) };
    if texts.is_all(file, sides) {
        return Ok(Some(Kind::Writing { differences: texts.differences, is_of_git: texts.is_of_git }));
    }
    let Texts { old, new, differences: besides, .. } = texts;
    if let Some(rows) = rows::compare(file, Source::Text(&old), Source::Text(&new))? {
        return Ok(Some(Kind::Rows { rows, besides }));
    }
    // A picture, or a page with pictures in it, is not read line by line.
    if matches!(ending, "svg" | "html") || old.len().max(new.len()) > MOST_DIFFED {
        return Ok(Some(Kind::Bytes));
    }
    Ok(Some(by_lines(&old, &new, besides)))
}

fn by_lines(old: &str, new: &str, besides: Vec<String>) -> Kind {
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
    Kind::Lines { gone, added, shown, besides }
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
