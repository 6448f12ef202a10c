//! What a run will cost: memory, disk space, arithmetic and, for networks, time.

mod disk;
mod memory;
mod peak;
mod time;
mod work;

pub use disk::DiskEstimate;
pub use memory::{MemoryEstimate, Shares};
pub use time::network_seconds;
pub use work::{multiply_adds, multiply_adds_of_metrics, multiply_adds_of_watching, planned_epochs};
