//! Exact theory of least squares: the largest stable rates, the loss after K steps, and SGD in expectation.

mod curve;
mod lowest;
mod mean_square;
mod stability;
#[cfg(test)]
mod testing;

pub use curve::{ExactCurve, stepwise};
pub use lowest::NearlyLowest;
pub use mean_square::SecondMoment;
pub use stability::{descent_bound, largest_stable_rate, stable_rate};
