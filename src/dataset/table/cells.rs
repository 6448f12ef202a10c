//! A cell of a table: its value, its column and its place in the file.

use std::borrow::Cow;

/// The value of a cell. Reasons are worded as messages show them.
pub(in crate::dataset) enum CellValue<'c> {
    Number(f64),
    /// A number that is written as a truth value: 1 or 0.
    Truth(bool),
    /// No value, with the reason: `the cell is empty`, `"NA" is missing`.
    Missing(String),
    /// A number that cannot be used, with the reason: `"inf" is not finite`.
    NotFinite(String),
    /// A number beyond what f64 holds: text, if the column holds other text too (an identifier such as `12e4567`).
    TooLarge(Cow<'c, str>),
    /// Text instead of a number.
    Text(Cow<'c, str>),
    /// The level of a category.
    Level(Cow<'c, str>),
}

/// How a file stores a number.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub(in crate::dataset) enum FloatWidth {
    #[default]
    Double,
    Single,
    Half,
}

impl FloatWidth {
    /// The number that stands for this one in a file.
    pub(super) fn nearest(self, number: f64) -> f64 {
        match self {
            Self::Double => number,
            Self::Single => f64::from(number as f32),
            Self::Half => nearest_half(number),
        }
    }
}

/// The float of 16 bits that is nearest to a number.
fn nearest_half(number: f64) -> f64 {
    const LARGEST: f64 = 65_504.0;
    // The distance to the next float is the power of two that begins its numbers, over 2¹⁰.
    let exponent = (number.abs().to_bits() >> 52).max(1023 - 14);
    let step = f64::from_bits((exponent - 10) << 52);
    let nearest = (number / step).round_ties_even() * step;
    if nearest.abs() > LARGEST { f64::INFINITY.copysign(number) } else { nearest }
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

/// What a used column is for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::dataset) enum ColumnRole {
    Feature,
    Weight,
    Target,
    /// A target after the first, which is a number.
    OtherTarget,
}

impl ColumnRole {
    /// What messages call such a column.
    pub(in crate::dataset) const fn word(self) -> &'static str {
        match self {
            Self::Feature => "column",
            Self::Weight => "weight",
            Self::Target | Self::OtherTarget => "target",
        }
    }
}

/// The place of a row in its file.
pub(in crate::dataset) struct RowPlace<'a> {
    /// The place of the cell in a column of the file, as messages word it.
    pub place: &'a dyn Fn(usize) -> String,
}

/// A name in quotes, in such as it does not hold itself.
pub(super) fn in_quotes(name: &str) -> String {
    if name.contains('"') && !name.contains('\'') { format!("'{name}'") } else { format!("\"{name}\"") }
}

/// A cell in quotes, on one line and shortened.
pub(in crate::dataset) fn quoted(cell: &str) -> String {
    let mut short: String = cell.chars().take(40).collect();
    if short.len() < cell.len() {
        short.push('…');
    }
    format!("\"{}\"", short.escape_debug().to_string().replace("\\\"", "\"").replace("\\'", "'"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_are_the_nearest() {
        for (number, half) in [
            (0.0, 0.0),
            (0.1, 0.099_975_585_937_5),
            (-9999.9, -10_000.0),
            (2049.0, 2048.0),
            (2051.0, 2052.0),
            (65_519.0, 65_504.0),
            (65_520.0, f64::INFINITY),
            (5.960_464_477_539_063e-8, 5.960_464_477_539_063e-8),
            (2.9e-8, 0.0),
            (6.097e-5, 6.097_555_160_522_461e-5),
        ] {
            assert_eq!(FloatWidth::Half.nearest(number), half, "{number}");
        }
    }
}
