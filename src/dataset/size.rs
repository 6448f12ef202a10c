//! The size of a data set, in numbers and in bytes.

/// Rows and columns of a data set. A category counts as one column, however many levels it has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DatasetSize {
    pub rows: usize,
    /// The features, without the target.
    pub columns: usize,
}

impl DatasetSize {
    /// Bytes in memory, including the target.
    #[must_use]
    pub const fn bytes(self) -> u64 {
        (self.rows as u64).saturating_mul(self.columns as u64 + 1).saturating_mul(8)
    }
}
