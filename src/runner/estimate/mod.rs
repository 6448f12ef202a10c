//! What a run will cost: memory, disk space and arithmetic.

mod disk;
mod memory;
mod peak;
mod work;

pub use disk::DiskEstimate;
pub use memory::{MemoryEstimate, Shares};
pub use work::{multiply_adds, multiply_adds_of_metrics, planned_epochs};
