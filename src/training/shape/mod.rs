//! Types that models, optimizers, data, training and theory share, and that none of them owns.

pub mod grid;
mod split;
mod target_moments;
mod update;

pub use split::Split;
pub use target_moments::{TargetMoments, mean};
pub use update::{Recurrence, Regime};
