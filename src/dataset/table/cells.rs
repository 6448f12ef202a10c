//! A cell of a table: its value, its column and its place in the file.

use std::borrow::Cow;

/// The value of a cell. Reasons are worded as messages show them.
pub(in crate::dataset) enum CellValue<'c> {
    Number(f64),
    /// No value, with the reason: `the cell is empty`, `"NA" is missing`.
    Missing(String),
    /// A number that cannot be used, with the reason: `"inf" is not finite`.
    NotFinite(String),
    /// Text instead of a number.
    Text(Cow<'c, str>),
    /// The level of a category.
    Level(Cow<'c, str>),
}

/// A column of the file that is used.
#[derive(Clone, Copy)]
pub(in crate::dataset) struct ColumnSlot {
    /// Its position in the file.
    pub column: usize,
    /// Whether its cells are levels, not numbers.
    pub one_hot: bool,
    /// Whether only its cells tell: text in one of them makes all of them levels.
    pub open: bool,
}

/// The place of a row in its file.
pub(in crate::dataset) struct RowPlace<'a> {
    /// The place of the cell in a column of the file, as messages word it.
    pub place: &'a dyn Fn(usize) -> String,
}

/// A cell in quotes, on one line and shortened.
pub(in crate::dataset) fn quoted(cell: &str) -> String {
    let mut short: String = cell.chars().take(40).collect();
    if short.len() < cell.len() {
        short.push('…');
    }
    format!("\"{}\"", short.escape_debug().to_string().replace("\\\"", "\"").replace("\\'", "'"))
}
