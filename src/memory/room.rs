//! Whether memory has room for what a file claims to hold, asked before a library allocates it.

use super::{available, check, fallible};

/// Whether this many bytes can be allocated and are available.
#[must_use]
pub fn has_room(bytes: u64) -> bool {
    const USUAL: u64 = 1 << 26;
    let fits = |bytes| fallible(|| Vec::<u8>::new().try_reserve_exact(bytes)).is_ok();
    usize::try_from(bytes).is_ok_and(fits) && (bytes <= USUAL || check(bytes, available()).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn impossible_claims_have_no_room() {
        assert!(has_room(0) && has_room(1 << 20));
        assert!(!has_room(u64::MAX) && !has_room(1 << 62));
    }
}
