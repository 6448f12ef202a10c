//! How one file differs, as data and in words.

use std::fmt;

use super::keyed_rows::RowDifference;
use super::short_text::{first_names, listed};

/// A file that differs.
#[derive(Debug, Clone)]
pub struct FileDifference {
    /// Relative to the folder, with `/`.
    pub file: String,
    pub kind: FileChange,
}

/// How it differs.
#[derive(Debug, Clone)]
pub enum FileChange {
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

impl fmt::Display for FileChange {
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
                parts.extend((!gone.is_empty()).then(|| format!("without {}", first_names(gone))));
                parts.extend((!added.is_empty()).then(|| format!("with {}", first_names(added))));
                write!(formatter, "other columns: {}", parts.join(", "))
            }
            Self::Order => write!(formatter, "the same cells in another order"),
            Self::Unreadable { side, reason } => write!(formatter, "the {side} one cannot be compared: {reason}"),
        }
    }
}

/// Who changes line ends where nobody asked for it.
const AUTOCRLF: &str = ": Git's core.autocrlf? `* -text` in a .gitattributes beside them keeps them as they are";

impl FileChange {
    /// How the writing of two texts that say the same differs, and whose doing that may be.
    pub fn writing(&self) -> Option<(String, &'static str)> {
        let Self::Writing { differences, is_of_git } = self else { return None };
        Some((listed(differences), if *is_of_git { AUTOCRLF } else { "" }))
    }
}

fn beside(besides: &[String]) -> String {
    if besides.is_empty() { String::new() } else { format!("; it differs in {} too", listed(besides)) }
}

fn lines(count: usize) -> String {
    format!("{count} line{}", if count == 1 { "" } else { "s" })
}

fn rows_in_words(rows: &RowDifference) -> String {
    let mut parts = Vec::new();
    let are = |count: usize| if count == 1 { "row is" } else { "rows are" };
    parts.extend((rows.added > 0).then(|| format!("{} {} new", rows.added, are(rows.added))));
    parts.extend((rows.gone > 0).then(|| format!("{} {} gone", rows.gone, are(rows.gone))));
    if rows.different > 0 {
        let differ = if rows.different == 1 { "row differs" } else { "rows differ" };
        parts.push(format!("{} {differ} in {}", rows.different, first_names(&rows.columns)));
    }
    parts
        .extend((!rows.lone_columns.is_empty()).then(|| format!("other columns: {}", first_names(&rows.lone_columns))));
    if !parts.is_empty() {
        return parts.join(", ");
    }
    if !rows.positions.is_empty() {
        parts.push(format!("positions ({})", first_names(&rows.positions)));
    }
    parts.extend(rows.order.then(|| "the order of rows".to_owned()));
    parts.extend(rows.column_order.then(|| "the order of columns".to_owned()));
    format!("differs only in {}", listed(&parts))
}
