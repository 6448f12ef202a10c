//! The levels of a category, and their one-hot encoding in place.

use std::borrow::Cow;
use std::collections::HashMap;

/// A `one_hot` column with more levels than this holds identifiers, not a category.
pub(super) const MOST_LEVELS: usize = 1000;

/// The levels of a category, each with a code in the order of appearance.
#[derive(Default)]
pub(super) struct Levels {
    codes: HashMap<String, u16>,
    pub too_many: bool,
}

impl Levels {
    /// The code of a level; a new level gets the next one.
    pub(super) fn code(&mut self, level: Cow<str>) -> u16 {
        if let Some(&code) = self.codes.get(level.as_ref()) {
            return code;
        }
        if self.codes.len() == MOST_LEVELS {
            self.too_many = true;
            return 0;
        }
        let code = self.codes.len() as u16;
        self.codes.insert(level.into_owned(), code);
        code
    }

    /// The sorted levels, and for each code its place among them.
    pub(super) fn sorted(&self) -> (Vec<&str>, Vec<u16>) {
        let mut sorted: Vec<(&str, u16)> = self.codes.iter().map(|(level, code)| (level.as_str(), *code)).collect();
        sorted.sort_unstable();
        let mut ranks = vec![0; sorted.len()];
        for (rank, (_, code)) in (0..).zip(&sorted) {
            ranks[usize::from(*code)] = rank;
        }
        (sorted.into_iter().map(|(level, _)| level).collect(), ranks)
    }
}

/// Where a slot's values go: its first output column and, for a category, the rank of each level by its code.
pub(super) type SlotPlace = (usize, Option<Vec<u16>>);

/// Expands rows of `width` slots to rows of `columns` values, in place: one 0/1 column for each level. `values` holds the narrow
/// rows at its beginning and must be long enough for the wide ones.
pub(super) fn expand(values: &mut [f64], rows: usize, width: usize, columns: usize, places: &[SlotPlace]) {
    let mut narrow = vec![0.0; width];
    // From the last row back, so that no row overwrites one that has not been moved.
    for row in (0..rows).rev() {
        narrow.copy_from_slice(&values[row * width..(row + 1) * width]);
        let wide = &mut values[row * columns..(row + 1) * columns];
        wide.fill(0.0);
        for (&value, (offset, ranks)) in narrow.iter().zip(places) {
            match ranks {
                None => wide[*offset] = value,
                Some(ranks) => wide[offset + usize::from(ranks[value as usize])] = 1.0,
            }
        }
    }
}

/// The same if every category has exactly one level: its code 0 becomes a column of ones.
pub(super) fn fill_single_levels(values: &mut [f64], width: usize, places: &[SlotPlace]) {
    for (slot, (offset, ranks)) in places.iter().enumerate() {
        if ranks.is_some() {
            debug_assert_eq!(slot, *offset);
            values.iter_mut().skip(*offset).step_by(width).for_each(|value| *value = 1.0);
        }
    }
}
