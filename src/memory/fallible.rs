//! Marks allocations that may fail, so that the allocator returns null for them and does not end the program.

use std::cell::Cell;

thread_local! {
    static MAY_FAIL: Cell<bool> = const { Cell::new(false) };
}

/// Runs an allocation that handles failure itself, such as `try_reserve`. `ask` must do nothing else: an allocation that cannot
/// handle failure would abort.
pub fn fallible<T>(ask: impl FnOnce() -> T) -> T {
    let before = MAY_FAIL.replace(true);
    let answer = ask();
    MAY_FAIL.set(before);
    answer
}

/// Whether this thread is inside [`fallible`].
pub(super) fn may_fail() -> bool {
    MAY_FAIL.try_with(Cell::get).unwrap_or(false)
}
