//! The options for a comparison of two folders.

use std::collections::HashSet;

/// How folders are compared.
#[derive(Debug, Clone, Copy, Default)]
pub struct ComparisonOptions<'a> {
    /// Floats whose relative difference is at most this count as equal. Files rendered from the numbers are then not
    /// compared.
    pub tolerance: Option<f64>,
    /// The ids of the trials to compare. With a sample, no file except the two tables is compared.
    pub sample: Option<&'a HashSet<String>>,
    /// The program has just written the new side. A file that it never writes is then a note, not a difference.
    pub written: bool,
}
