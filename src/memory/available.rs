//! The memory that this process can still take, and the limit that bounds it.

use std::fmt;

/// What limits the memory of this process.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Limit {
    /// The memory that the machine has left.
    Machine,
    /// A control group of Linux (a container, a cluster job), by its path.
    Group(String),
    /// `ulimit -v`: reserved memory, used or not.
    Addresses,
    /// `ulimit -d`: the data segment.
    Data,
}

/// What follows in `22 GB are available{}`.
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
pub struct AvailableMemory {
    /// What it can still take, in bytes.
    pub free: u64,
    /// What it holds already, in bytes.
    pub held: u64,
    pub limit: Limit,
}

impl AvailableMemory {
    /// What it could hold in total, in bytes.
    #[must_use]
    pub const fn total(&self) -> u64 {
        self.free.saturating_add(self.held)
    }
}

/// Checks that memory about to be taken is available. Passes if nobody knows.
///
/// # Errors
/// The available memory, if it is less.
pub fn check(bytes: u64, available: Option<AvailableMemory>) -> Result<(), AvailableMemory> {
    match available {
        Some(available) if available.free < bytes => Err(available),
        _ => Ok(()),
    }
}
