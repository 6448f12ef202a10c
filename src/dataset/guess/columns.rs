//! What the columns of a text are, by its first rows: their names, and which hold numbers.

use super::layout::Layout;
use crate::dataset::csv::NumberFormat;
use crate::dataset::table::is_usual_marker;

/// The columns of a text.
pub(super) struct SampleColumns {
    /// Whether the first row has the names.
    pub header: bool,
    pub names: Vec<String>,
    /// Whether most cells of each are numbers.
    pub numbers: Vec<bool>,
}

impl SampleColumns {
    pub(super) fn of(layout: &Layout, format: NumberFormat) -> Self {
        let Some((first, rows)) = layout.rows.split_first() else {
            return Self { header: true, names: Vec::new(), numbers: Vec::new() };
        };
        let columns: Vec<ColumnOfSample> =
            (0..first.len()).map(|column| ColumnOfSample::of(rows, column, format)).collect();
        let header = rows.is_empty() || has_names(first, &columns, format);
        let names = match header {
            true => first.clone(),
            false => (1..=first.len()).map(|column| format!("column_{column}")).collect(),
        };
        Self { header, names, numbers: columns.iter().map(|column| column.is_number).collect() }
    }
}

/// The cells of a column below the first row.
struct ColumnOfSample {
    is_number: bool,
    low: f64,
    high: f64,
}

impl ColumnOfSample {
    fn of(rows: &[Vec<String>], column: usize, format: NumberFormat) -> Self {
        let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
        let (mut numbers, mut texts) = (0, 0);
        let cells = rows.iter().filter_map(|row| row.get(column)).filter(|cell| !is_missing(cell));
        for cell in cells {
            match value(cell, format) {
                Some(value) => {
                    numbers += 1;
                    low = low.min(value);
                    high = high.max(value);
                }
                None => texts += 1,
            }
        }
        Self { is_number: numbers > texts, low, high }
    }
}

/// Whether the first row holds names and is not one of data.
fn has_names(first: &[String], columns: &[ColumnOfSample], format: NumberFormat) -> bool {
    let cells = || first.iter().zip(columns).filter(|(cell, _)| !is_missing(cell));
    if cells().next().is_none() || cells().all(|(cell, _)| value(cell, format).is_some()) {
        return false;
    }
    let (mut named, mut data) = (0, 0);
    for (cell, column) in cells().filter(|(_, column)| column.is_number) {
        match value(cell, format) {
            None => named += 1,
            // The year at the head of a column is no number of that column.
            Some(value) => data += usize::from((column.low..=column.high).contains(&value)),
        }
    }
    named > 0 || data == 0
}

fn value(cell: &str, format: NumberFormat) -> Option<f64> {
    let truth = || match cell {
        _ if cell.eq_ignore_ascii_case("true") => Some(1.0),
        _ if cell.eq_ignore_ascii_case("false") => Some(0.0),
        _ => None,
    };
    format.parse(cell).filter(|value| value.is_finite()).or_else(truth)
}

fn is_missing(cell: &str) -> bool {
    cell.is_empty() || cell.eq_ignore_ascii_case("na") || cell.eq_ignore_ascii_case("nan") || is_usual_marker(cell)
}
