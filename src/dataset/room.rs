//! A data set's numbers held against the memory that there is, before room is made for them.

use super::Extent;
use crate::memory::{self, Room};
use crate::text::scaled;

/// Of how many rows a guess may be off.
const GUESSED_WITHIN: f64 = 1.25;

/// Why a data set of this size does not fit, if it does not.
pub(super) fn refusal(extent: Extent) -> Option<String> {
    memory::check(extent.bytes(), memory::room()).err().map(|room| sentence(extent, Some(&room)))
}

/// The same where the number of rows is a guess.
#[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss)]
pub(super) fn refusal_of_guess(extent: Extent) -> Option<String> {
    let at_least = (extent.bytes() as f64 / GUESSED_WITHIN) as u64;
    memory::check(at_least, memory::room()).err().map(|room| sentence(extent, Some(&room)))
}

/// `3000000 × 10 numbers take 264.0 MB of memory, and 100.0 MB are available: about 1136363 rows of them would fit, …`; room
/// is what was found too small, where that is known.
#[allow(clippy::cast_precision_loss)]
pub(super) fn sentence(extent: Extent, room: Option<&Room>) -> String {
    let Extent { rows, columns } = extent;
    let Some(Room { free, limit, .. }) = room else {
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
        scaled(extent.bytes() as f64),
        scaled(*free as f64)
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::memory::Limit;

    #[test]
    fn what_would_fit_is_said() {
        let room = |free| Room { free, held: 0, limit: Limit::Machine };
        let extent = Extent { rows: 3_000_000, columns: 10 };
        assert_eq!(
            sentence(extent, Some(&room(100_000_000))),
            "3000000 × 10 numbers and the target take 264.0 MB of memory, and 100.0 MB are available; about 1136363 rows would \
             fit, or 3 of the columns"
        );
        assert_eq!(
            sentence(extent, Some(&Room { limit: Limit::Addresses, ..room(30_000_000) })),
            "3000000 × 10 numbers and the target take 264.0 MB of memory, and 30.0 MB are available (the limit that `ulimit -v` \
             sets); about 340909 rows would fit"
        );
        assert!(sentence(extent, Some(&room(10))).ends_with("10 B are available"));
        assert_eq!(sentence(extent, None), "3000000 × 10 numbers do not fit in memory");
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn what_no_machine_holds_is_refused_and_what_any_holds_is_not() {
        let extent = |rows| Extent { rows, columns: 1 << 20 };
        assert!(refusal(extent(1 << 40)).unwrap().contains("are available"));
        assert!(refusal_of_guess(extent(1 << 40)).unwrap().contains("are available"));
        assert_eq!(refusal(extent(1)), None);
        assert_eq!(refusal(extent(usize::MAX)).map(|refusal| refusal.contains("rows would fit")), Some(true));
    }
}
