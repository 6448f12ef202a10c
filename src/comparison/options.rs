//! The options of a comparison of two folders.

use std::collections::HashSet;

/// How folders are compared.
#[derive(Debug, Clone, Copy, Default)]
pub struct ComparisonOptions<'a> {
    /// Floats whose relative difference is at most this count as the same. What is rendered from them is left aside then.
    pub tolerance: Option<f64>,
    /// Ids of trials: the results of others are not compared, and no file beside the two tables is.
    pub sample: Option<&'a HashSet<String>>,
    /// The new side is what the program has just written: what it would never write is noted, and no difference.
    pub written: bool,
}
