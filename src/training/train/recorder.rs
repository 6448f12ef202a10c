//! The recorder of one trial: it tests for divergence, applies the stopping rules, keeps the curve and makes the
//! record.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::carried::Carried;
use super::cohort::{Cohort, TestOutputs, Trainee};
use super::options::Monitor;
use super::row_metrics::RowMetrics;
#[cfg(test)]
use super::trace;
use super::trial_state::TrialState;
use crate::metric::MetricKind;
use crate::numeric;
use crate::record::{
    Curve, KeptModel, Metric, MetricCurve, Outcome, Split, Stopped, TrialRecord, Watch, WatchSet, Watched,
};

mod keeping;

pub use keeping::recorded_before;

/// The most parameters that a record keeps.
pub const MOST_KEPT: usize = 64;

/// The most rows of a curve for which memory is reserved at the start, because a stopping rule may end a long curve
/// early.
const MOST_RESERVED: usize = 128;

/// The errors over the three splits at one evaluated epoch.
#[derive(Debug, Clone, Copy, Default, serde::Serialize, serde::Deserialize)]
struct EvaluatedLosses {
    epoch: u64,
    losses: [Option<f64>; 3],
}

/// The error by which the best epoch is chosen: the validation error, or the training error if there is none.
fn ranked(errors: &[Option<f64>; 3]) -> Option<f64> {
    errors[Split::Validation as usize].or(errors[Split::Train as usize])
}

pub struct Recorder<'a> {
    trainee: &'a Trainee,
    /// The metric of the loss.
    metric: &'static MetricKind,
    /// The splits that have rows.
    splits: Vec<Split>,
    /// Evaluated epochs, ascending, and how many of them are done.
    epochs: Arc<[u64]>,
    done: usize,
    /// The cohort's count of epochs that need no training any more, and how many of them this trial has added.
    epochs_passed: Arc<AtomicU64>,
    passed: u64,
    /// A trial with a larger J has diverged.
    bound: f64,
    last_loss: Option<f64>,
    curve: Curve,
    last: Option<EvaluatedLosses>,
    best: Option<EvaluatedLosses>,
    row_metrics: RowMetrics,
    watched: Watched,
    /// J at the start, above which a completed trial has not descended; `None` under squared error, whose divergence the bound
    /// and the stable rates tell.
    start: Option<f64>,
    /// The best monitored loss and its epoch.
    monitored: Option<(f64, u64)>,
    /// The predictions for the test rows, once they are taken.
    test_outputs: Vec<f64>,
    /// The model at the best epoch so far, if it is kept.
    best_model: Option<KeptModel>,
}

impl<'a> Recorder<'a> {
    /// A recorder for a trial of a cohort. `start` is J at the start, and `zero` is J of the zero predictor.
    pub fn new(trainee: &'a Trainee, cohort: &Cohort, start: f64, zero: f64) -> Self {
        let (metric, splits) = (cohort.metric(), cohort.data.splits());
        let scale = if start >= zero { start } else { zero };
        // What the loss gives is not computed twice.
        let of_rows = trainee.options.metrics_of_rows().into_iter().filter(|kind| **kind != *metric);
        let recorder = Self {
            trainee,
            metric,
            epochs: Arc::clone(&trainee.evaluated),
            done: 0,
            epochs_passed: Arc::clone(&cohort.epochs_passed),
            passed: 0,
            bound: trainee.options.divergence_factor * scale,
            last_loss: None,
            curve: empty_curve(trainee, metric, splits.contains(&Split::Validation)),
            splits,
            last: None,
            best: None,
            row_metrics: RowMetrics::new(
                of_rows.collect(),
                cohort.model.loss().predicts(),
                cohort.data.space().n_targets,
            ),
            watched: Watched::new(trainee.options.watches()),
            start: (!cohort.model.loss().is_squared_error()).then_some(start),
            monitored: None,
            test_outputs: Vec::new(),
            best_model: None,
        };
        match &trainee.goes_on_from {
            Some(end) => recorder.going_on(end),
            None => recorder,
        }
    }

    /// The same, with another J at the start for whether it descended.
    #[must_use]
    pub fn descending_from(self, start: f64) -> Self {
        Self { start: self.start.map(|_| start), ..self }
    }

    /// Notes that the trial is past this epoch. Returns how many epochs that adds to the cohort's count.
    pub fn pass_epoch(&mut self, epoch: u64) -> u64 {
        epoch.saturating_sub(std::mem::replace(&mut self.passed, epoch))
    }

    /// Tests the J of the full batch after `step` updates for divergence.
    fn check(&mut self, step: u64, loss: f64) -> Option<Outcome> {
        self.check_batch(step, loss, 1.0)
    }

    /// Tests J after each of several updates, starting with update `first`.
    pub fn check_steps(&mut self, first: u64, losses: &[f64]) -> Option<Outcome> {
        (first..).zip(losses).find_map(|(step, &loss)| self.check(step, loss))
    }

    /// Fast path for the finite losses of several steps: all pass if the largest does. If this returns false,
    /// [`check_steps`](Self::check_steps) must test each. It always does so in tests, which compare every loss.
    pub fn pass_steps(&mut self, largest: f64, last: f64) -> bool {
        let passed = self.passes(largest, 1.0) && !cfg!(test);
        if passed {
            self.last_loss = Some(last);
        }
        passed
    }

    /// Tests the J of a batch. Its bound is `factor` times as large, which is n/B.
    pub fn check_batch(&mut self, step: u64, loss: f64, factor: f64) -> Option<Outcome> {
        #[cfg(test)]
        trace::push(loss);
        if self.passes(loss, factor) {
            self.last_loss = Some(loss);
            None
        } else {
            Some(Outcome::Diverged { step, last_loss: self.last_loss })
        }
    }

    /// Written so that a NaN in the loss or in the bound fails the test.
    fn passes(&self, loss: f64, factor: f64) -> bool {
        loss.is_finite() & (loss <= self.bound * factor)
    }

    /// Whether any stopping rule is set: these rules look at every epoch.
    fn watches(&self) -> bool {
        let options = &self.trainee.options;
        options.target_loss.is_some() || options.gradient_norm.is_some() || options.patience.is_some()
    }

    /// Whether a stopping rule asks for the gradient.
    pub fn watches_gradient(&self) -> bool {
        self.trainee.options.gradient_norm.is_some()
    }

    /// What is watched at evaluated epochs.
    pub const fn watches_of_training(&self) -> WatchSet {
        self.watched.watches
    }

    /// Whether the updates of this epoch are watched. A stopping rule may end at any epoch, which is then evaluated.
    pub fn watches_updates_of(&self, epoch: u64) -> bool {
        self.watched.watches.has(Watch::Updates) && (self.evaluates(epoch) || self.watches())
    }

    /// Whether evaluations read the predictions for each row.
    pub const fn reads_rows(&self) -> bool {
        !self.row_metrics.is_empty()
    }

    /// Whether this epoch is evaluated.
    pub fn evaluates(&self, epoch: u64) -> bool {
        self.epochs.get(self.done) == Some(&epoch)
    }

    /// Whether there is anything to do at the end of this epoch.
    pub fn is_due(&self, epoch: u64) -> bool {
        self.watches() || self.evaluates(epoch)
    }

    /// The next epoch after `epoch` at whose end there is something to do.
    pub fn due_after(&self, epoch: u64) -> u64 {
        match self.epochs.get(self.done) {
            Some(&next) if !self.watches() => {
                // The parameters before the last step are then noted.
                let before = self.watched.watches.has(Watch::Updates) && next > epoch + 1;
                if before { next - 1 } else { next }
            }
            _ => epoch + 1,
        }
    }

    /// Whether the evaluation of this epoch will need the error over `split`, given the errors over the splits before
    /// it.
    pub fn wants(&self, split: Split, epoch: u64, errors: &[Option<f64>; 3]) -> bool {
        let reached = || self.improves(ranked(errors)) || epoch >= self.trainee.options.epochs;
        self.evaluates(epoch) && (split != Split::Test || reached())
    }

    /// Whether an error is the best so far.
    fn improves(&self, error: Option<f64>) -> bool {
        match (self.best.as_ref().map(|best| ranked(&best.losses)), error) {
            (Some(best), Some(error)) => best.is_none_or(|best| error < best),
            _ => true,
        }
    }

    /// Does what is due at the end of an epoch: the evaluation, the stopping rules and the end of training. Returns the
    /// outcome if the trial ends.
    pub fn epoch_end(&mut self, epoch: u64, step: u64, evaluations: u64, state: &dyn TrialState) -> Option<Outcome> {
        let options = &self.trainee.options;
        let ends = epoch >= options.epochs;
        let evaluated = self.evaluates(epoch);
        if !self.is_due(epoch) {
            return None;
        }
        let objective = state.objective();
        // Tested before any stopping rule: a trial that has diverged has not run out of patience.
        let sound = objective.is_finite() && objective <= self.bound;
        if !sound || (evaluated && !self.evaluate(epoch, step, evaluations, state)) {
            return Some(Outcome::Diverged { step, last_loss: self.last_loss });
        }
        if evaluated {
            self.done += 1;
        }
        let stopped = self.stops(epoch, evaluated, objective, state).filter(|_| epoch > 0);
        let stopped = stopped.or(if ends { Some(Stopped::Epochs) } else { None })?;
        if !evaluated && !self.evaluate(epoch, step, evaluations, state) {
            return Some(Outcome::Diverged { step, last_loss: self.last_loss });
        }
        Some(Outcome::Completed { stopped })
    }

    fn stops(&mut self, epoch: u64, evaluated: bool, objective: f64, state: &dyn TrialState) -> Option<Stopped> {
        let options = &self.trainee.options;
        if options.target_loss.is_some_and(|target| objective <= target) {
            return Some(Stopped::TargetLoss);
        }
        if options.gradient_norm.is_some_and(|tolerance| state.gradient_norm() <= tolerance) {
            return Some(Stopped::GradientNorm);
        }
        let patience = options.patience?;
        let loss = match options.monitor {
            Monitor::Train => objective,
            Monitor::Validation if evaluated => self.last?.losses[Split::Validation as usize]?,
            Monitor::Validation => return None,
        };
        // The objective of some losses may be negative.
        let improved = |best: f64| {
            let share = if best < 0.0 { 1.0 + options.min_delta } else { 1.0 - options.min_delta };
            loss < best * share
        };
        match self.monitored {
            Some((best, since)) if !improved(best) => (epoch - since >= patience).then_some(Stopped::NoImprovement),
            _ => {
                self.monitored = Some((loss, epoch));
                None
            }
        }
    }

    /// Adds a row to the curve. Returns false, without a row, if an error is not finite.
    fn evaluate(&mut self, epoch: u64, step: u64, evaluations: u64, state: &dyn TrialState) -> bool {
        let mut evaluation =
            EvaluatedLosses { epoch, losses: [state.loss(Split::Train), state.loss(Split::Validation), None] };
        let improves = self.improves(ranked(&evaluation.losses));
        if improves || epoch >= self.trainee.options.epochs {
            evaluation.losses[2] = state.loss(Split::Test);
        }
        if !evaluation.losses.iter().flatten().all(|loss| loss.is_finite()) {
            return false;
        }
        if improves {
            self.best = Some(evaluation);
        }
        self.last = Some(evaluation);
        self.row_metrics.evaluate(epoch, state);
        self.keep_best(epoch, state);
        if self.trainee.test_outputs == TestOutputs::AtEpoch(epoch) {
            state.predictions(Split::Test, &mut self.test_outputs);
        }
        self.row_metrics.add_to(&mut self.curve.metrics);
        if !self.watched.watches.is_empty() {
            self.watched.push(self.curve.epoch.len(), &state.watched(self.watched.watches));
        }
        self.curve.epoch.push(epoch);
        self.curve.step.push(step);
        self.curve.gradient_evaluations.push(evaluations);
        self.curve.train.extend(evaluation.losses[0]);
        self.curve.validation.extend(evaluation.losses[1]);
        true
    }

    /// The record of a trial that ended. `carried` tells what its steps carry on.
    pub fn finish(
        mut self,
        outcome: Outcome,
        steps: u64,
        evaluations: u64,
        state: &dyn TrialState,
        carried: &dyn Fn() -> Carried,
    ) -> TrialRecord {
        let left = self.trainee.options.epochs.saturating_sub(self.passed);
        self.epochs_passed.fetch_add(left, Ordering::Relaxed);
        let completed = outcome.is_completed();
        let kept = if completed { self.kept(&outcome, (steps, evaluations), state, carried) } else { Vec::new() };
        if let Outcome::Diverged { step, .. } = outcome {
            self.curve.keep_before(step);
            self.watched.truncate(self.curve.epoch.len());
        }
        if completed && let Some(last) = &mut self.last {
            last.losses[2] = state.loss(Split::Test);
        }
        if completed && self.trainee.test_outputs == TestOutputs::AtEnd {
            state.predictions(Split::Test, &mut self.test_outputs);
        }
        let mut metrics: Vec<Metric> = self
            .splits
            .iter()
            .map(|&split| {
                let of = |evaluation: &Option<EvaluatedLosses>| evaluation.and_then(|at| at.losses[split as usize]);
                Metric {
                    split,
                    name: self.metric.name.to_owned(),
                    last: of(&self.last).filter(|_| completed),
                    best: of(&self.best).filter(|_| completed),
                    best_epoch: self.best.map(|best| best.epoch).filter(|_| completed),
                    undefined: None,
                }
            })
            .collect();
        metrics.extend(self.row_metrics.finish(&self.splits, completed));
        // Written so that a NaN does not count as descent.
        let descended = self.start.is_none_or(|start| !completed || state.objective() <= start);
        let theta = if completed { Some(state.theta()).filter(|theta| theta.len() <= MOST_KEPT) } else { None };
        TrialRecord {
            id: self.trainee.id,
            numerics_version: numeric::VERSION,
            revisions: self.trainee.revisions.as_ref().to_owned(),
            setting: self.trainee.canonical.clone(),
            outcome,
            steps,
            gradient_evaluations: evaluations,
            metrics,
            curve: self.curve,
            watched: self.watched,
            did_not_descend: !descended,
            theta,
            problem: self.trainee.problem,
            test_outputs: self.test_outputs,
            kept,
        }
    }
}

/// An empty curve with memory for some rows.
fn empty_curve(trainee: &Trainee, metric: &MetricKind, validation: bool) -> Curve {
    let rows = trainee.evaluated.len().min(MOST_RESERVED);
    let steps = || Vec::with_capacity(rows);
    Curve {
        epoch: steps(),
        step: steps(),
        gradient_evaluations: steps(),
        train: Vec::with_capacity(rows),
        validation: Vec::with_capacity(if validation { rows } else { 0 }),
        metrics: trainee.options.curve.into_iter().filter(|kind| *kind != metric).map(MetricCurve::new).collect(),
    }
}
