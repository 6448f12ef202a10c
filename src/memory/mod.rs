//! Memory: how much there is, and what happens where there is none left.

mod allocation;
mod limits;

use std::cell::Cell;
use std::fmt;
use std::path::Path;

pub use allocation::{Allocator, return_what_is_freed};

/// What sets the limit to this process's memory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Limit {
    /// What the machine has left.
    Machine,
    /// A control group of Linux (a container, a job of a cluster), by its path.
    Group(String),
    /// `ulimit -v`: what may be reserved, used or not.
    Addresses,
    /// `ulimit -d`
    Data,
}

/// `22 GB are available{}`
impl fmt::Display for Limit {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Machine => Ok(()),
            Self::Group(path) => write!(formatter, " (the limit of the control group {path})"),
            Self::Addresses => formatter.write_str(" (the limit that `ulimit -v` sets)"),
            Self::Data => formatter.write_str(" (the limit that `ulimit -d` sets)"),
        }
    }
}

/// Memory that this process can still take.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Room {
    /// In bytes.
    pub free: u64,
    /// What it holds already, in bytes.
    pub held: u64,
    pub limit: Limit,
}

impl Room {
    /// What it could hold in all.
    #[must_use]
    pub const fn total(&self) -> u64 {
        self.free.saturating_add(self.held)
    }
}

/// The least that machine, control groups and limits of the process leave; `None` where the system does not say (it is
/// asked on Linux alone).
#[must_use]
pub fn room() -> Option<Room> {
    limits::room(Path::new("/"), |_| true)
}

/// The same for memory that is reserved and not used yet, which `ulimit` has counted.
#[must_use]
pub fn room_to_use() -> Option<Room> {
    limits::room(Path::new("/"), |limit| matches!(limit, Limit::Machine | Limit::Group(_)))
}

/// Holds bytes that are about to be taken against what there is.
///
/// # Errors
/// What there is, where that is less.
pub fn check(bytes: u64, room: Option<Room>) -> Result<(), Room> {
    match room {
        Some(room) if room.free < bytes => Err(room),
        _ => Ok(()),
    }
}

thread_local! {
    static EXPECTED: Cell<bool> = const { Cell::new(false) };
}

/// Does what asks for memory and has an answer where there is none: `try_reserve` and its like, and no more, since what
/// cannot fail would then abort.
pub fn fallible<T>(ask: impl FnOnce() -> T) -> T {
    let before = EXPECTED.replace(true);
    let answer = ask();
    EXPECTED.set(before);
    answer
}

/// Whether the thread asks for memory that it can do without.
fn is_expected() -> bool {
    EXPECTED.try_with(Cell::get).unwrap_or(false)
}
