//! Which rows a step takes, and the keys that say so.

use serde::Deserialize;

/// The rows of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Batching {
    /// Every training row, in its order.
    Full,
    Rows {
        size: u64,
        replacement: bool,
        /// Whether a shorter last batch divides by its own size instead of the batch size.
        keep: bool,
    },
}

impl Batching {
    /// The batching on `n_train` rows: a batch of all rows, drawn without replacement, is the full batch.
    #[must_use]
    pub const fn resolve(self, n_train: u64) -> Self {
        match self {
            Self::Rows { size, replacement: false, .. } if size >= n_train => Self::Full,
            other => other,
        }
    }

    /// The number of updates per epoch on `n_train` rows.
    #[must_use]
    pub const fn steps_per_epoch(self, n_train: u64) -> u64 {
        match self {
            Self::Full => 1,
            Self::Rows { size, .. } => n_train.div_ceil(size),
        }
    }
}

/// The values of `batch_size`, `replacement` and `last_batch`, for a method that draws batches.
#[derive(Deserialize)]
pub struct BatchKeys {
    batch_size: BatchSize,
    replacement: bool,
    last_batch: LastBatch,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum BatchSize {
    Rows(u64),
    Word(FullWord),
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum FullWord {
    Full,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum LastBatch {
    Scaled,
    Keep,
}

impl BatchKeys {
    #[must_use]
    pub const fn batching(&self) -> Batching {
        match self.batch_size {
            BatchSize::Rows(size) => {
                Batching::Rows { size, replacement: self.replacement, keep: matches!(self.last_batch, LastBatch::Keep) }
            }
            BatchSize::Word(FullWord::Full) => Batching::Full,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_batch_of_all_rows_is_the_full_batch_unless_rows_repeat() {
        let rows = |size, replacement| Batching::Rows { size, replacement, keep: false };
        assert_eq!(rows(10, false).resolve(10), Batching::Full);
        assert_eq!(rows(9, false).resolve(10), rows(9, false));
        assert_eq!(rows(10, true).resolve(10), rows(10, true));
        assert_eq!(rows(3, false).steps_per_epoch(10), 4);
        assert_eq!(Batching::Full.steps_per_epoch(10), 1);
    }
}
