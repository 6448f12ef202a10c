//! What was watched of one setting: the median over its seeds at each evaluated epoch.

use super::flow::{is_weights, norms_of};
use crate::record::{Watched, WatchedQuantity, WatchedSeries};

/// The median of some numbers, the mean of the middle two of an even count. `None` of none.
#[must_use]
pub fn median(mut values: Vec<f64>) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    let upper = *values.get(middle)?;
    Some(if values.len() % 2 == 1 { upper } else { f64::midpoint(values[middle - 1], upper) })
}

/// Medians over seeds. A trial that ended early counts as far as it came.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct MedianWatched {
    pub epochs: Vec<u64>,
    pub watched: Watched,
    /// The number of trials.
    pub n: usize,
}

impl MedianWatched {
    #[must_use]
    pub fn of(trials: &[(Vec<u64>, Watched)]) -> Option<Self> {
        let (epochs, longest) = trials.iter().max_by_key(|(epochs, _)| epochs.len())?;
        let mut watched = Watched { watches: longest.watches, series: Vec::with_capacity(longest.series.len()) };
        for (index, series) in longest.series.iter().enumerate() {
            let value = |at: usize| {
                let of_trial = |(own, other): &(Vec<u64>, Watched)| {
                    let same = other
                        .series
                        .get(index)
                        .filter(|same| same.place == series.place && same.quantity == series.quantity)?;
                    same.values.get(own.iter().position(|epoch| *epoch == epochs[at])?).copied().flatten()
                };
                median(trials.iter().filter_map(of_trial).collect())
            };
            let values = (0..epochs.len()).map(value).collect();
            watched.series.push(WatchedSeries { values, ..series.clone() });
        }
        Some(Self { epochs: epochs.clone(), watched, n: trials.len() })
    }

    /// The values of a quantity by place at an evaluated epoch, from the input to the output, for the places that `is_meant` names.
    pub fn by_place(&self, quantity: &WatchedQuantity, at: usize, is_meant: impl Fn(&str) -> bool) -> Vec<Option<f64>> {
        let series =
            self.watched.series.iter().filter(|series| series.quantity == quantity.name && is_meant(&series.place));
        series.map(|series| series.values.get(at).copied().flatten()).collect()
    }

    /// The gradient norms of the blocks of weights at an evaluated epoch, from the input to the output: of the loss alone.
    pub fn gradients(&self, at: usize) -> Vec<Option<f64>> {
        self.by_place(norms_of(&self.watched), at, is_weights)
    }

    /// The values of a quantity of the whole model by evaluated epoch.
    pub fn by_epoch(&self, quantity: &WatchedQuantity) -> impl Iterator<Item = (u64, f64)> + '_ {
        let values = self.watched.values(quantity, "").unwrap_or_default();
        self.epochs.iter().zip(values).filter_map(|(epoch, value)| Some((*epoch, (*value)?)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::{SHARPNESS, Watch};

    #[test]
    fn trials_count_as_far_as_they_came() {
        let trial = |values: &[f64]| {
            let series = WatchedSeries {
                quantity: SHARPNESS.name.to_owned(),
                place: String::new(),
                values: values.iter().map(|value| Some(*value)).collect(),
            };
            let epochs = [0, 1, 5][..values.len()].to_vec();
            (epochs, Watched { watches: [Watch::Sharpness].into_iter().collect(), series: vec![series] })
        };
        let found = MedianWatched::of(&[trial(&[1.0]), trial(&[3.0, 4.0, 8.0]), trial(&[2.0, 6.0])]).expect("trials");
        assert_eq!(found.by_epoch(&SHARPNESS).collect::<Vec<_>>(), [(0, 2.0), (1, 5.0), (5, 8.0)]);
        assert_eq!((found.n, median(Vec::new())), (3, None));
    }
}
