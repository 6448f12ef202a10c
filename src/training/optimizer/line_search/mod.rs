//! Searches for a step length along a direction.

mod strong_wolfe;

pub use strong_wolfe::LineSearch;
