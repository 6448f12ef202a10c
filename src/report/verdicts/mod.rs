//! What may be said of the optimizers of a task, in sentences that the terminal and the page share.

pub mod best_rates;
mod sentence;
mod size;
mod task;
#[cfg(test)]
mod tests;

pub use sentence::in_short;
pub use size::{about_rounding, level_cell, share, value};
pub use task::{smallest_shown, speaks_of, verdicts};
