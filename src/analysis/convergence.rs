//! The score of one setting during training: mean, median and quartiles over seeds.

use std::collections::{BTreeMap, HashSet};
use std::ops::Range;

use super::sample::Sample;
use crate::metric::MetricKind;
use crate::record::{CurveRow, Split, Study, StudySetting, Trial};

/// Statistics over seeds at each evaluated epoch. All vectors have one entry per epoch.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Convergence {
    pub epoch: Vec<u64>,
    pub gradient_evaluations: Vec<u64>,
    /// Infinite once one seed has diverged or failed: +∞ if lower is better, else −∞.
    pub mean: Vec<f64>,
    /// The lower quartile.
    pub low: Vec<f64>,
    /// Infinite once half of the seeds have diverged or failed.
    pub median: Vec<f64>,
    /// The upper quartile.
    pub high: Vec<f64>,
    /// The number of trials that count: those that did not complete, and those whose metric is defined.
    pub n: usize,
}

/// A curve is compared with this many lists of epochs. If stopping rules end the trials at different epochs, each curve
/// keeps its own list.
const MOST_SHARED: usize = 8;

/// The curves of one setting on one split, collected in the order in which they are read.
pub struct SettingCurves {
    split: Split,
    metric: &'static MetricKind,
    /// The evaluated epochs and their cost. Nearly all trials share one list, or a part of it.
    shapes: Vec<EvaluatedEpochs>,
    lines: Vec<TrialCurve>,
    /// NaN where the metric is not defined.
    values: Vec<f64>,
}

struct EvaluatedEpochs {
    epoch: Vec<u64>,
    gradient_evaluations: Vec<u64>,
}

/// The curve of one trial.
struct TrialCurve {
    trial: usize,
    shape: usize,
    /// The number of leading epochs that this trial has.
    epochs: usize,
    values: Range<usize>,
}

impl SettingCurves {
    pub const fn new(split: Split, metric: &'static MetricKind) -> Self {
        Self { split, metric, shapes: Vec::new(), lines: Vec::new(), values: Vec::new() }
    }

    pub const fn split(&self) -> Split {
        self.split
    }

    pub fn push(&mut self, study: &Study, trial: usize, curve: CurveRow<'_>) {
        let start = self.values.len();
        let target = study.target_of(&study.trials.get(trial), self.split);
        self.values.extend(curve.values(self.metric, self.split, target).map(|value| value.unwrap_or(f64::NAN)));
        let shape = self.shapes.iter_mut().take(MOST_SHARED).position(|shape| shape.takes(curve));
        let shape = shape.unwrap_or_else(|| {
            let (epoch, gradient_evaluations) = (curve.epoch.to_vec(), curve.gradient_evaluations.to_vec());
            self.shapes.push(EvaluatedEpochs { epoch, gradient_evaluations });
            self.shapes.len() - 1
        });
        self.lines.push(TrialCurve { trial, shape, epochs: curve.epoch.len(), values: start..self.values.len() });
    }

    /// Computes the convergence of the setting that all these curves belong to. `None` if no curve has values on the
    /// split.
    ///
    /// A diverged trial counts as infinite from the first epoch that it lacks, and a failed trial throughout. A trial ended
    /// by a stopping rule keeps its last value. Where the metric is not defined a trial counts for nothing, and an epoch at
    /// which it is defined for no trial is left out.
    pub fn finish(mut self, study: &Study, setting: &StudySetting) -> Option<Convergence> {
        self.lines.sort_unstable_by_key(|line| line.trial);
        let mut evaluations: BTreeMap<u64, u64> = BTreeMap::new();
        // Trials with the same epochs and the same length add nothing to the first of them.
        let mut known: HashSet<(usize, usize)> = HashSet::new();
        for line in self.lines.iter().filter(|line| !line.values.is_empty()) {
            if known.insert((line.shape, line.epochs)) {
                let shape = &self.shapes[line.shape];
                for (epoch, count) in shape.epoch.iter().zip(&shape.gradient_evaluations).take(line.epochs) {
                    evaluations.entry(*epoch).or_insert(*count);
                }
            }
        }
        // Trials that did not complete say nothing of a metric that none of the others has.
        if evaluations.is_empty() || self.values.iter().all(|value| value.is_nan()) {
            return None;
        }
        let worst = self.metric.worst();
        let recorded = study.records_of(setting).count();
        let is_undefined = |line: &&TrialCurve| {
            study.trials.get(line.trial).is_completed()
                && self.values[line.values.clone()].iter().all(|value| value.is_nan())
        };
        let undefined = self.lines.iter().filter(is_undefined).count();
        let mut result = Convergence { n: recorded.saturating_sub(undefined), ..Convergence::default() };
        // Epochs ascend, so each trial's position in its own curve ascends too.
        let mut positions = vec![0_usize; self.lines.len()];
        for (epoch, count) in evaluations {
            // A record without a curve belongs to a failed trial.
            let mut values = vec![worst; recorded.saturating_sub(self.lines.len())];
            for (line, position) in self.lines.iter().zip(&mut positions) {
                let epochs = &self.shapes[line.shape].epoch[..line.epochs];
                while epochs.get(*position).is_some_and(|reached| *reached < epoch) {
                    *position += 1;
                }
                let all = &self.values[line.values.clone()];
                let value = value_at(&study.trials.get(line.trial), epochs, all, epoch, *position).unwrap_or(worst);
                if !value.is_nan() {
                    values.push(value);
                }
            }
            if values.is_empty() {
                continue;
            }
            let sample = Sample::new(values);
            let quantile = |probability| sample.quantile(probability).unwrap_or(worst);
            result.epoch.push(epoch);
            result.gradient_evaluations.push(count);
            result.mean.push(sample.mean().unwrap_or(worst));
            result.low.push(quantile(0.25));
            result.median.push(quantile(0.5));
            result.high.push(quantile(0.75));
        }
        (!result.epoch.is_empty()).then_some(result)
    }
}

impl Convergence {
    /// The statistic that ranks settings at each evaluated epoch: the mean, or the median where no setting has a finite mean.
    #[must_use]
    pub fn ranking(&self, by_median: bool) -> &[f64] {
        if by_median { &self.median } else { &self.mean }
    }
}

impl EvaluatedEpochs {
    /// Whether a curve evaluates these epochs. If the curve is longer, the list grows.
    fn takes(&mut self, curve: CurveRow<'_>) -> bool {
        let shared = self.epoch.len().min(curve.epoch.len());
        let same = |one: &[u64], other: &[u64]| {
            let shared = shared.min(one.len()).min(other.len());
            one[..shared] == other[..shared]
        };
        let fits = curve.epoch.len() == curve.gradient_evaluations.len()
            && self.epoch.len() == self.gradient_evaluations.len()
            && same(&self.epoch, curve.epoch)
            && same(&self.gradient_evaluations, curve.gradient_evaluations);
        if fits {
            self.epoch.extend_from_slice(&curve.epoch[shared..]);
            self.gradient_evaluations.extend_from_slice(&curve.gradient_evaluations[shared..]);
        }
        fits
    }
}

/// `position` is the first one in the trial's curve whose epoch is not below `epoch`.
fn value_at(trial: &Trial<'_>, epochs: &[u64], values: &[f64], epoch: u64, position: usize) -> Option<f64> {
    if trial.is_failed() {
        return None;
    }
    if epochs.get(position) == Some(&epoch) {
        return values.get(position).copied();
    }
    // Past the end of a completed trial's curve, or between two of its epochs, the value before holds.
    if position < epochs.len() || trial.is_completed() {
        return position.checked_sub(1).and_then(|before| values.get(before)).copied();
    }
    None
}
