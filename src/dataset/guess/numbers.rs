//! How the numbers of a text are written.

use crate::dataset::number_format::NumberFormat;
use crate::dataset::table::TextShape;

/// How the numbers of some cells are written.
#[derive(Debug, PartialEq)]
pub(super) struct Written<'c> {
    pub format: NumberFormat,
    /// A cell that tells the format; empty if it is the usual one.
    pub example: &'c str,
    /// A cell that is read as a number with decimals and may be a thousand: one with a point where others have decimal commas or several
    /// groups, or one with a comma where no cell has a comma that must stand before decimals.
    pub doubtful: Option<&'c str>,
}

/// The format of the numbers in some cells.
///
/// A cell such as `234.500` is a number with decimals, or a thousand in groups. It counts as grouped where other cells have decimal commas
/// or two groups, and no cell has a point that cannot be between groups.
pub(super) fn written<'c>(cells: impl Iterator<Item = &'c str>, delimiter: &str) -> Written<'c> {
    let mut counts = Counts::default();
    for cell in cells {
        counts.add(cell, delimiter);
    }
    let (format, example) = counts.format();
    let has_commas = counts.of(TextShape::DecimalComma).is_some() || counts.of(TextShape::Thousands('.')).is_some();
    let doubtful = match format.decimal {
        ',' => counts.of(TextShape::DecimalComma).map(|(_, cell)| cell).filter(|_| !counts.any_certain_comma),
        _ => counts.either.filter(|_| has_commas),
    };
    Written { format, example, doubtful }
}

/// Cells by the way in which they are written.
#[derive(Default)]
struct Counts<'c> {
    /// Those that are no numbers as they stand: their shape, how many, and the first of them.
    shapes: Vec<(TextShape, usize, &'c str)>,
    /// Whether some comma must stand before decimals: that of `12,5`, and not of `3,794`.
    any_certain_comma: bool,
    /// Numbers whose point is before decimals.
    points: usize,
    /// The first number whose point may stand before decimals or between thousands.
    either: Option<&'c str>,
}

impl<'c> Counts<'c> {
    fn add(&mut self, cell: &'c str, delimiter: &str) {
        if cell.parse::<f64>().is_ok() {
            match (cell.contains('.'), is_one_group(cell)) {
                (true, true) => self.either = self.either.or(Some(cell)),
                (true, false) => self.points += 1,
                (false, _) => {}
            }
            return;
        }
        let is_european = delimiter != ",";
        let shape = match TextShape::of(cell) {
            // No number begins with a zero before its thousands, and with decimal commas 1,234 is most likely one, too.
            Some(TextShape::Thousands(',')) if starts_with_zero(cell) => TextShape::DecimalComma,
            Some(TextShape::Thousands(',')) if is_european && cell.matches(',').count() == 1 && !cell.contains('.') => {
                TextShape::DecimalComma
            }
            Some(shape @ (TextShape::DecimalComma | TextShape::Thousands(_))) => shape,
            _ => return,
        };
        let may_be_group = TextShape::of(cell) == Some(TextShape::Thousands(',')) && !starts_with_zero(cell);
        self.any_certain_comma |= shape == TextShape::DecimalComma && !may_be_group;
        match self.shapes.iter_mut().find(|(known, ..)| *known == shape) {
            Some((_, count, _)) => *count += 1,
            None => self.shapes.push((shape, 1, cell)),
        }
    }

    /// How many cells have a shape, and the first of them.
    fn of(&self, shape: TextShape) -> Option<(usize, &'c str)> {
        self.shapes.iter().find(|(known, ..)| *known == shape).map(|(_, count, example)| (*count, *example))
    }

    fn format(&self) -> (NumberFormat, &'c str) {
        let commas = self.of(TextShape::DecimalComma).filter(|(count, _)| *count > self.points);
        let grouped_by_points = self.of(TextShape::Thousands('.')).filter(|(count, _)| *count > self.points);
        if let Some((_, example)) = commas.or(grouped_by_points) {
            let points = grouped_by_points.is_some() || self.either.is_some() && self.points == 0;
            let spaces = self.of(TextShape::Thousands(' ')).is_some();
            let thousands = if points { Some('.') } else { spaces.then_some(' ') };
            return (NumberFormat { decimal: ',', thousands }, example);
        }
        let grouped = self.shapes.iter().filter(|(shape, ..)| matches!(shape, TextShape::Thousands(_)));
        match grouped.filter(|(shape, ..)| *shape != TextShape::Thousands('.')).max_by_key(|(_, count, _)| *count) {
            Some((TextShape::Thousands(separator), _, example)) => {
                let separator = if *separator == '’' { '\'' } else { *separator };
                (NumberFormat { decimal: '.', thousands: Some(separator) }, *example)
            }
            _ => (NumberFormat::USUAL, ""),
        }
    }
}

/// Whether a number is one group of thousands after the first: `234.500`, but not `0.500`.
fn is_one_group(cell: &str) -> bool {
    NumberFormat { decimal: ',', thousands: Some('.') }.parse(cell).is_some()
}

fn starts_with_zero(cell: &str) -> bool {
    cell.trim_start_matches(['-', '+', '−']).starts_with('0')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(cells: &[&str], delimiter: &str) -> (char, Option<char>) {
        let NumberFormat { decimal, thousands } = written(cells.iter().copied(), delimiter).format;
        (decimal, thousands)
    }

    #[test]
    fn a_point_that_may_be_between_thousands_is_doubtful() {
        for (cells, doubtful) in [
            (&["234.500", "1.5", "2.5", "12,5"][..], Some("234.500")),
            (&["234.500", "1.25", "1.234.567"], Some("234.500")),
            (&["234.500", "1.25"], None),
            (&["234.500", "12,5"], None),
            (&["0.500", "1.5", "12,5"], None),
            (&["3,794", "8,173"], Some("3,794")),
            (&["3,794", "8,17"], None),
            (&["3,794", "0,173"], None),
        ] {
            assert_eq!(written(cells.iter().copied(), ";").doubtful, doubtful, "{cells:?}");
        }
    }

    #[test]
    fn a_point_is_what_all_cells_allow() {
        for (cells, delimiter, expected) in [
            // Decimal commas elsewhere: 234.500 is a thousand in groups.
            (&["234.500", "12,5"][..], ";", (',', Some('.'))),
            (&["234.500", "1.234.567", "0,25"], ";", (',', Some('.'))),
            (&["-234.500", "12", "12,5"], "\t", (',', Some('.'))),
            (&["234.500", "1.234.567"], ";", (',', Some('.'))),
            // A point that cannot be between groups: no cell is read as groups silently.
            (&["234.500", "1.5", "12,5", "13,5"], ";", (',', None)),
            (&["0.500", "12,5", "13,5"], ";", (',', None)),
            (&["1234.500", "12,5", "13,5"], ";", (',', None)),
            // Nothing but points.
            (&["234.500", "1.250"], ";", ('.', None)),
            (&["234.500", "1.25", "1.234.567"], ";", ('.', None)),
            (&["1,200", "1.5"], ",", ('.', Some(','))),
            (&["1 234", "1,5"], ";", (',', Some(' '))),
            (&["1’234", "1.5"], ",", ('.', Some('\''))),
        ] {
            assert_eq!(found(cells, delimiter), expected, "{cells:?}");
        }
    }
}
