//! The reading library panics on some damaged files: its panics become errors, and stay off the terminal.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Once;

use polars::prelude::PolarsResult;

thread_local! {
    static GUARDED: Cell<bool> = const { Cell::new(false) };
}

/// Runs a call of the library on this thread.
///
/// # Errors
/// What the library says, or that it panicked.
pub(super) fn guarded<T>(call: impl FnOnce() -> PolarsResult<T>) -> Result<T, String> {
    // One hook for good: to swap hooks around each call would silence other threads, too.
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let other = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            if !GUARDED.try_with(Cell::get).unwrap_or(false) {
                other(panic);
            }
        }));
    });
    GUARDED.set(true);
    let ended = catch_unwind(AssertUnwindSafe(call));
    GUARDED.set(false);
    match ended {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(error)) => Err(error.to_string()),
        Err(_) => Err("its bytes contradict each other".to_owned()),
    }
}
