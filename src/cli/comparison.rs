//! `sweep compare`: two results folders, file by file; tables by their cells.

use std::fmt;
use std::path::{Path, PathBuf};

use clap::Args;

use super::Failure;
use super::printer::Printer;
use crate::store::{Column, decode_table, list_files};

/// Compare two results folders.
#[derive(Args)]
pub struct Compare {
    /// The one side
    old: PathBuf,
    /// The other side
    new: PathBuf,
}

pub fn run(command: &Compare, printer: &Printer) -> Result<(), Failure> {
    // A folder that cannot be listed is no empty one.
    list_files(&command.old)?;
    let count = list_files(&command.new)?.len();
    let differences = compare_folders(&command.old, &command.new)?;
    if differences.iter().all(Difference::is_harmless) {
        printer.summary(&format!("{count} files are the same bit for bit"));
        differences.iter().for_each(|difference| printer.note(&difference.to_string()));
        return Ok(());
    }
    let title = command.new.display().to_string();
    printer.result(&describe(&title, "old", "new", &differences));
    Err(Failure::silent(Failure::DIFFERENT))
}

/// A difference in one file.
pub enum Difference {
    Missing {
        file: String,
    },
    Added {
        file: String,
    },
    /// The cells of a Parquet table are the same and its bytes are not.
    EncodingOnly {
        file: String,
    },
    /// The cells are the same; the columns' order or types are not.
    Columns {
        file: String,
        old: String,
        new: String,
    },
    Cells {
        file: String,
        rows: usize,
        cells: Vec<Cell>,
        more: usize,
    },
    Lines {
        file: String,
        lines: Vec<(usize, String, String)>,
        more: usize,
    },
    Bytes {
        file: String,
        old: usize,
        new: usize,
    },
}

/// One cell that differs.
pub struct Cell {
    row: String,
    column: String,
    old: String,
    new: String,
}

impl Difference {
    pub const fn is_harmless(&self) -> bool {
        matches!(self, Self::EncodingOnly { .. })
    }
}

/// Cells and lines that are shown of each file.
const MOST_SHOWN: usize = 12;

impl fmt::Display for Difference {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing { file } => write!(formatter, "{file}: is missing on the new side"),
            Self::Added { file } => write!(formatter, "{file}: is missing on the old side"),
            Self::EncodingOnly { file } => {
                write!(formatter, "{file}: every cell is the same, only the encoding of the file differs")
            }
            Self::Columns { file, old, new } => {
                write!(formatter, "{file}: the columns differ\n  - {old}\n  + {new}")
            }
            Self::Bytes { file, old, new } => write!(formatter, "{file}: differs ({old} bytes, {new} bytes)"),
            Self::Cells { file, rows, cells, more } => {
                write!(formatter, "{file}: {} cells in {rows} rows differ", cells.len() + more)?;
                for Cell { row, column, old, new } in cells {
                    write!(formatter, "\n  {row} {column}: {old} → {new}")?;
                }
                if *more > 0 {
                    write!(formatter, "\n  and {more} more")?;
                }
                Ok(())
            }
            Self::Lines { file, lines, more } => {
                write!(formatter, "{file}: {} lines differ", lines.len() + more)?;
                for (number, old, new) in lines {
                    write!(formatter, "\n  line {number}\n  - {old}\n  + {new}")?;
                }
                if *more > 0 {
                    write!(formatter, "\n  and {more} more")?;
                }
                Ok(())
            }
        }
    }
}

/// One sentence first, then the files.
pub fn describe(name: &str, old: &str, new: &str, differences: &[Difference]) -> String {
    let real = differences.iter().filter(|difference| !difference.is_harmless()).count();
    let mut text = format!("{name} differs in {real} file{} ({old} → {new})\n", if real == 1 { "" } else { "s" });
    for difference in differences {
        text.push('\n');
        text.push_str(&difference.to_string());
        text.push('\n');
    }
    text
}

/// What differs between two results folders, in the order of names, tables of trials first. A folder that does not exist
/// has no files.
pub fn compare_folders(old: &Path, new: &Path) -> Result<Vec<Difference>, Failure> {
    let files = |folder: &Path| if folder.is_dir() { list_files(folder) } else { Ok(Vec::new()) };
    let (old_files, new_files) = (files(old)?, files(new)?);
    let mut names: Vec<&String> = old_files.iter().chain(&new_files).collect();
    names.sort_by_key(|name| (!is_parquet(name), *name));
    names.dedup();
    let mut differences = Vec::new();
    for name in names {
        let file = name.clone();
        match (old_files.binary_search(name).is_ok(), new_files.binary_search(name).is_ok()) {
            (true, true) => {
                let (before, after) = (read(&old.join(name))?, read(&new.join(name))?);
                if before != after {
                    differences.push(compare_file(file, &before, &after));
                }
            }
            (true, false) => differences.push(Difference::Missing { file }),
            (false, _) => differences.push(Difference::Added { file }),
        }
    }
    Ok(differences)
}

fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    std::fs::read(path)
        .map_err(|error| Failure::new(Failure::FILES, format!("cannot read {}: {error}", path.display())))
}

fn is_parquet(name: &str) -> bool {
    Path::new(name).extension().is_some_and(|extension| extension == "parquet")
}

fn compare_file(file: String, old: &[u8], new: &[u8]) -> Difference {
    if is_parquet(&file) {
        if let (Ok(old), Ok(new)) = (decode_table(old.to_vec(), None), decode_table(new.to_vec(), None)) {
            return compare_tables(file, &old, &new);
        }
    } else if !file.ends_with(".svg")
        && let (Ok(old), Ok(new)) = (std::str::from_utf8(old), std::str::from_utf8(new))
    {
        return compare_lines(file, old, new);
    }
    Difference::Bytes { file, old: old.len(), new: new.len() }
}

/// Rows are named by their trial where a table has that column, and matched by their position.
fn compare_tables(file: String, old: &[(String, Column)], new: &[(String, Column)]) -> Difference {
    let rows = |table: &[(String, Column)]| table.first().map_or(0, |(_, column)| column.len());
    let find =
        |table: &[(String, Column)], name: &str| table.iter().find(|(known, _)| known == name).map(|(_, c)| c.clone());
    let trials = find(new, "trial").or_else(|| find(old, "trial"));
    let mut names: Vec<&str> = old.iter().chain(new).map(|(name, _)| name.as_str()).collect();
    let mut seen = std::collections::HashSet::new();
    names.retain(|name| seen.insert(*name));
    let mut cells = Vec::new();
    let mut more = 0;
    let mut differing = 0;
    for row in 0..rows(old).max(rows(new)) {
        let mut differs = false;
        for name in &names {
            let show = |table: &[(String, Column)]| match table.iter().find(|(known, _)| known == name) {
                Some((_, column)) if row < column.len() => column.show(row),
                _ => "absent".to_owned(),
            };
            let (before, after) = (show(old), show(new));
            if before == after {
                continue;
            }
            differs = true;
            if cells.len() < MOST_SHOWN {
                let trial = trials.as_ref().filter(|column| row < column.len()).map(|column| column.show(row));
                cells.push(Cell {
                    row: trial.map_or_else(
                        || format!("row {}", row + 1),
                        |trial| format!("row {} (trial {})", row + 1, trial.chars().take(12).collect::<String>()),
                    ),
                    column: (*name).to_owned(),
                    old: shortened(&before),
                    new: shortened(&after),
                });
            } else {
                more += 1;
            }
        }
        differing += usize::from(differs);
    }
    let columns = |table: &[(String, Column)]| -> Vec<String> {
        table.iter().map(|(name, column)| format!("{name}: {}", column.kind())).collect()
    };
    if cells.is_empty() && columns(old) != columns(new) {
        Difference::Columns { file, old: columns(old).join(", "), new: columns(new).join(", ") }
    } else if cells.is_empty() {
        Difference::EncodingOnly { file }
    } else {
        Difference::Cells { file, rows: differing, cells, more }
    }
}

fn compare_lines(file: String, old: &str, new: &str) -> Difference {
    let (old, new): (Vec<&str>, Vec<&str>) = (old.lines().collect(), new.lines().collect());
    let mut lines = Vec::new();
    let mut more = 0;
    for index in 0..old.len().max(new.len()) {
        let at = |lines: &[&str]| lines.get(index).map_or_else(|| "(no line)".to_owned(), |line| shortened(line));
        if old.get(index) != new.get(index) {
            if lines.len() < MOST_SHOWN / 3 {
                lines.push((index + 1, at(&old), at(&new)));
            } else {
                more += 1;
            }
        }
    }
    Difference::Lines { file, lines, more }
}

/// A cell or line short enough for a terminal, without control characters.
fn shortened(text: &str) -> String {
    const MOST: usize = 160;
    let clean: String = text.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).take(MOST).collect();
    if text.chars().count() > MOST { clean + "…" } else { clean }
}
