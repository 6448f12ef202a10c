//! From the text of a CSV field to the value of its cell.

use std::borrow::Cow;

use crate::dataset::number_format::NumberFormat;
use crate::dataset::table::{CellValue, quoted};

/// The text of a field without its quotes and surrounding space.
pub(super) fn unquoted(field: &str) -> Cow<'_, str> {
    match field.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) {
        Some(inner) if inner.contains('"') => Cow::Owned(inner.replace("\"\"", "\"").trim().to_owned()),
        Some(inner) => Cow::Borrowed(inner.trim()),
        None => Cow::Borrowed(field.trim()),
    }
}

/// The cell of a numeric column: the f64 nearest to the written number, and zero without a sign. `true` and `false` are 1 and 0, as
/// in Parquet.
pub(super) fn number(field: &str, format: NumberFormat) -> CellValue<'_> {
    // Most cells are a bare number.
    if format == NumberFormat::USUAL
        && let Ok(value) = field.parse::<f64>()
        && value.is_finite()
    {
        return CellValue::Number(value + 0.0);
    }
    let cell = unquoted(field);
    if is_missing(&cell) {
        return missing(&cell);
    }
    match format.parse(&cell) {
        Some(value) if value.is_finite() => CellValue::Number(value + 0.0),
        Some(value) if value.is_nan() => missing(&cell),
        Some(_) if cell.bytes().any(|byte| byte.is_ascii_digit()) => CellValue::TooLarge(cell),
        Some(_) => CellValue::NotFinite(format!("{} is not finite", quoted(&cell))),
        None if cell.eq_ignore_ascii_case("true") => CellValue::Truth(true),
        None if cell.eq_ignore_ascii_case("false") => CellValue::Truth(false),
        None => CellValue::Text(cell),
    }
}

/// The cell of a category.
pub(super) fn level(field: &str) -> CellValue<'_> {
    let cell = unquoted(field);
    if is_missing(&cell) { missing(&cell) } else { CellValue::Level(cell) }
}

/// Whether a cell is empty, `NA` or `NaN`, in upper or lower case.
fn is_missing(cell: &str) -> bool {
    cell.len() <= 3 && (cell.is_empty() || cell.eq_ignore_ascii_case("na") || cell.eq_ignore_ascii_case("nan"))
}

fn missing(cell: &str) -> CellValue<'static> {
    CellValue::Missing(match cell {
        "" => "the cell is empty".to_owned(),
        _ => format!("{} is missing", quoted(cell)),
    })
}
