//! What a model, an optimizer, a data set and training may all know: words that none of them owns.

pub mod grid;
mod split;
mod update;

pub use split::Split;
pub use update::{Recurrence, Regime};
