//! The values of one metric for all trials, column by column.

use crate::metric::MetricKind;
use crate::record::compact::{CompactIntegers, NONE};
use crate::record::epoch::Epoch;
use crate::shape::Split;

/// The values of one metric, trial by trial.
#[derive(Debug, Clone)]
pub struct MetricColumns {
    pub kind: &'static MetricKind,
    /// By epoch (last, best) and split, NaN if there is none. A column is empty until a trial has a value.
    pub values: [[Vec<f64>; 3]; 2],
    /// [`NONE`] if there is no best epoch.
    pub best_epoch: CompactIntegers,
    /// Whether its curve is on record beside that of the loss. Empty until a trial has one.
    pub has_curve: Vec<bool>,
    /// Whether it is on record that the metric has no value. Empty until a trial has none.
    pub is_undefined: Vec<bool>,
}

impl MetricColumns {
    pub fn new(kind: &'static MetricKind, n: usize) -> Self {
        Self {
            kind,
            values: Default::default(),
            best_epoch: CompactIntegers::of(NONE, n),
            has_curve: Vec::new(),
            is_undefined: Vec::new(),
        }
    }

    pub fn set_curve(&mut self, n: usize, index: usize, has_curve: bool) {
        set(&mut self.has_curve, n, index, has_curve);
    }

    pub fn set_undefined(&mut self, n: usize, index: usize, is_undefined: bool) {
        set(&mut self.is_undefined, n, index, is_undefined);
    }

    pub fn set(&mut self, n: usize, index: usize, values: &[[Option<f64>; 3]; 2], best_epoch: Option<u64>) {
        self.best_epoch.set(index, best_epoch.unwrap_or(NONE));
        for (column, &value) in self.values.as_flattened_mut().iter_mut().zip(values.as_flattened()) {
            if column.is_empty() && value.is_some() {
                *column = vec![f64::NAN; n];
            }
            if let Some(to) = column.get_mut(index) {
                *to = value.unwrap_or(f64::NAN);
            }
        }
    }

    /// The value of a trial; `None` if it has none.
    #[must_use]
    pub fn value(&self, index: usize, split: Split, epoch: Epoch) -> Option<f64> {
        self.values[epoch as usize][split as usize].get(index).copied().filter(|value| !value.is_nan())
    }

    /// Whether a trial has a value on some split.
    #[must_use]
    pub fn has_value(&self, index: usize) -> bool {
        Split::ALL.into_iter().any(|split| self.value(index, split, Epoch::Last).is_some())
    }

    /// Whether the metric of a trial is on record, be it that it has no value.
    #[must_use]
    pub fn is_held(&self, index: usize) -> bool {
        self.has_value(index) || self.is_undefined.get(index) == Some(&true)
    }

    /// Whether the curve of a trial is on record.
    #[must_use]
    pub fn has_curve(&self, index: usize) -> bool {
        self.has_curve.get(index) == Some(&true)
    }

    /// Makes the values of one trial those of another.
    pub fn repeat(&mut self, index: usize, from: usize) {
        self.best_epoch.set(index, self.best_epoch.get(from));
        for column in self.values.iter_mut().flatten().filter(|column| !column.is_empty()) {
            column[index] = column[from];
        }
        for column in [&mut self.has_curve, &mut self.is_undefined].into_iter().filter(|column| !column.is_empty()) {
            column[index] = column[from];
        }
    }
}

/// Sets one of n, all of which are false until one is true.
fn set(column: &mut Vec<bool>, n: usize, index: usize, value: bool) {
    if column.is_empty() && value {
        *column = vec![false; n];
    }
    if let Some(to) = column.get_mut(index) {
        *to = value;
    }
}
