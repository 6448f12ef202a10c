//! Memory: how much is available, and what happens if it runs out.

mod allocation;
mod available;
mod cgroups;
mod fallible;
mod limits;
mod room;
mod threads;

pub use allocation::{Allocator, KeptMemory, return_what_is_freed};
pub use available::{AvailableMemory, Limit, check};
pub use fallible::fallible;
pub use limits::{available, available_to_use};
pub use room::has_room;
pub use threads::check_threads;
