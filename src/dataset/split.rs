//! Which rows train, which settings are chosen on, and which results are reported on.
//!
//! One permutation of all rows per seed: the test rows are taken from its start, the validation rows from its end, and
//! the rest trains. So the test rows depend on the seed and the test fraction alone, whatever is held out beside them.

use super::DataError;
use crate::numeric::{Purpose, Stream};
use crate::parameter::Cell;

/// The rows of each part, ascending.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parts {
    pub train: Vec<usize>,
    pub validation: Vec<usize>,
    pub test: Vec<usize>,
}

const TRAIN: u8 = 0;
const VALIDATION: u8 = 1;
const TEST: u8 = 2;

/// The key `split` of a data set.
#[derive(Debug, Clone, Copy, Default, serde::Deserialize)]
#[serde(default)]
struct Fractions {
    validation: f64,
    test: f64,
    /// Holds one split for all seeds.
    seed: Option<u64>,
}

impl Fractions {
    fn of(cell: &Cell) -> Result<Self, DataError> {
        match cell.get("split") {
            None => Ok(Self::default()),
            Some(table) => {
                table.clone().try_into().map_err(|error| DataError::Content(format!("split cannot be read: {error}")))
            }
        }
    }

    fn holds_out(self) -> bool {
        self.validation > 0.0 || self.test > 0.0
    }
}

impl Parts {
    /// Splits the rows 0 … `n_samples` − 1 as the data set's `cell` says. Without `split` all rows train.
    ///
    /// `seed` is the trial's; it is used only where the cell holds none.
    ///
    /// # Errors
    /// [`DataError::Content`] where a part that should have rows has none, or a seed is needed and missing.
    pub fn of(n_samples: usize, cell: &Cell, seed: Option<u64>) -> Result<Self, DataError> {
        let fractions = Fractions::of(cell)?;
        let (n_train, n_validation, n_test) = sizes(n_samples, cell)?;
        if !fractions.holds_out() {
            return Ok(Self { train: (0..n_samples).collect(), validation: Vec::new(), test: Vec::new() });
        }
        let seed =
            fractions.seed.or(seed).ok_or_else(|| DataError::Content("a split by seed needs a seed".to_owned()))?;
        let order = Stream::new(seed, Purpose::Split, 0).permutation(n_samples);
        // A mark for each row, then the rows in their order: no part is sorted.
        let mut part = vec![VALIDATION; n_samples];
        order[..n_test].iter().for_each(|&row| part[row] = TEST);
        order[n_test..n_test + n_train].iter().for_each(|&row| part[row] = TRAIN);
        drop(order);
        let rows = |wanted: u8, count: usize| {
            let mut rows = Vec::with_capacity(count);
            rows.extend((0..n_samples).filter(|&row| part[row] == wanted));
            rows
        };
        Ok(Self { train: rows(TRAIN, n_train), validation: rows(VALIDATION, n_validation), test: rows(TEST, n_test) })
    }
}

/// How many rows train, validate and test: each held-out fraction rounded to the nearest row, a half away from zero.
///
/// # Errors
/// [`DataError::Content`] where a part that should have rows has none.
pub fn sizes(n_samples: usize, cell: &Cell) -> Result<(usize, usize, usize), DataError> {
    let fractions = Fractions::of(cell)?;
    let n_validation = rows(n_samples, fractions.validation);
    let n_test = rows(n_samples, fractions.test);
    let n_train = n_samples.saturating_sub(n_validation.saturating_add(n_test));
    let empty = if n_train == 0 {
        Some("train")
    } else if n_validation == 0 && fractions.validation > 0.0 {
        Some("validation")
    } else if n_test == 0 && fractions.test > 0.0 {
        Some("test")
    } else {
        None
    };
    match empty {
        None => Ok((n_train, n_validation, n_test)),
        Some(part) => Err(DataError::Content(format!(
            "split = {{ validation = {}, test = {} }} of {n_samples} rows leaves the {part} part empty: \
             {n_train} train, {n_validation} validation, {n_test} test",
            fractions.validation, fractions.test
        ))),
    }
}

/// Whether the parts differ from seed to seed.
#[must_use]
pub fn by_seed(cell: &Cell) -> bool {
    Fractions::of(cell).is_ok_and(|fractions| fractions.holds_out() && fractions.seed.is_none())
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss)]
fn rows(n_samples: usize, fraction: f64) -> usize {
    (n_samples as f64 * fraction).round() as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cell(split: &str) -> Cell {
        if split.is_empty() { Cell::new() } else { format!("split = {{ {split} }}").parse().unwrap() }
    }

    #[test]
    fn without_a_split_all_rows_train() {
        let parts = Parts::of(4, &cell(""), None).unwrap();
        assert_eq!(parts, Parts { train: vec![0, 1, 2, 3], validation: vec![], test: vec![] });
        assert!(!by_seed(&cell("")));
        assert!(!by_seed(&cell("validation = 0.0, test = 0")));
        assert_eq!(Parts::of(4, &cell("validation = 0.0, test = 0"), None).unwrap(), parts);
    }

    #[test]
    fn fractions_are_rounded_to_the_nearest_row() {
        assert_eq!(sizes(442, &cell("validation = 0.2, test = 0.2")).unwrap(), (266, 88, 88));
        assert_eq!(sizes(10, &cell("validation = 0.25")).unwrap(), (7, 3, 0));
        assert_eq!(sizes(10, &cell("test = 0.25")).unwrap(), (7, 0, 3));
    }

    #[test]
    fn parts_hold_each_row_once_in_ascending_order() {
        let parts = Parts::of(442, &cell("validation = 0.2, test = 0.1"), Some(3)).unwrap();
        for part in [&parts.train, &parts.validation, &parts.test] {
            assert!(part.is_sorted());
        }
        let mut all = [parts.train, parts.validation, parts.test].concat();
        all.sort_unstable();
        assert_eq!(all, (0..442).collect::<Vec<_>>());
    }

    #[test]
    fn a_part_depends_on_its_own_fraction_and_the_seed() {
        let of = |split: &str, seed| Parts::of(100, &cell(split), Some(seed)).unwrap();
        assert_eq!(of("test = 0.2", 1).test, of("validation = 0.3, test = 0.2", 1).test);
        assert_eq!(of("validation = 0.3", 1).validation, of("validation = 0.3, test = 0.2", 1).validation);
        assert_ne!(of("test = 0.2", 1), of("test = 0.2", 2));
    }

    #[test]
    fn a_held_seed_gives_one_split_to_all_seeds() {
        let held = cell("test = 0.2, seed = 5");
        assert_eq!(Parts::of(50, &held, Some(1)).unwrap(), Parts::of(50, &held, None).unwrap());
        assert_eq!(Parts::of(50, &held, None).unwrap(), Parts::of(50, &cell("test = 0.2"), Some(5)).unwrap());
        assert!(!by_seed(&held));
        assert!(by_seed(&cell("test = 0.2")));
        let error = Parts::of(50, &cell("test = 0.2"), None).unwrap_err();
        assert_eq!(error.to_string(), "a split by seed needs a seed");
    }

    #[test]
    fn an_empty_part_is_an_error_that_says_the_sizes() {
        let message = |n, split: &str| sizes(n, &cell(split)).unwrap_err().to_string();
        assert_eq!(
            message(3, "validation = 0.1"),
            "split = { validation = 0.1, test = 0 } of 3 rows leaves the validation part empty: \
             3 train, 0 validation, 0 test"
        );
        assert_eq!(
            message(4, "validation = 0.3, test = 0.1"),
            "split = { validation = 0.3, test = 0.1 } of 4 rows leaves the test part empty: \
             3 train, 1 validation, 0 test"
        );
        assert_eq!(
            message(4, "validation = 0.5, test = 0.5"),
            "split = { validation = 0.5, test = 0.5 } of 4 rows leaves the train part empty: \
             0 train, 2 validation, 2 test"
        );
    }

    /// A changed value here changes every recorded trial that has a split: raise the numerics version.
    #[test]
    fn the_permutation_of_a_seed_is_pinned() {
        let parts = Parts::of(12, &cell("validation = 0.25, test = 0.25"), Some(1)).unwrap();
        assert_eq!(format!("{:?} {:?}", parts.validation, parts.test), "[2, 4, 9] [5, 6, 10]");
    }
}
