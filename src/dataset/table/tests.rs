//! Tests of what all tables share, with CSV text as the file.

mod categories;
mod classes;
mod columns;
mod messages;
mod missing;
mod targets;
mod weights;

use std::fmt::Write as _;

use super::{ColumnChoice, FileHeader, FileMistakes, TableOptions};
use crate::dataset::number_format::NumberFormat;
use crate::dataset::tests::filled;
use crate::dataset::{DataError, Dataset, read_csv, source};
use crate::parameter::read;
use crate::record::{ColumnKind, LeftOutReason};

fn loaded(text: &str, options: &str) -> Result<Dataset, DataError> {
    let options = format!("path = \"a.csv\"\ntarget = \"y\"\n{options}");
    read_csv(text.as_bytes(), text.len() as u64, &filled(source("csv").unwrap(), &options), 1 << 16)
}

fn parsed(text: &str, options: &str) -> Dataset {
    loaded(text, options).unwrap_or_else(|error| panic!("{error}"))
}

fn message(text: &str, options: &str) -> String {
    loaded(text, options).unwrap_err().to_string()
}

/// The names of the used columns with their kinds.
fn kinds(data: &Dataset) -> Vec<(&str, ColumnKind)> {
    data.reading.columns.iter().map(|column| (column.name.as_str(), column.kind)).collect()
}

/// `rows` rows below a header, each of the row's number.
fn table(header: &str, rows: usize, row: impl Fn(usize) -> String) -> String {
    (0..rows).fold(format!("{header}\n"), |mut text, number| {
        let _ = writeln!(text, "{}", row(number));
        text
    })
}
