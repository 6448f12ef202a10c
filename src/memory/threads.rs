//! Whether threads can be started.

use std::io::{Error, ErrorKind};

use super::fallible::fallible;

/// The address space that a thread takes at its start: std's default stack, and more than its guard pages and its alternate
/// signal stack.
const A_THREAD: usize = (2 << 20) + (64 << 10);

/// Checks that `count` threads can be started. std reports a stack that does not fit, but aborts the program if the stack fits
/// and the alternate signal stack beside it does not.
///
/// # Errors
/// If there is not enough address space.
pub fn check_threads(count: usize) -> Result<(), Error> {
    let bytes = count.saturating_mul(A_THREAD);
    fallible(|| Vec::<u8>::new().try_reserve_exact(bytes)).map_err(|_| Error::from(ErrorKind::OutOfMemory))
}

#[cfg(test)]
mod tests {
    #[test]
    fn few_fit_and_far_too_many_do_not() {
        assert!(super::check_threads(2).is_ok());
        assert!(super::check_threads(usize::MAX).is_err());
    }
}
