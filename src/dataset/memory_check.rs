//! Whether a data set fits in the available memory, checked before memory is reserved; and the message if it does not.

use super::DatasetSize;
use crate::memory::{self, AvailableMemory};
use crate::text::scaled;

/// The factor by which a guessed number of rows may be too high.
const GUESSED_WITHIN: f64 = 1.25;

/// Why a data set of this size does not fit; `None` if it fits.
pub(super) fn refusal(size: DatasetSize) -> Option<String> {
    memory::check(size.bytes(), memory::available()).err().map(|available| sentence(size, Some(&available)))
}

/// The same if the number of rows is a guess.
pub(super) fn refusal_of_guess(size: DatasetSize) -> Option<String> {
    let at_least = (size.bytes() as f64 / GUESSED_WITHIN) as u64;
    memory::check(at_least, memory::available()).err().map(|available| sentence(size, Some(&available)))
}

/// `3000000 × 10 numbers and the target take 264.0 MB of memory, and 100.0 MB are available; about 1136363 rows would fit, …`.
/// `available` is the memory that was too small, if that is known.
pub(super) fn sentence(size: DatasetSize, available: Option<&AvailableMemory>) -> String {
    let DatasetSize { rows, columns } = size;
    let Some(AvailableMemory { free, limit, .. }) = available else {
        return format!("{rows} × {columns} numbers do not fit in memory");
    };
    let of = |numbers: usize| u128::from(*free) / (8 * (numbers as u128).max(1));
    let fitting_rows = u128::from(*free) / (8 * (columns as u128 + 1));
    let fitting_columns = of(rows).saturating_sub(1);
    let fitting = match (fitting_rows, fitting_columns) {
        (0, _) => String::new(),
        (rows, 0) => format!("; about {rows} rows would fit"),
        (rows, columns) => format!("; about {rows} rows would fit, or {columns} of the columns"),
    };
    format!(
        "{rows} × {columns} numbers and the target take {}B of memory, and {}B are available{limit}{fitting}",
        scaled(size.bytes() as f64),
        scaled(*free as f64)
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::memory::Limit;

    #[test]
    fn the_message_says_how_much_would_fit() {
        let available = |free| AvailableMemory { free, held: 0, limit: Limit::Machine };
        let size = DatasetSize { rows: 3_000_000, columns: 10 };
        assert_eq!(
            sentence(size, Some(&available(100_000_000))),
            "3000000 × 10 numbers and the target take 264.0 MB of memory, and 100.0 MB are available; about 1136363 rows would \
             fit, or 3 of the columns"
        );
        assert_eq!(
            sentence(size, Some(&AvailableMemory { limit: Limit::Addresses, ..available(30_000_000) })),
            "3000000 × 10 numbers and the target take 264.0 MB of memory, and 30.0 MB are available (the limit that `ulimit -v` \
             sets); about 340909 rows would fit"
        );
        assert!(sentence(size, Some(&available(10))).ends_with("10 B are available"));
        assert_eq!(sentence(size, None), "3000000 × 10 numbers do not fit in memory");
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn impossible_sizes_are_refused_and_tiny_ones_are_not() {
        let size = |rows| DatasetSize { rows, columns: 1 << 20 };
        assert!(refusal(size(1 << 40)).unwrap().contains("are available"));
        assert!(refusal_of_guess(size(1 << 40)).unwrap().contains("are available"));
        assert_eq!(refusal(size(1)), None);
        assert_eq!(refusal(size(usize::MAX)).map(|refusal| refusal.contains("rows would fit")), Some(true));
    }
}
