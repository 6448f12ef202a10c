//! The program's allocator. When memory runs out, it prints one sentence and exits with code 3. By default Rust would abort with
//! a backtrace.

#![allow(unsafe_code)] // For the allocator itself, and for the calls of libc that end the program without allocating.

use std::alloc::{GlobalAlloc, Layout, System};
#[cfg(unix)]
use std::sync::atomic::AtomicBool;
use std::sync::atomic::{AtomicUsize, Ordering};

/// The system's allocator. It ends the program if an allocation fails, unless the thread is inside
/// [`fallible`](super::fallible()).
#[derive(Debug)]
pub struct Allocator;

// SAFETY: every call goes to the system's allocator with unchanged arguments; null is passed on, or never returned.
unsafe impl GlobalAlloc for Allocator {
    #[inline]
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller's guarantees are passed on.
        had(unsafe { System.alloc(layout) }, layout.size())
    }

    #[inline]
    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller's guarantees are passed on.
        had(unsafe { System.alloc_zeroed(layout) }, layout.size())
    }

    #[inline]
    unsafe fn realloc(&self, old: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // SAFETY: the caller's guarantees are passed on.
        had(unsafe { System.realloc(old, layout, size) }, size)
    }

    #[inline]
    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        // SAFETY: the caller's guarantees are passed on.
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
    if !super::fallible::may_fail() {
        end(size);
    }
}

const BEGINNING: &[u8] = b"error: memory is full: ";
const END: &[u8] =
    b" bytes more are not to be had; nothing that is stored is lost, and the same command goes on where there is \
more memory\n";

/// Ends the program without allocating, locking or waiting for another thread.
#[cfg(unix)]
fn end(size: usize) -> ! {
    static ENDING: AtomicBool = AtomicBool::new(false);
    // The first thread prints the message; the others wait until the program ends.
    while ENDING.swap(true, Ordering::Relaxed) {
        // SAFETY: it only waits for a signal.
        unsafe { libc::pause() };
    }
    let mut digits = [0; 20];
    let say = |text: &[u8]| {
        // SAFETY: the bytes outlive the call. If it fails, nothing more can be done.
        let _ = unsafe { libc::write(2, text.as_ptr().cast(), text.len()) };
    };
    // SAFETY: it only asks what the file descriptor is. On a terminal, a progress bar may stand on the line.
    if unsafe { libc::isatty(2) } == 1 {
        say(b"\n");
    }
    say(BEGINNING);
    say(decimal(size, &mut digits));
    say(END);
    // SAFETY: it does not return. Unfinished files are not in place yet, so ending here is as safe as at any other moment.
    unsafe { libc::_exit(EXIT_CODE) }
}

/// On other systems the standard library prints its message and aborts.
#[cfg(not(unix))]
fn end(_size: usize) {}

/// The same code as for a file that cannot be written: the command is right, and a resource is missing.
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

/// Bytes of a block that is returned when it is freed.
const BLOCK: i32 = 1 << 20;

/// Freed bytes of smaller blocks that are kept for a thread.
const KEPT: i32 = 4 << 20;

/// Makes the allocator return large blocks to the system as soon as they are freed. By default glibc comes to keep up to 64 MB of
/// freed memory for each thread, so a run would hold an unpredictable amount more than it uses. If the address space of the
/// process is limited, all threads share one arena, because each arena would reserve 64 MB of addresses.
pub fn return_what_is_freed() {
    set_kept(BLOCK, KEPT);
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    {
        let mut addresses = libc::rlimit { rlim_cur: libc::RLIM_INFINITY, rlim_max: libc::RLIM_INFINITY };
        // SAFETY: an allocator setting, made before other threads start; `getrlimit` writes into a valid struct.
        unsafe {
            if libc::getrlimit(libc::RLIMIT_AS, &raw mut addresses) == 0 && addresses.rlim_cur != libc::RLIM_INFINITY {
                libc::mallopt(libc::M_ARENA_MAX, 1);
            }
        }
    }
}

/// Blocks of less than `block` bytes are taken from a store, which keeps up to `kept` freed bytes for each thread.
fn set_kept(block: i32, kept: i32) {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    // SAFETY: allocator settings, which glibc makes under its own lock.
    unsafe {
        libc::mallopt(libc::M_MMAP_THRESHOLD, block);
        libc::mallopt(libc::M_TRIM_THRESHOLD, kept);
    }
    #[cfg(not(all(target_os = "linux", target_env = "gnu")))]
    let _ = (block, kept);
}

/// While it lives, freed memory is kept for the next allocations. What reads a file takes and frees the same few megabytes again and
/// again, and clearing new pages each time would take longer than the reading. At the end everything free is returned to the system.
#[derive(Debug)]
pub struct KeptMemory(());

/// How many are alive.
static KEEPING: AtomicUsize = AtomicUsize::new(0);

impl KeptMemory {
    /// For reading this many bytes; `None` if so few are soon read.
    #[must_use]
    pub fn for_bytes(bytes: u64) -> Option<Self> {
        const FEWEST: u64 = 4 << 20;
        (bytes >= FEWEST).then(|| {
            KEEPING.fetch_add(1, Ordering::Relaxed);
            set_kept(32 << 20, 128 << 20);
            Self(())
        })
    }
}

impl Drop for KeptMemory {
    fn drop(&mut self) {
        if KEEPING.fetch_sub(1, Ordering::Relaxed) == 1 {
            set_kept(BLOCK, KEPT);
            #[cfg(all(target_os = "linux", target_env = "gnu"))]
            // SAFETY: it only returns what is free.
            unsafe {
                libc::malloc_trim(0);
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
    fn a_fallible_allocation_returns_null() {
        let layout = Layout::from_size_align(1 << 46, 8).unwrap();
        // SAFETY: the layout is not empty. The allocation fails, so nothing has to be freed.
        let memory = crate::memory::fallible(|| unsafe { Allocator.alloc(layout) });
        // Without `black_box` the unused allocation would be optimised away and count as successful.
        assert!(std::hint::black_box(memory).is_null());
        // SAFETY: both calls have the same layout.
        unsafe {
            let small = Layout::new::<u64>();
            let memory = Allocator.alloc(small);
            assert!(!memory.is_null());
            Allocator.dealloc(memory, small);
        }
    }
}
