//! The column of the weights of rows: it comes in as the last of the features, and is taken out of them at the end.

use super::assembly::Assembly;
use super::cells::in_quotes;
use crate::dataset::RowWeights;

/// What a weight may be, for messages.
pub(super) const WEIGHTS_ARE: &str = "weights are numbers of at least 0";

impl Assembly<'_> {
    /// Tells of negative weights, and of weights that are all 0.
    pub(super) fn tell_weights(&mut self) {
        let Some(at) = self.width.checked_sub(1).filter(|_| self.has_weight) else { return };
        // What is wrong with its cells is told already.
        let tally = &self.tallies[at];
        if tally.bad.is_some() || tally.first_missing.is_some() || self.target.is_empty() {
            return;
        }
        let name = in_quotes(self.name(self.slots[at].column));
        let weights = || self.values.iter().skip(at).step_by(self.width);
        let kept = if self.target.len() < self.rows { " of those kept" } else { "" };
        let mut negative = weights().enumerate().filter(|(_, weight)| **weight < 0.0);
        let message = match negative.next() {
            Some((row, first)) => format!(
                "weight {name}: {first} in row {}{kept} is negative{}: {WEIGHTS_ARE}",
                row + 1,
                match negative.count() {
                    0 => String::new(),
                    more => format!(", and so are {more} more"),
                }
            ),
            None if weights().all(|weight| *weight == 0.0) => {
                format!("weight {name} is 0 in every row{kept}: no row would count")
            }
            None => return,
        };
        self.mistakes.add_column(message);
    }

    /// Takes the weights out of the values. Equal weights are none.
    pub(super) fn take_weights(&mut self) -> Option<RowWeights> {
        if !std::mem::take(&mut self.has_weight) {
            return None;
        }
        let (reading, weights) = self.take_last()?;
        let name = reading.name.clone();
        self.weight_reading = Some(reading);
        let differ = weights.windows(2).any(|pair| pair[0] != pair[1]);
        differ.then_some(RowWeights { name, values: weights })
    }
}
