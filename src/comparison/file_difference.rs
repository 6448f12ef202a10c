//! How one file differs, as data and in words.

use std::fmt;

use super::keyed_rows::RowDifference;
use super::short_text::{first_names, listed};

/// A file that differs.
#[derive(Debug, Clone)]
pub struct FileDifference {
    /// The path relative to the folder, with `/`.
    pub file: String,
    pub kind: FileChange,
}

/// How a file differs.
#[derive(Debug, Clone)]
pub enum FileChange {
    /// The new side lacks it.
    OnlyOld,
    /// The old side lacks it.
    OnlyNew,
    /// A symbolic link. It is not followed, because it leads out of the results folder.
    Link {
        /// The sides that have it.
        sides: Vec<&'static str>,
    },
    /// The bytes differ. The file is not compared line by line.
    Bytes,
    /// Both have the same content and differ only in encoding, line ends or the like.
    Writing {
        differences: Vec<String>,
        /// Whether Git may have changed the line ends.
        is_of_git: bool,
    },
    Lines {
        gone: usize,
        added: usize,
        /// The first changed lines, each with `-` or `+`.
        shown: Vec<(char, String)>,
        /// Further differences in encoding, line ends or the like.
        besides: Vec<String>,
    },
    Rows {
        rows: RowDifference,
        besides: Vec<String>,
    },
    /// A Parquet table with other columns, by name and type.
    Columns {
        gone: Vec<String>,
        added: Vec<String>,
    },
    /// A Parquet table with the same cells in another order of rows.
    Order,
    /// One side is not a table that the program writes.
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

/// The usual cause of changed line ends.
const AUTOCRLF: &str = ": Git's core.autocrlf? `* -text` in a .gitattributes beside them keeps them as they are";

impl FileChange {
    /// For texts with the same content: how they differ, and the likely cause.
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
    if !rows.names.is_empty() {
        parts.push(format!("the names of settings ({})", first_names(&rows.names)));
    }
    parts.extend(rows.order.then(|| "the order of rows".to_owned()));
    parts.extend(rows.column_order.then(|| "the order of columns".to_owned()));
    format!("differs only in {}", listed(&parts))
}
