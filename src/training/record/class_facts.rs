//! The classes of a target, as planning and reporting know them.

use serde::{Deserialize, Serialize};

/// The classes of a target, and how many rows each has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClassFacts {
    /// Whether the target holds classes and no numbers. Otherwise a model takes its whole numbers as classes.
    pub are_texts: bool,
    /// In the order of their codes.
    pub names: Vec<String>,
    /// Of each class, in the same order.
    pub rows: Vec<u64>,
}

impl ClassFacts {
    /// Each class with its rows: `setosa 50`.
    #[must_use]
    pub fn counted(&self) -> Vec<String> {
        self.names.iter().zip(&self.rows).map(|(name, rows)| format!("{name} {rows}")).collect()
    }
}
