//! Where memory ends: one sentence and exit code 3, in the place of an abort with a backtrace.

#![allow(unsafe_code)] // An allocator hands out memory; what ends the program without taking any is libc's.

use std::alloc::{GlobalAlloc, Layout, System};
#[cfg(unix)]
use std::sync::atomic::{AtomicBool, Ordering};

/// The system's allocator, which ends the program where it has nothing left, unless the thread asked within
/// [`fallible`](super::fallible).
#[derive(Debug)]
pub struct Allocator;

// SAFETY: every call is the system's, with the arguments that came; null is returned as it is, or not at all.
unsafe impl GlobalAlloc for Allocator {
    #[inline]
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller's promises are passed on.
        had(unsafe { System.alloc(layout) }, layout.size())
    }

    #[inline]
    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller's promises are passed on.
        had(unsafe { System.alloc_zeroed(layout) }, layout.size())
    }

    #[inline]
    unsafe fn realloc(&self, old: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // SAFETY: the caller's promises are passed on.
        had(unsafe { System.realloc(old, layout, size) }, size)
    }

    #[inline]
    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        // SAFETY: the caller's promises are passed on.
        unsafe { System.dealloc(memory, layout) }
    }
}

#[inline]
fn had(memory: *mut u8, size: usize) -> *mut u8 {
    if memory.is_null() {
        refused(size);
    }
    memory
}

#[cold]
#[inline(never)]
fn refused(size: usize) {
    if !super::is_expected() {
        end(size);
    }
}

const BEGINNING: &[u8] = b"error: memory is full: ";
const END: &[u8] =
    b" bytes more are not to be had; nothing that is stored is lost, and the same command goes on where there is \
more memory\n";

/// Ends the program without taking memory, a lock or another thread's time.
#[cfg(unix)]
fn end(size: usize) -> ! {
    static ENDING: AtomicBool = AtomicBool::new(false);
    // Of several threads the first says it; the others wait for the end that is coming.
    while ENDING.swap(true, Ordering::Relaxed) {
        // SAFETY: it waits for a signal, and touches nothing.
        unsafe { libc::pause() };
    }
    let mut digits = [0; 20];
    let say = |text: &[u8]| {
        // SAFETY: the bytes are there as long as the call lasts. Nothing is left to do where it fails.
        let _ = unsafe { libc::write(2, text.as_ptr().cast(), text.len()) };
    };
    // SAFETY: nothing but a question. A progress bar may stand on the line.
    if unsafe { libc::isatty(2) } == 1 {
        say(b"\n");
    }
    say(BEGINNING);
    say(decimal(size, &mut digits));
    say(END);
    // SAFETY: it does not return. Files that are being written are not in place yet, as at any other moment.
    unsafe { libc::_exit(EXIT_CODE) }
}

/// Elsewhere the standard library says it, and aborts.
#[cfg(not(unix))]
fn end(_size: usize) {}

/// As of a file that cannot be written: what was asked for is right, and what it needs is not there.
#[cfg(unix)]
const EXIT_CODE: i32 = 3;

#[cfg(any(unix, test))]
fn decimal(mut number: usize, digits: &mut [u8; 20]) -> &[u8] {
    let mut at = digits.len();
    loop {
        at -= 1;
        digits[at] = b'0' + (number % 10) as u8; // A digit.
        number /= 10;
        if number == 0 {
            return &digits[at..];
        }
    }
}

/// Has large blocks taken from the system and given back to it at once. Glibc otherwise comes to keep up to 64 MB a thread of
/// what was freed, so that a run would hold more than it uses, and nobody could say how much. Where the addresses of the process
/// are limited, threads share what is set aside for them, which is 64 MB each else.
pub fn return_what_is_freed() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    {
        let mut addresses = libc::rlimit { rlim_cur: libc::RLIM_INFINITY, rlim_max: libc::RLIM_INFINITY };
        // SAFETY: settings of the allocator, made before there are other threads, and a question whose answer has its place.
        unsafe {
            libc::mallopt(libc::M_MMAP_THRESHOLD, 1 << 20);
            libc::mallopt(libc::M_TRIM_THRESHOLD, 4 << 20);
            if libc::getrlimit(libc::RLIMIT_AS, &raw mut addresses) == 0 && addresses.rlim_cur != libc::RLIM_INFINITY {
                libc::mallopt(libc::M_ARENA_MAX, 1);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_without_memory() {
        for number in [0, 7, 10, 158_400_000, usize::MAX] {
            assert_eq!(decimal(number, &mut [0; 20]), number.to_string().as_bytes());
        }
    }

    #[test]
    fn what_may_fail_fails() {
        let layout = Layout::from_size_align(1 << 46, 8).unwrap();
        // SAFETY: the layout is not empty; there is no such memory to be given back.
        let memory = crate::memory::fallible(|| unsafe { Allocator.alloc(layout) });
        // An allocation that nobody looks at would be optimised away, and be taken to succeed.
        assert!(std::hint::black_box(memory).is_null());
        // SAFETY: the same layout for both.
        unsafe {
            let small = Layout::new::<u64>();
            let memory = Allocator.alloc(small);
            assert!(!memory.is_null());
            Allocator.dealloc(memory, small);
        }
    }
}
