//! Cells: read as text by polars, parsed here, so that a number is exact and a message can name its cell.

use std::collections::BTreeSet;
use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use polars::prelude::{CsvReadOptions, DataFrame, DataType, PlSmallStr, Schema, SerReader as _, StringChunked};

/// The cells of some columns, as text.
pub(super) struct Texts(DataFrame);

impl Texts {
    /// Reads sound records (see [`super::scan`]) of `width` fields; of them the columns in `used`, ascending.
    ///
    /// # Errors
    /// What the reading library says, a panic inside it included.
    pub(super) fn read(body: &[u8], width: usize, used: &[usize], delimiter: u8) -> Result<Self, String> {
        let schema: Schema = (0..width).map(|column| (name(column), DataType::String)).collect();
        let options = CsvReadOptions::default()
            .with_has_header(false)
            .with_schema(Some(Arc::new(schema)))
            .with_projection(Some(Arc::new(used.to_vec())))
            .map_parse_options(|options| options.with_separator(delimiter).with_quote_char(Some(b'"')));
        let read = catch_unwind(AssertUnwindSafe(|| options.into_reader_with_file_handle(Cursor::new(body)).finish()));
        match read {
            Ok(Ok(frame)) => Ok(Self(frame)),
            Ok(Err(error)) => Err(error.to_string()),
            Err(_) => Err("the CSV reader panicked".to_owned()),
        }
    }

    pub(super) fn rows(&self) -> usize {
        self.0.height()
    }

    /// The cells of a column of the file.
    ///
    /// # Errors
    /// Where the column was not among those read.
    pub(super) fn column(&self, column: usize) -> Result<Cells<'_>, String> {
        let series = self.0.column(&name(column)).map_err(|error| error.to_string())?;
        series.str().map(Cells).map_err(|error| error.to_string())
    }
}

fn name(column: usize) -> PlSmallStr {
    PlSmallStr::from_string(column.to_string())
}

/// One column.
pub(super) struct Cells<'a>(&'a StringChunked);

impl<'a> Cells<'a> {
    /// Each cell without surrounding space; an empty one is `""`.
    pub(super) fn iter(&self) -> impl Iterator<Item = &'a str> {
        self.0.downcast_iter().flat_map(|chunk| chunk.iter().map(|cell| cell.unwrap_or_default().trim()))
    }

    /// The distinct cells of the chosen rows, sorted; `None` where there are more than `at_most`.
    pub(super) fn levels(&self, kept: &[bool], at_most: usize) -> Option<Vec<&'a str>> {
        let mut levels = BTreeSet::new();
        for (cell, _) in self.iter().zip(kept).filter(|(_, kept)| **kept) {
            levels.insert(cell);
            if levels.len() > at_most {
                return None;
            }
        }
        Some(levels.into_iter().collect())
    }
}

/// What a cell of a numeric column holds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Number {
    Finite(f64),
    Missing,
    /// A number, but infinite or too large for 64 bits.
    Infinite,
    Text,
}

/// Reads a trimmed cell: the nearest f64 to what is written, zero without a sign.
pub(super) fn number(cell: &str) -> Number {
    if is_missing(cell) {
        return Number::Missing;
    }
    match cell.parse::<f64>() {
        Ok(value) if value.is_finite() => Number::Finite(value + 0.0),
        Ok(value) if value.is_nan() => Number::Missing,
        Ok(_) => Number::Infinite,
        Err(_) => Number::Text,
    }
}

/// Empty, `NA` or `NaN` in any case.
pub(super) fn is_missing(cell: &str) -> bool {
    cell.len() <= 3 && (cell.is_empty() || cell.eq_ignore_ascii_case("na") || cell.eq_ignore_ascii_case("nan"))
}
