//! Columns that come in as the last of the features and are taken out of them at the end: the weight, and the targets after
//! the first.

use super::assembly::Assembly;
use super::cells::in_quotes;
use crate::record::{ColumnKind, ColumnReading};

/// What several targets may be, for messages.
pub(super) const TARGETS_ARE: &str = "each of several targets is a column of numbers";

impl Assembly<'_> {
    /// Takes the last of the features out, with its numbers, `[rows kept]`.
    pub(super) fn take_last(&mut self) -> Option<(ColumnReading, Vec<f64>)> {
        let at = self.width.checked_sub(1)?;
        let name = self.name(self.slots[at].column).to_owned();
        let is_time = self.times.contains(&self.slots[at].column);
        let numbers: Vec<f64> = self.values.iter().skip(at).step_by(self.width).copied().collect();
        for row in 1..numbers.len() {
            self.values.copy_within(row * self.width..row * self.width + at, row * at);
        }
        self.values.truncate(numbers.len() * at);
        self.width = at;
        self.slots.remove(at);
        self.levels.remove(at);
        if !self.open.is_empty() {
            self.open.remove(at);
        }
        let kind = match () {
            () if numbers.iter().all(|number| *number == 0.0 || *number == 1.0) => ColumnKind::TruthValue,
            () if numbers.iter().all(|number| number.fract() == 0.0) => ColumnKind::WholeNumber,
            () => ColumnKind::Number,
        };
        Some((ColumnReading { name, kind, missing: self.tallies.remove(at).missing as u64, is_time }, numbers))
    }

    /// Takes out the targets after the first, in their order. The columns that are left are the features and the first
    /// target. The weight is taken out before.
    pub(super) fn take_other_targets(&mut self, notes: &mut Vec<String>) -> Vec<Vec<f64>> {
        let mut taken: Vec<Vec<f64>> = Vec::new();
        for _ in 0..std::mem::take(&mut self.other_targets) {
            let Some((reading, numbers)) = self.take_last() else { break };
            if numbers.len() > 1 && numbers.windows(2).all(|pair| pair[0] == pair[1]) {
                notes.push(format!("the target {} is the same in every row", in_quotes(&reading.name)));
            }
            self.target_readings.insert(0, reading);
            taken.insert(0, numbers);
        }
        taken
    }
}
