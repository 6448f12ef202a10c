//! Whether two cells are the same, and how far apart they are.

use crate::store::TableColumn;

/// The result of comparing two cells.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Difference {
    /// The cells are equal bit for bit.
    None,
    /// Floats whose relative difference is within the tolerance.
    Within(f64),
    Real {
        /// Only for floats.
        relative: Option<f64>,
        /// For a list of floats, the element with the largest difference.
        element: Option<usize>,
    },
}

const OTHER: Difference = Difference::Real { relative: None, element: None };

/// |new − old| / max(|old|, |new|), which lies between 0 and 2. Infinite if the quotient is not a number.
#[must_use]
pub fn relative(old: f64, new: f64) -> f64 {
    share(new - old, old.abs().max(new.abs()))
}

fn share(difference: f64, scale: f64) -> f64 {
    let share = if scale == 0.0 { 0.0 } else { difference.abs() / scale };
    if share.is_nan() { f64::INFINITY } else { share }
}

/// Compares two cells of the same column. A missing column counts as a column of nulls.
#[must_use]
pub fn difference(
    old: Option<&TableColumn>,
    old_row: usize,
    new: Option<&TableColumn>,
    new_row: usize,
    tolerance: Option<f64>,
) -> Difference {
    let (before, after) = (old, new);
    match (old, new) {
        (Some(TableColumn::Float(old)), Some(TableColumn::Float(new))) => {
            let at = |values: &[Option<f64>], row: usize| values.get(row).copied().flatten();
            match (at(old, old_row), at(new, new_row)) {
                (None, None) => Difference::None,
                (Some(old), Some(new)) if old.to_bits() == new.to_bits() => Difference::None,
                (Some(old), Some(new)) => judged(relative(old, new), None, tolerance),
                _ => OTHER,
            }
        }
        (Some(TableColumn::Floats(old)), Some(TableColumn::Floats(new))) => {
            match (old.get(old_row), new.get(new_row)) {
                (Some(old), Some(new)) => lists(old, new, tolerance),
                _ => exact(&shown(before, old_row), &shown(after, new_row)),
            }
        }
        (Some(TableColumn::Text(old)), Some(TableColumn::Text(new))) => exact(&old.get(old_row), &new.get(new_row)),
        (Some(TableColumn::Integer(old)), Some(TableColumn::Integer(new))) => {
            exact(&old.get(old_row), &new.get(new_row))
        }
        (Some(TableColumn::Boolean(old)), Some(TableColumn::Boolean(new))) => {
            exact(&old.get(old_row), &new.get(new_row))
        }
        // The type may differ: a widened grid can turn a column of numbers into a column of text.
        (old, new) => exact(&shown(old, old_row), &shown(new, new_row)),
    }
}

fn exact<T: PartialEq>(old: &T, new: &T) -> Difference {
    if old == new { Difference::None } else { OTHER }
}

fn judged(relative: f64, element: Option<usize>, tolerance: Option<f64>) -> Difference {
    match tolerance {
        Some(most) if relative <= most => Difference::Within(relative),
        _ => Difference::Real { relative: Some(relative), element },
    }
}

/// The differences in a list (the parameters) are relative to its largest element, because an element near zero has no
/// significant digits of its own.
fn lists(old: &[f64], new: &[f64], tolerance: Option<f64>) -> Difference {
    if old.len() != new.len() {
        return OTHER;
    }
    let scale = old.iter().chain(new).fold(0.0, |scale: f64, value| scale.max(value.abs()));
    let mut largest: Option<(f64, usize)> = None;
    for (index, (old, new)) in old.iter().zip(new).enumerate() {
        let apart = share(new - old, scale);
        if old.to_bits() != new.to_bits() && largest.is_none_or(|(most, _)| apart > most) {
            largest = Some((apart, index));
        }
    }
    largest.map_or(Difference::None, |(relative, index)| judged(relative, Some(index), tolerance))
}

/// A cell as text, or one element of a list.
#[must_use]
pub fn show(column: Option<&TableColumn>, row: usize, element: Option<usize>) -> String {
    if let (Some(TableColumn::Floats(lists)), Some(element)) = (column, element)
        && let Some(value) = lists.get(row).and_then(|list| list.get(element))
    {
        return crate::text::toml_float(*value);
    }
    shown(column, row)
}

fn shown(column: Option<&TableColumn>, row: usize) -> String {
    column.filter(|column| row < column.len()).map_or_else(|| "null".to_owned(), |column| column.show(row))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn floats(values: &[Option<f64>]) -> TableColumn {
        TableColumn::Float(values.to_vec())
    }

    fn compared(old: f64, new: f64, tolerance: Option<f64>) -> Difference {
        difference(Some(&floats(&[Some(old)])), 0, Some(&floats(&[Some(new)])), 0, tolerance)
    }

    #[test]
    fn floats_are_compared_by_bits_or_within_the_tolerance() {
        let next = f64::from_bits(1.0_f64.to_bits() + 1);
        assert_eq!(compared(1.0, 1.0, None), Difference::None);
        assert!(matches!(compared(1.0, next, None), Difference::Real { relative: Some(apart), .. } if apart > 0.0));
        assert!(matches!(compared(1.0, next, Some(1e-15)), Difference::Within(_)));
        assert!(matches!(compared(1.0, 1.1, Some(1e-3)), Difference::Real { .. }));
        assert_eq!(compared(0.0, -0.0, None), Difference::Real { relative: Some(0.0), element: None });
        assert_eq!(compared(0.0, -0.0, Some(0.0)), Difference::Within(0.0));
        // NaN and infinity are never written, so they are never within a tolerance.
        assert!(matches!(compared(1.0, f64::NAN, Some(9.0)), Difference::Real { .. }));
        assert!(matches!(compared(f64::INFINITY, 1.0, Some(9.0)), Difference::Real { .. }));
        assert_eq!(difference(None, 0, Some(&floats(&[None])), 0, None), Difference::None);
        assert!(matches!(difference(Some(&floats(&[None])), 0, Some(&floats(&[Some(0.0)])), 0, Some(9.0)), OTHER));
    }

    #[test]
    fn lists_are_relative_to_their_largest_element() {
        let list = |values: &[f64]| TableColumn::Floats([Some(values)].into_iter().collect());
        let (old, new) = (list(&[1000.0, 1e-12]), list(&[1000.0, 3e-12]));
        assert!(matches!(difference(Some(&old), 0, Some(&new), 0, Some(1e-9)), Difference::Within(_)));
        let exact = difference(Some(&old), 0, Some(&new), 0, None);
        assert!(matches!(exact, Difference::Real { element: Some(1), .. }));
        assert_eq!(show(Some(&new), 0, Some(1)), "3e-12");
        assert_eq!(difference(Some(&old), 0, Some(&list(&[1.0])), 0, Some(9.0)), OTHER);
    }
}
