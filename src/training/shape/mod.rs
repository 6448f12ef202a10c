//! What a model, an optimizer, a data set and training may all know: words that none of them owns.

mod split;
mod update;

pub use split::Split;
pub use update::{Recurrence, Regime};
