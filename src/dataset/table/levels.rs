//! The levels of a category, and their one-hot encoding in place.

use std::borrow::Cow;
use std::collections::HashMap;

/// The levels of a category, each with a code in the order of appearance.
#[derive(Default)]
pub(super) struct Levels {
    codes: HashMap<String, u32>,
    pub too_many: bool,
}

impl Levels {
    /// The code of a level; a new level gets the next one, unless there are `most` already.
    pub(super) fn code(&mut self, level: Cow<str>, most: usize) -> Option<u32> {
        if let Some(&code) = self.codes.get(level.as_ref()) {
            return Some(code);
        }
        if self.codes.len() >= most {
            self.too_many = true;
            return None;
        }
        let code = u32::try_from(self.codes.len()).ok()?;
        self.codes.insert(level.into_owned(), code);
        Some(code)
    }

    /// The number of levels.
    pub(super) fn len(&self) -> usize {
        self.codes.len()
    }

    /// The sorted levels, and for each code its place among them.
    pub(super) fn sorted(&self) -> (Vec<&str>, Vec<u32>) {
        let mut sorted: Vec<(&str, u32)> = self.codes.iter().map(|(level, code)| (level.as_str(), *code)).collect();
        sorted.sort_unstable();
        let mut ranks = vec![0; sorted.len()];
        for (rank, (_, code)) in (0..).zip(&sorted) {
            ranks[*code as usize] = rank;
        }
        (sorted.into_iter().map(|(level, _)| level).collect(), ranks)
    }
}

/// Where a slot's values go: its first output column and, for a category, the rank of each level by its code.
pub(super) type SlotPlace = (usize, Option<Vec<u32>>);

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
                Some(ranks) => wide[offset + ranks[value as usize] as usize] = 1.0,
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
