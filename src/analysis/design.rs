//! What a task's numbers are measured on: what its seeds repeat, and how much the measurements share.

use crate::record::{SeedRepeats, Split, Study};

/// What the seeds of a task repeat, and on which rows its optimizers are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Design {
    pub repeats: SeedRepeats,
    pub compared_on: Split,
    /// The number of rows of the data, and of each split.
    pub rows: u64,
    pub split_rows: [u64; 3],
}

impl Design {
    /// `None` if nothing is known of the data.
    #[must_use]
    pub fn of(study: &Study, dataset: &str, compared_on: Split) -> Option<Self> {
        let known = study.datasets.get(dataset)?;
        let split_rows = [known.facts.n_train, known.facts.n_validation, known.facts.n_test];
        Some(Self { repeats: known.repeats, compared_on, rows: split_rows.iter().sum(), split_rows })
    }

    #[must_use]
    pub const fn rows_of(&self, split: Split) -> u64 {
        self.split_rows[split as usize]
    }

    /// c of a difference: with splits of the same rows m/(n − m), where each seed measures m of the n rows, else 0.
    #[must_use]
    pub fn overlap(&self) -> f64 {
        let measured = self.rows_of(self.compared_on);
        self.shared(measured, self.rows.saturating_sub(measured))
    }

    /// c of a level: with splits of the same rows n_test/n_train, else 0.
    #[must_use]
    pub fn overlap_of_level(&self) -> f64 {
        self.shared(self.rows_of(self.compared_on), self.rows_of(Split::Train))
    }

    fn shared(&self, measured: u64, others: u64) -> f64 {
        match self.repeats {
            SeedRepeats::Splits if others > 0 => measured as f64 / others as f64,
            _ => 0.0,
        }
    }

    /// Whether the measured rows are the same for all seeds.
    #[must_use]
    pub fn holds_rows(&self) -> bool {
        self.repeats == SeedRepeats::Training
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_splits_of_the_same_rows_overlap() {
        let design = |repeats, compared_on| Design { repeats, compared_on, rows: 100, split_rows: [60, 20, 20] };
        assert_eq!(design(SeedRepeats::Splits, Split::Test).overlap(), 0.25);
        assert_eq!(design(SeedRepeats::Splits, Split::Test).overlap_of_level(), 20.0 / 60.0);
        assert_eq!(design(SeedRepeats::Splits, Split::Train).overlap(), 1.5);
        assert_eq!(design(SeedRepeats::FreshData, Split::Test).overlap(), 0.0);
        assert_eq!(design(SeedRepeats::Training, Split::Test).overlap_of_level(), 0.0);
    }
}
