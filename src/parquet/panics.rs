//! polars panics on some damaged files: its panics become errors and stay off the terminal.

use std::cell::Cell;
use std::fmt::Display;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Once;

thread_local! {
    static GUARDED: Cell<bool> = const { Cell::new(false) };
}

/// Calls the library on this thread.
///
/// # Errors
/// The library's own error, or a message if it panicked.
pub fn guarded<T, E: Display>(call: impl FnOnce() -> Result<T, E>) -> Result<T, String> {
    // The hook is installed once and stays: swapping hooks around each call would silence other threads too.
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_an_error() {
        assert_eq!(guarded(|| Ok::<_, String>(1)), Ok(1));
        assert_eq!(guarded(|| Err::<(), _>("no")), Err("no".to_owned()));
        assert!(guarded(|| Ok::<_, String>([1, 2][std::hint::black_box(2)])).is_err());
    }
}
