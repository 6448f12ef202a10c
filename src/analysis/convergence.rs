//! A setting's loss as training goes on: median and quartiles over seeds.

use std::collections::BTreeMap;

use super::estimate::Sample;
use super::score::SettingResult;
use crate::record::{Curve, Split, Trial};

/// Quartiles over seeds at each evaluated epoch. All vectors have one entry an epoch.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Convergence {
    pub epoch: Vec<u64>,
    pub gradient_evaluations: Vec<u64>,
    pub low: Vec<f64>,
    /// +∞ from where half of the seeds have diverged or failed.
    pub median: Vec<f64>,
    pub high: Vec<f64>,
    /// Trials with a record.
    pub n: usize,
}

/// The convergence of a setting on a split (training or validation); `None` where no record has such a curve.
///
/// A diverged trial counts as +∞ from the first epoch that it does not have, a failed one always; a trial that a
/// stopping rule ended keeps its last value.
#[must_use]
pub fn convergence(result: &SettingResult<'_>, split: Split) -> Option<Convergence> {
    let study = result.study;
    let records: Vec<(Trial<'_>, Curve)> = study
        .records_of(result.setting)
        .map(|trial| (trial, study.curves.curve(trial.index).unwrap_or_default()))
        .collect();
    let mut evaluations: BTreeMap<u64, u64> = BTreeMap::new();
    for (_, curve) in records.iter().filter(|(_, curve)| !losses(curve, split).is_empty()) {
        for (epoch, count) in curve.epoch.iter().zip(&curve.gradient_evaluations) {
            evaluations.entry(*epoch).or_insert(*count);
        }
    }
    if evaluations.is_empty() {
        return None;
    }
    let mut result = Convergence { n: records.len(), ..Convergence::default() };
    // Epochs ascend, and so does each trial's position in its own curve.
    let mut positions = vec![0_usize; records.len()];
    for (epoch, count) in evaluations {
        let mut values = Vec::with_capacity(records.len());
        for ((trial, curve), position) in records.iter().zip(&mut positions) {
            while curve.epoch.get(*position).is_some_and(|reached| *reached < epoch) {
                *position += 1;
            }
            values.push(loss_at(trial, curve, split, epoch, *position));
        }
        let sample = Sample::new(values);
        let quantile = |probability| sample.quantile(probability).unwrap_or(f64::INFINITY);
        result.epoch.push(epoch);
        result.gradient_evaluations.push(count);
        result.low.push(quantile(0.25));
        result.median.push(quantile(0.5));
        result.high.push(quantile(0.75));
    }
    Some(result)
}

/// `position` is the first one in the record's curve whose epoch is not below `epoch`.
fn loss_at(trial: &Trial<'_>, curve: &Curve, split: Split, epoch: u64, position: usize) -> f64 {
    let losses = losses(curve, split);
    if trial.is_failed() {
        return f64::INFINITY;
    }
    if curve.epoch.get(position) == Some(&epoch) {
        return losses.get(position).copied().unwrap_or(f64::INFINITY);
    }
    // Either past its end, or between two epochs of its own, where the value before holds.
    if position < curve.epoch.len() || trial.is_completed() {
        return position.checked_sub(1).and_then(|before| losses.get(before)).copied().unwrap_or(f64::INFINITY);
    }
    f64::INFINITY
}

fn losses(curve: &Curve, split: Split) -> &[f64] {
    match split {
        Split::Train => &curve.train,
        Split::Validation => &curve.validation,
        Split::Test => &[],
    }
}
