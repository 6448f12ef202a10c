//! How the numbers of a text are written.

use crate::dataset::csv::NumberFormat;
use crate::dataset::table::TextShape;

/// The format of the numbers in some cells, and an example of what tells it.
pub(super) fn format<'c>(cells: impl Iterator<Item = &'c str>, delimiter: &str) -> (NumberFormat, Option<&'c str>) {
    let mut shapes: Vec<(TextShape, usize, &str)> = Vec::new();
    let mut points = 0;
    let is_european = delimiter != ",";
    for cell in cells {
        if cell.parse::<f64>().is_ok() {
            points += usize::from(cell.contains('.'));
            continue;
        }
        let shape = match TextShape::of(cell) {
            // No number begins with a zero before its thousands, and with decimal commas 1,234 is most likely one, too.
            Some(TextShape::Thousands(',')) if starts_with_zero(cell) => TextShape::DecimalComma,
            Some(TextShape::Thousands(',')) if is_european && cell.matches(',').count() == 1 && !cell.contains('.') => {
                TextShape::DecimalComma
            }
            Some(shape @ (TextShape::DecimalComma | TextShape::Thousands(_))) => shape,
            _ => continue,
        };
        match shapes.iter_mut().find(|(known, ..)| *known == shape) {
            Some((_, count, _)) => *count += 1,
            None => shapes.push((shape, 1, cell)),
        }
    }
    let of = |shape: TextShape| shapes.iter().find(|(known, ..)| *known == shape).copied();
    let commas = of(TextShape::DecimalComma).filter(|(_, count, _)| *count > points);
    let grouped_by_points = of(TextShape::Thousands('.'));
    if let Some((.., example)) = commas.or(grouped_by_points) {
        let spaces = of(TextShape::Thousands(' ')).map(|_| ' ');
        let thousands = grouped_by_points.map(|_| '.').or(spaces);
        return (NumberFormat { decimal: ',', thousands }, Some(example));
    }
    let grouped = shapes.iter().filter(|(shape, ..)| matches!(shape, TextShape::Thousands(_)));
    match grouped.max_by_key(|(_, count, _)| *count) {
        Some((TextShape::Thousands(separator), _, example)) => {
            let separator = if *separator == '’' { '\'' } else { *separator };
            (NumberFormat { decimal: '.', thousands: Some(separator) }, Some(example))
        }
        _ => (NumberFormat::USUAL, None),
    }
}

fn starts_with_zero(cell: &str) -> bool {
    cell.trim_start_matches(['-', '+', '−']).starts_with('0')
}
